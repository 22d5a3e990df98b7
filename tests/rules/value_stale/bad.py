"""Translator: a text is translated; unknown languages are noted and explained."""

from typing import NotRequired, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

WORDS = {"de": {"hello": "hallo", "world": "Welt"}, "fr": {"hello": "bonjour"}}


class Translation(TypedDict):
    text: str
    language: str
    error: NotRequired[str]
    result: NotRequired[str]


def check_language(state: Translation) -> dict:
    if state["language"] not in WORDS:
        return {"error": f"no dictionary for {state['language']}"}
    return {}


def translate(state: Translation) -> dict:
    known = WORDS[state["language"]]
    return {"result": " ".join(known.get(word, word) for word in state["text"].split())}


def explain(state: Translation) -> dict:
    return {"result": f"Sorry, {state['error']}."}


def after_check(state: Translation) -> str:
    return "explain" if state.get("error") else "translate"


def build(checkpointer):
    graph = StateGraph(Translation)
    graph.add_node("check_language", check_language)
    graph.add_node("translate", translate)
    graph.add_node("explain", explain)
    graph.add_edge(START, "check_language")
    graph.add_conditional_edges("check_language", after_check, ["explain", "translate"])
    graph.add_edge("translate", END)
    graph.add_edge("explain", END)
    return graph.compile(checkpointer=checkpointer)


graph = build(InMemorySaver())
