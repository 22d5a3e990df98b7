"""Translations of a catalogue: every entry is translated on its own, in parallel."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

GLOSSARY = {"fr": {"lamp": "lampe", "desk": "bureau"}, "es": {"lamp": "lámpara"}}


class Catalogue(TypedDict):
    language: str
    entries: list[str]
    translated: Annotated[list[str], operator.add]
    page: str


class Entry(TypedDict):
    entry: str
    language: str


def load(state: Catalogue) -> dict:
    return {"entries": sorted(set(state["entries"]))}


def translate(state: Entry) -> dict:
    words = GLOSSARY.get(state["language"], {})
    return {"translated": [words.get(state["entry"], state["entry"])]}


def bind(state: Catalogue) -> dict:
    return {"page": f"[{state['language']}] " + ", ".join(sorted(state["translated"]))}


def each_entry(state: Catalogue) -> list[Send] | str:
    if not state["entries"]:
        return "bind"
    return [Send("translate", {"entry": entry}) for entry in state["entries"]]


builder = StateGraph(Catalogue)
builder.add_node("load", load)
builder.add_node("translate", translate)
builder.add_node("bind", bind)
builder.add_edge(START, "load")
builder.add_conditional_edges("load", each_entry, ["translate", "bind"])
builder.add_edge("translate", "bind")
builder.add_edge("bind", END)
graph = builder.compile()
