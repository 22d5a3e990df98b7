"""Unit conversion, small enough for lambdas."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Conversion(TypedDict, total=False):
    value: float
    unit: str
    metres: float
    text: str


FACTORS = {"ft": 0.3048, "yd": 0.9144, "m": 1.0}

builder = StateGraph(Conversion)
builder.add_node("known", lambda state: {"metres": state["value"] * FACTORS[state["unit"]]})
builder.add_node("unknown", lambda state: {"text": f"what is a {state['unit']}?"})
builder.add_node("phrase", lambda state: {"text": f"{state['metres']:.1f} m"})
builder.add_conditional_edges(
    START,
    lambda state: state["unit"] in FACTORS,
    {True: "known", False: "unknown"},
)
builder.add_edge("known", "phrase")
builder.add_edge("phrase", END)
builder.add_edge("unknown", END)
graph = builder.compile()

INPUTS = [{"value": 10.0, "unit": "ft"}, {"value": 1.0, "unit": "ell"}]
