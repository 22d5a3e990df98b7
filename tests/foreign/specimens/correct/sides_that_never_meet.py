"""Refunds: `state` is written on either side of a route, and only one side is ever taken."""

from typing import Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command


class Refund(TypedDict, total=False):
    order: str
    amount: float
    state: Literal["granted", "in review", "refused"]
    letter: str


def decide(state: Refund) -> Command[Literal["grant", "review", "refuse"]]:
    if state["amount"] <= 0:
        return Command(goto="refuse")
    return Command(goto="review" if state["amount"] > 100 else "grant")


def grant(state: Refund) -> Refund:
    return {"state": "granted"}


def review(state: Refund) -> Refund:
    return {"state": "in review"}


def refuse(state: Refund) -> Refund:
    return {"state": "refused"}


def write(state: Refund) -> Refund:
    return {"letter": f"{state['order']}: {state['state']}"}


builder = StateGraph(Refund)
builder.add_node("decide", decide)
for node in (grant, review, refuse):
    builder.add_node(node.__name__, node)
    builder.add_edge(node.__name__, "write")
builder.add_node("write", write)
builder.add_edge(START, "decide")
builder.add_edge("write", END)
graph = builder.compile()

INPUTS = [
    {"order": "A", "amount": 5.0},
    {"order": "B", "amount": 500.0},
    {"order": "C", "amount": 0.0},
]
