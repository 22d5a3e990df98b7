"""Basket: what comes from the state is copied before it is changed, and handed back whole."""

import copy
from typing import TypedDict

from langgraph.graph import END, START, StateGraph

PRICES = {"chair": 80, "table": 240}


class Purchase(TypedDict, total=False):
    items: list[str]
    basket: dict[str, int]
    history: list[dict]
    total: int


def collect(state: Purchase) -> Purchase:
    items = sorted(state["items"])
    items.reverse()
    basket: dict[str, int] = {}
    for item in items:
        basket[item] = PRICES[item]
    return {"items": items, "basket": basket}


def add_delivery(state: Purchase) -> Purchase:
    basket = dict(state["basket"])
    basket["delivery"] = 30
    return {"basket": basket}


def note(state: Purchase) -> Purchase:
    history = copy.deepcopy(state.get("history", []))
    history.append({"basket": state["basket"]})
    update: Purchase = {}
    update["history"] = history
    update["total"] = sum(state["basket"].values())
    return update


builder = StateGraph(Purchase)
builder.add_sequence([collect, add_delivery, note])
builder.add_edge(START, "collect")
builder.add_edge("note", END)
graph = builder.compile()

INPUTS = [{"items": ["chair", "table"]}]
