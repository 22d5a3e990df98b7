"""Preferences: what the user likes is kept in a store, whatever the thread."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore


class Greeting(TypedDict, total=False):
    user: str
    text: str
    greeting: str


def remember(state: Greeting, *, store: BaseStore) -> None:
    words = state["text"].split()
    if "like" in words[:-1]:
        store.put(("likes",), state["user"], {"what": words[words.index("like") + 1]})


def greet(state: Greeting, runtime: Runtime) -> Greeting:
    liked = runtime.store.get(("likes",), state["user"]) if runtime.store else None
    return {"greeting": f"Hello, how about {liked.value['what'] if liked else 'tea'}?"}


builder = StateGraph(Greeting)
builder.add_node("remember", remember)
builder.add_node("greet", greet)
builder.add_edge(START, "remember")
builder.add_edge("remember", "greet")
builder.add_edge("greet", END)
graph = builder.compile(store=InMemoryStore())

INPUTS = [
    {"user": "kim", "text": "Good morning"},
    {"user": "kim", "text": "I like jazz"},
    {"user": "kim", "text": "Hi"},
]
