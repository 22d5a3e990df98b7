"""Market brief: two graphs of their own run side by side; each hands back only what it found."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Asked(TypedDict):
    ticker: str


class Priced(TypedDict):
    price: float


class Heard(TypedDict):
    rumour: str


class PriceState(Asked, Priced):
    pass


class RumourState(Asked, Heard):
    pass


class Brief(PriceState, RumourState):
    brief: str


def quote(state: PriceState) -> Priced:
    return {"price": 10.0 * len(state["ticker"])}


def listen(state: RumourState) -> Heard:
    return {"rumour": f"{state['ticker']} buys a rival"}


def single(state_schema: type, output_schema: type, node):
    sub = StateGraph(state_schema, input_schema=Asked, output_schema=output_schema)
    sub.add_node(node)
    sub.add_edge(START, node.__name__)
    sub.add_edge(node.__name__, END)
    return sub.compile()


def write(state: Brief) -> dict:
    return {"brief": f"{state['ticker']} at {state['price']}: {state['rumour']}"}


builder = StateGraph(Brief)
builder.add_node("prices", single(PriceState, Priced, quote))
builder.add_node("rumours", single(RumourState, Heard, listen))
builder.add_node("write", write)
builder.add_edge(START, "prices")
builder.add_edge(START, "rumours")
builder.add_edge(["prices", "rumours"], "write")
builder.add_edge("write", END)
graph = builder.compile()

INPUTS = [{"ticker": "ACME"}]
