"""Orders: the question is asked in a graph of its own, which has its parent's memory."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

PLACED: list[str] = []


class Order(TypedDict, total=False):
    item: str
    amount: int
    approved: bool
    result: str


def check(state: Order) -> Order:
    return {"amount": max(1, state["amount"])}


def ask(state: Order) -> Order:
    return {"approved": interrupt(f"order {state['amount']} {state['item']}?") == "yes"}


asking = StateGraph(Order)
asking.add_node("check", check)
asking.add_node("ask", ask)
asking.add_edge(START, "check")
asking.add_edge("check", "ask")
asking.add_edge("ask", END)


def place(state: Order) -> Order:
    if state["approved"]:
        PLACED.append(state["item"])
    return {"result": "placed" if state["approved"] else "refused"}


builder = StateGraph(Order)
builder.add_node("approval", asking.compile())
builder.add_node("place", place)
builder.add_edge(START, "approval")
builder.add_edge("approval", "place")
builder.add_edge("place", END)
graph = builder.compile(checkpointer=InMemorySaver())

INPUTS = [{"item": "valves", "amount": 3}, Command(resume="yes")]
