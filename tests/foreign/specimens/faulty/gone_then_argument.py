"""Parcel desk: a parcel is weighed, goes by road or by air, and is labelled either way."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Parcel(TypedDict, total=False):
    weight: float
    country: str
    way: str
    price: float
    label: str


def weigh(state: Parcel) -> Parcel:
    return {"weight": max(state["weight"], 0.1)}


def by_road(state: Parcel) -> Parcel:
    return {"way": "road", "price": 4.0 + state["weight"]}


def by_air(state: Parcel) -> Parcel:
    return {"way": "air", "price": 9.0 + 3 * state["weight"]}


def label(state: Parcel) -> Parcel:
    return {"label": f"{state['way']} {state['country']} {state['price']:.2f}"}


def choose_way(state: Parcel) -> str:
    return "by_road" if state["country"] in {"DE", "FR", "AT"} else "by_air"


builder = StateGraph(Parcel)
builder.add_node("weigh", weigh)
builder.add_node("by_road", by_road)
builder.add_node("by_air", by_air)
builder.add_node("label", label)
builder.add_edge(START, "weigh")
builder.add_conditional_edges(
    "weigh",
    choose_way,
    {"by_road": "by_road", "by_air": "by_air"},
    then="label",
)
builder.add_edge("label", END)
graph = builder.compile()

INPUTS = [{"weight": 2.0, "country": "AT"}]
# fault: gone-name at line 46
