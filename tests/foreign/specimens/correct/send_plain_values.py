"""Word lengths: a line is cut into words, each is measured by itself, the longest is named."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send


class Line(TypedDict):
    line: str
    words: list[str]
    lengths: Annotated[dict[str, int], operator.or_]
    longest: str


def cut(state: Line) -> dict:
    return {"words": state["line"].split()}


def measure(word: str) -> dict:
    return {"lengths": {word: len(word)}}


def name_longest(state: Line) -> dict:
    lengths = state["lengths"]
    return {"longest": max(sorted(lengths), key=lambda word: lengths[word]) if lengths else ""}


def each_word(state: Line) -> list[Send] | str:
    sends = [Send("measure", word) for word in state["words"]]
    return sends or "name_longest"


builder = StateGraph(Line)
builder.add_node("cut", cut)
builder.add_node("measure", measure)
builder.add_node("name_longest", name_longest)
builder.add_edge(START, "cut")
builder.add_conditional_edges("cut", each_word, ["measure", "name_longest"])
builder.add_edge("measure", "name_longest")
builder.add_edge("name_longest", END)
graph = builder.compile()

INPUTS = [{"line": "a measure of words"}, {"line": ""}]
