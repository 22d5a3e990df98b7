"""Claims in two modules' worth of state: the base is shared, each step adds its own part."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from typing_extensions import NotRequired, Required, TypedDict


class Base(TypedDict, total=False):
    claim_id: Required[str]
    amount: Required[float]


class Assessed(Base):
    share: NotRequired[float]


class Paid(Assessed):
    paid: NotRequired[float]
    letter: NotRequired[str]


def assess(state: Base) -> Assessed:
    return {**state, "share": 0.5 if state["amount"] > 1000 else 1.0}


def pay(state: Assessed) -> Paid:
    return {**state, "paid": state["amount"] * state["share"]}


def write(state: Paid) -> dict:
    return {"letter": f"{state['claim_id']}: we pay {state['paid']:.2f}"}


def refuse(state: Base) -> dict:
    return {"letter": f"{state['claim_id']}: nothing to pay"}


def anything_to_pay(state: Base) -> Literal["assess", "refuse"]:
    return "assess" if state["amount"] > 0 else "refuse"


builder = StateGraph(Paid)
builder.add_node(assess)
builder.add_node(pay)
builder.add_node(write)
builder.add_node(refuse)
builder.add_conditional_edges(START, anything_to_pay)
builder.add_edge("assess", "pay")
builder.add_edge("pay", "write")
builder.add_edge("write", END)
builder.add_edge("refuse", END)
graph = builder.compile()

INPUTS = [{"claim_id": "C1", "amount": 3000.0}, {"claim_id": "C2", "amount": 0.0}]
