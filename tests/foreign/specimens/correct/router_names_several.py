"""Hiring: what is asked of a candidate depends on the post; all answers meet in one place."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class Candidate(TypedDict):
    name: str
    post: str
    notes: Annotated[list[str], operator.add]
    decision: str


def asking(what: str):
    return lambda state: {"notes": [f"{what} of {state['name']}"]}


STEPS = {"driver": ["licence"], "cook": ["trial_day", "references"]}


def steps_for_post(state: Candidate) -> list[str]:
    return STEPS.get(state["post"], []) or ["decide"]


def decide(state: Candidate) -> dict:
    return {"decision": "; ".join(sorted(state.get("notes", []))) or "nothing to ask"}


builder = StateGraph(Candidate)
builder.add_node("decide", decide)
for step in ("licence", "trial_day", "references"):
    builder.add_node(step, asking(step))
    builder.add_edge(step, "decide")
builder.add_conditional_edges(
    START, steps_for_post, ["licence", "trial_day", "references", "decide"]
)
builder.add_edge("decide", END)
graph = builder.compile()

INPUTS = [
    {"name": "Kim", "post": "cook"},
    {"name": "Sam", "post": "driver"},
    {"name": "Ada", "post": "king"},
]
