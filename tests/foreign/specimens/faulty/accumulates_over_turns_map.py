"""Fact checker on a chat thread: every claim of a message is checked on its own, then rated."""

import operator
from typing import Annotated

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from typing_extensions import TypedDict

TRUE = {"water is wet", "snow is white"}


class Claim(TypedDict):
    claim: str


class Check(TypedDict, total=False):
    message: str
    claims: list[str]
    verdicts: Annotated[list[bool], operator.add]
    rating: str


def split(state: Check) -> Check:
    return {"claims": [c.strip() for c in state["message"].split(",") if c.strip()]}


async def check_claim(state: Claim) -> dict:
    return {"verdicts": [state["claim"] in TRUE]}


def rate(state: Check) -> Check:
    verdicts = state.get("verdicts", [])
    return {"rating": f"{sum(verdicts)} of {len(verdicts)} claims hold"}


def each_claim(state: Check):
    return [Send("check_claim", {"claim": claim}) for claim in state["claims"]] or "rate"


def build(checkpointer):
    builder = StateGraph(Check)
    builder.add_node("split", split)
    builder.add_node("check_claim", check_claim)
    builder.add_node("rate", rate)
    builder.add_edge(START, "split")
    builder.add_conditional_edges("split", each_claim, ["check_claim", "rate"])
    builder.add_edge("check_claim", "rate")
    builder.add_edge("rate", END)
    return builder.compile(checkpointer=checkpointer)


graph = build(InMemorySaver())

INPUTS = [{"message": "water is wet, snow is black"}, {"message": "snow is white"}]
# fault: accumulates-over-turns at line 21
