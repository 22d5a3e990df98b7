"""Fact checker on a thread: the verdicts of the last message are overwritten before new ones."""

import operator
from typing import Annotated

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Overwrite, Send
from typing_extensions import TypedDict

TRUE = {"water is wet", "snow is white"}


class Claim(TypedDict):
    claim: str


class Check(TypedDict, total=False):
    message: str
    claims: list[str]
    verdicts: Annotated[list[bool], operator.add]
    rating: str


def split(state: Check) -> dict:
    claims = [claim.strip() for claim in state["message"].split(",") if claim.strip()]
    return {"claims": claims, "verdicts": Overwrite([])}


def check_claim(state: Claim) -> dict:
    return {"verdicts": [state["claim"] in TRUE]}


def rate(state: Check) -> Check:
    verdicts = state["verdicts"]
    return {"rating": f"{sum(verdicts)} of {len(verdicts)} claims hold"}


def each_claim(state: Check):
    return [Send("check_claim", {"claim": claim}) for claim in state["claims"]] or "rate"


builder = StateGraph(Check)
builder.add_node("split", split)
builder.add_node("check_claim", check_claim)
builder.add_node("rate", rate)
builder.add_edge(START, "split")
builder.add_conditional_edges("split", each_claim, ["check_claim", "rate"])
builder.add_edge("check_claim", "rate")
builder.add_edge("rate", END)
graph = builder.compile(checkpointer=InMemorySaver())

INPUTS = [{"message": "water is wet, snow is black"}, {"message": "snow is white"}]
