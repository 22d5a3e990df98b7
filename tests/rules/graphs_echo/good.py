"""Market brief: prices and rumours of a share are gathered side by side by graphs of their own."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class PriceOut(TypedDict):
    price: float


class RumourOut(TypedDict):
    rumour: str


class Prices(TypedDict, total=False):
    ticker: str
    price: float


class Rumours(TypedDict, total=False):
    ticker: str
    rumour: str


class Brief(TypedDict, total=False):
    ticker: str
    price: float
    rumour: str
    brief: str


def quote(state: Prices) -> Prices:
    return {"price": 10.0 * len(state["ticker"])}


def listen(state: Rumours) -> Rumours:
    return {"rumour": f"{state['ticker']} buys a rival"}


def single(schema: type, name: str, node):
    sub = StateGraph(schema, output_schema=PriceOut if schema is Prices else RumourOut)
    sub.add_node(name, node)
    sub.add_edge(START, name)
    sub.add_edge(name, END)
    return sub.compile()


def normalise(state: Brief) -> Brief:
    return {"ticker": state["ticker"].upper()}


def write(state: Brief) -> Brief:
    return {"brief": f"{state['ticker']} at {state['price']}: {state['rumour']}"}


builder = StateGraph(Brief)
builder.add_node("normalise", normalise)
builder.add_node("prices", single(Prices, "quote", quote))
builder.add_node("rumours", single(Rumours, "listen", listen))
builder.add_node("write", write)
builder.add_edge(START, "normalise")
builder.add_edge("normalise", "prices")
builder.add_edge("normalise", "rumours")
builder.add_edge(["prices", "rumours"], "write")
builder.add_edge("write", END)
graph = builder.compile()
