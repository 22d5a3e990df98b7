"""Quotes: who asks is in the runtime's context, how to round in the config, rebates in the store."""

from dataclasses import dataclass
from typing import TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_store
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime, get_runtime
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore


@dataclass
class Customer:
    name: str
    country: str = "DE"


class Quote(TypedDict, total=False):
    hours: int
    net: float
    rebate: float
    gross: float
    text: str


VAT = {"DE": 0.19, "FR": 0.2}
store = InMemoryStore()
store.put(("rebates",), "Kim", {"share": 0.1})


def price(state: Quote, config: RunnableConfig) -> Quote:
    rate = config["configurable"].get("rate", 100)
    return {"net": float(state["hours"] * rate)}


def rebate(state: Quote, *, runtime: Runtime[Customer], store: BaseStore) -> Quote:
    item = store.get(("rebates",), runtime.context.name)
    return {"rebate": state["net"] * item.value["share"] if item else 0.0}


def tax(state: Quote, runtime: Runtime[Customer]) -> Quote:
    return {"gross": (state["net"] - state["rebate"]) * (1 + VAT[runtime.context.country])}


def phrase(state: Quote) -> Quote:
    customer = get_runtime(Customer).context
    known = get_store().get(("rebates",), customer.name) is not None
    return {"text": f"{customer.name} ({'known' if known else 'new'}): {state['gross']:.2f}"}


builder = StateGraph(Quote, context_schema=Customer)
builder.add_sequence([price, rebate, tax, phrase])
builder.add_edge(START, "price")
builder.add_edge("phrase", END)
graph = builder.compile(store=store)

CONTEXT = Customer("Kim", "FR")
INPUTS = [{"hours": 2}]
