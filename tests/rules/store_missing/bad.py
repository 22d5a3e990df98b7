"""Preferences: what a user likes is remembered across chats and used in the greeting."""

from dataclasses import dataclass
from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime


@dataclass
class User:
    name: str = "kim"


class Greeting(TypedDict, total=False):
    text: str
    likes: str
    greeting: str


def find_likes(state: Greeting) -> Greeting:
    words = state["text"].split()
    return {"likes": words[words.index("like") + 1] if "like" in words else ""}


def remember(state: Greeting, runtime: Runtime[User]) -> None:
    if state["likes"]:
        runtime.store.put(("likes",), runtime.context.name, {"what": state["likes"]})


def greet(state: Greeting, runtime: Runtime[User]) -> Greeting:
    return {"greeting": f"Hello {runtime.context.name}, how about {state['likes'] or 'tea'}?"}


builder = StateGraph(Greeting, context_schema=User)
builder.add_node("find_likes", find_likes)
builder.add_node("remember", remember)
builder.add_node("greet", greet)
builder.add_edge(START, "find_likes")
builder.add_edge("find_likes", "remember")
builder.add_edge("remember", "greet")
builder.add_edge("greet", END)
graph = builder.compile(checkpointer=InMemorySaver())
