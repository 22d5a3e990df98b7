"""Checkout: stock and fraud are checked side by side, then the card is charged."""

import operator
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

CHARGED: list[float] = []  # stands for the card processor


class Order(TypedDict):
    items: list[str]
    total: float
    checks: Annotated[list[str], operator.add]
    receipt: str


def accept(state: Order) -> dict:
    return {"total": round(9.5 * len(state["items"]), 2)}


def reserve_stock(state: Order) -> dict:
    return {"checks": [f"{len(state['items'])} items reserved"]}


def score_risk(state: Order) -> dict:
    return {"checks": [f"risk {'low' if state['total'] < 100 else 'high'}"]}


def verify_address(state: Order) -> dict:
    return {"checks": ["address verified"]}


def charge(state: Order) -> dict:
    CHARGED.append(state["total"])
    return {"receipt": f"charged {state['total']:.2f}"}


builder = StateGraph(Order)
builder.add_node(accept)
builder.add_node(reserve_stock)
builder.add_node(score_risk)
builder.add_node(verify_address)
builder.add_node(charge)
builder.add_edge(START, "accept")
builder.add_edge("accept", "reserve_stock")
builder.add_edge("accept", "score_risk")
builder.add_edge("score_risk", "verify_address")
builder.add_edge("reserve_stock", "charge")
builder.add_edge("verify_address", "charge")
builder.add_edge("charge", END)
graph = builder.compile()

INPUTS = [{"items": ["book", "pen"]}]
# fault: run-twice at line 50
