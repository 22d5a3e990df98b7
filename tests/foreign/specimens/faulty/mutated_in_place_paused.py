"""Purchase: a basket is confirmed by its buyer, delivery is added, a manager signs, it is ordered."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

PRICES = {"chair": 80, "table": 240}


class Purchase(TypedDict, total=False):
    items: list[str]
    basket: dict[str, int]
    confirmed: bool
    signed: bool
    order: str


def collect(state: Purchase) -> Purchase:
    return {"basket": {item: PRICES[item] for item in state["items"]}}


def confirm(state: Purchase) -> Purchase:
    return {"confirmed": interrupt({"basket": sorted(state["basket"])}) == "yes"}


def add_delivery(state: Purchase) -> None:
    if sum(state["basket"].values()) < 500:
        state["basket"]["delivery"] = 30


def sign(state: Purchase) -> Purchase:
    return {"signed": interrupt({"total": sum(state["basket"].values())}) == "yes"}


def order(state: Purchase) -> Purchase:
    if not state["confirmed"] or not state["signed"]:
        return {"order": "cancelled"}
    return {"order": f"ordered for {sum(state['basket'].values())}"}


flow = StateGraph(Purchase)
flow.add_sequence([collect, confirm, add_delivery, sign, order])
flow.add_edge(START, "collect")
flow.add_edge("order", END)
graph = flow.compile(checkpointer=InMemorySaver())

INPUTS = [{"items": ["chair", "table"]}, Command(resume="yes"), Command(resume="yes")]
# fault: mutated-in-place at line 30
