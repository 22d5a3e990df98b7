"""Negotiation: offers go back and forth until both agree, or the last step is reached."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.managed import IsLastStep
from typing_extensions import TypedDict


class Deal(TypedDict):
    asked: int
    offered: int
    last: IsLastStep
    outcome: str


def haggle(state: Deal) -> dict:
    if state["offered"] >= state["asked"]:
        return {"outcome": f"sold for {state['offered']}"}
    if state["last"]:
        return {"outcome": f"no deal, {state['asked'] - state['offered']} apart"}
    return {"asked": state["asked"] - 10, "offered": state["offered"] + 5}


def settled(state: Deal) -> Literal["haggle", "__end__"]:
    return END if state.get("outcome") else "haggle"


builder = StateGraph(Deal)
builder.add_node("haggle", haggle)
builder.add_edge(START, "haggle")
builder.add_conditional_edges("haggle", settled)
graph = builder.compile()

INPUTS = [{"asked": 100, "offered": 60}, {"asked": 9000, "offered": 1}]
