"""Geocoder: addresses are cleaned and looked up; look-ups are dear, so they are cached."""

from typing import TypedDict

from langgraph.cache.memory import InMemoryCache
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy

CALLS: list[str] = []  # what the provider bills
PLACES = {"main street 1": (48.1, 11.5), "high street 2": (51.5, -0.1)}


class Address(TypedDict, total=False):
    raw: str
    address: str
    position: tuple[float, float]
    label: str


def clean(state: Address) -> Address:
    return {"address": " ".join(state["raw"].lower().split())}


def geocode(state: Address) -> Address:
    CALLS.append(state["address"])
    return {"position": PLACES.get(state["address"], (0.0, 0.0))}


def label(state: Address) -> Address:
    north, east = state["position"]
    return {"label": f"{state['address']} @ {north}, {east}"}


def same_address(state: Address) -> str:
    return state["address"]


builder = StateGraph(Address)
builder.add_node("clean", clean)
builder.add_node(
    "geocode",
    geocode,
    cache_policy=CachePolicy(key_func=same_address, ttl=3600),
)
builder.add_node("label", label)
builder.add_edge(START, "clean")
builder.add_edge("clean", "geocode")
builder.add_edge("geocode", "label")
builder.add_edge("label", END)
graph = builder.compile(cache=InMemoryCache())
