"""Price list: the same two functions serve as nodes for several shops."""

import operator
from functools import partial
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph

PRICES = {"north": {"tea": 3.0}, "south": {"tea": 2.5}, "west": {}}


class Comparison(TypedDict):
    product: str
    offers: Annotated[list[tuple[float, str]], operator.add]
    best: str


def ask_shop(shop: str, state: Comparison) -> dict:
    price = PRICES[shop].get(state["product"])
    return {"offers": [] if price is None else [(price, shop)]}


def choose(state: Comparison, *, currency: str) -> dict:
    if not state["offers"]:
        return {"best": "sold out"}
    price, shop = min(state["offers"])
    return {"best": f"{shop} for {price:.2f} {currency}"}


builder = StateGraph(Comparison)
builder.add_node("choose", partial(choose, currency="EUR"))
for shop in PRICES:
    builder.add_node(f"ask_{shop}", partial(ask_shop, shop))
    builder.add_edge(START, f"ask_{shop}")
builder.add_edge([f"ask_{shop}" for shop in PRICES], "choose")
builder.add_edge("choose", END)
graph = builder.compile()

INPUTS = [{"product": "tea"}, {"product": "milk"}]
