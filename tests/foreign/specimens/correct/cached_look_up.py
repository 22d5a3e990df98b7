"""Geocoder: look-ups are dear, so the same address is asked for once."""

from typing import TypedDict

from langgraph.cache.memory import InMemoryCache
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy

CALLS: list[str] = []
PLACES = {"main street 1": "48.1, 11.5"}


class Address(TypedDict, total=False):
    raw: str
    address: str
    position: str
    label: str


def clean(state: Address) -> Address:
    return {"address": " ".join(state["raw"].lower().split())}


def geocode(state: Address) -> Address:
    CALLS.append(state["address"])
    return {"position": PLACES.get(state["address"], "unknown")}


def label(state: Address) -> Address:
    return {"label": f"{state['address']} @ {state['position']}"}


builder = StateGraph(Address)
builder.add_node("clean", clean)
builder.add_node(
    "geocode", geocode, cache_policy=CachePolicy(key_func=lambda s: s["address"], ttl=3600)
)
builder.add_node("label", label)
builder.add_edge(START, "clean")
builder.add_edge("clean", "geocode")
builder.add_edge("geocode", "label")
builder.add_edge("label", END)
graph = builder.compile(cache=InMemoryCache())

INPUTS = [{"raw": "Main  Street 1"}, {"raw": "main street 1"}]
