"""Exchange rates: the bank's server is busy at first, the node that asks it is tried again."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy

ATTEMPTS: list[str] = []
RATES = {"USD": 1.1, "CHF": 0.95}


class Exchange(TypedDict, total=False):
    amount: float
    currency: str
    rate: float
    text: str


def fetch(state: Exchange) -> Exchange:
    ATTEMPTS.append(state["currency"])
    if len(ATTEMPTS) < 3:
        raise ConnectionError("busy")
    return {"rate": RATES[state["currency"]]}


def convert(state: Exchange) -> Exchange:
    return {"text": f"{state['amount'] * state['rate']:.2f} {state['currency']}"}


def is_busy(error: Exception) -> bool:
    return isinstance(error, ConnectionError)


builder = StateGraph(Exchange)
builder.add_node(
    "fetch",
    fetch,
    retry_policy=RetryPolicy(max_attempts=4, initial_interval=0.001, retry_on=is_busy),
)
builder.add_node("convert", convert)
builder.add_edge(START, "fetch")
builder.add_edge("fetch", "convert")
builder.add_edge("convert", END)
graph = builder.compile()

INPUTS = [{"amount": 10.0, "currency": "USD"}]
