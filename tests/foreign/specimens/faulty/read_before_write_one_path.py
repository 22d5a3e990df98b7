"""Shop assistant: known products are priced from the catalogue, others are searched for first."""

from typing import Literal, TypedDict

from langgraph.graph import END, START, StateGraph

CATALOGUE = {"lamp": 40.0, "desk": 180.0}


class Question(TypedDict):
    product: str


class Shop(TypedDict):
    product: str
    supplier: str
    price: float
    offer: str


def look_up(state: Shop) -> dict:
    return {"price": CATALOGUE.get(state["product"], 0.0)}


def search_suppliers(state: Shop) -> dict:
    supplier = "Nord" if len(state["product"]) % 2 else "Sued"
    return {"supplier": supplier, "price": 99.0}


def offer(state: Shop) -> dict:
    text = f"{state['product']} for {state['price']:.0f}, by {state['supplier']}"
    return {"offer": text}


def known(state: Shop) -> Literal["offer", "search_suppliers"]:
    return "offer" if state["price"] else "search_suppliers"


def make_graph():
    builder = StateGraph(Shop, input_schema=Question)
    builder.add_node("look_up", look_up)
    builder.add_node("search_suppliers", search_suppliers)
    builder.add_node("offer", offer)
    builder.add_edge(START, "look_up")
    builder.add_conditional_edges("look_up", known)
    builder.add_edge("search_suppliers", "offer")
    builder.add_edge("offer", END)
    return builder.compile()


graph = make_graph()

INPUTS = [{"product": "vase"}, {"product": "lamp"}]
# fault: read-before-write at line 31
