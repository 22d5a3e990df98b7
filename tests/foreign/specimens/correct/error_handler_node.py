"""Payments: the node that charges has a handler of its own; what fails becomes an answer."""

from typing import TypedDict

from langgraph.errors import NodeError
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command


class Payment(TypedDict, total=False):
    card: str
    amount: float
    receipt: str
    answer: str


def charge(state: Payment) -> Payment:
    if state["card"].startswith("0"):
        raise ValueError("card refused")
    return {"receipt": f"charged {state['amount']:.2f}"}


def on_failure(state: Payment, error: NodeError) -> Command:
    return Command(update={"receipt": f"not charged: {error.error}"}, goto="reply")


def reply(state: Payment) -> Payment:
    return {"answer": f"{state['receipt']}."}


builder = StateGraph(Payment)
builder.add_node("charge", charge, error_handler=on_failure)
builder.add_node("reply", reply)
builder.add_edge(START, "charge")
builder.add_edge("charge", "reply")
builder.add_edge("reply", END)
graph = builder.compile()

INPUTS = [{"card": "4711", "amount": 5.0}, {"card": "0000", "amount": 5.0}]
