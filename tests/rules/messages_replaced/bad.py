"""Tutor: explains a term, then asks a question about it; the thread is remembered."""

from typing import TypedDict

from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

model = FakeListChatModel(responses=["A prime has two divisors.", "Is 9 a prime?"])
RULES = SystemMessage("You are a patient tutor.")


class Lesson(TypedDict):
    messages: list[AnyMessage]
    level: str


def set_level(state: Lesson) -> dict:
    return {"level": state.get("level", "beginner")}


def explain(state: Lesson) -> dict:
    return {"messages": [model.invoke([RULES, *state["messages"]])]}


def ask(state: Lesson) -> dict:
    return {"messages": [model.invoke([RULES, *state["messages"]])]}


def build(checkpointer):
    builder = StateGraph(Lesson)
    builder.add_node("set_level", set_level)
    builder.add_node("explain", explain)
    builder.add_node("ask", ask)
    builder.add_edge(START, "set_level")
    builder.add_edge("set_level", "explain")
    builder.add_edge("explain", "ask")
    builder.add_edge("ask", END)
    return builder.compile(checkpointer=checkpointer)


graph = build(InMemorySaver())
