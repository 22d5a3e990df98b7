"""Tasting: three tasters, one of whom takes longer; the collector waits for all of them."""

import operator
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class Tasting(TypedDict):
    wine: str
    notes: Annotated[list[str], operator.add]
    verdict: str


def nose(state: Tasting) -> dict:
    return {"notes": [f"{state['wine']} smells of plums"]}


def decant(state: Tasting) -> dict:
    return {"notes": ["decanted"]}


def taste(state: Tasting) -> dict:
    return {"notes": ["tastes of oak"]}


def collect(state: Tasting) -> dict:
    return {"verdict": f"{len(state['notes'])} notes: {', '.join(sorted(state['notes']))}"}


builder = StateGraph(Tasting)
builder.add_node("nose", nose)
builder.add_node("decant", decant)
builder.add_node("taste", taste)
builder.add_node("collect", collect, defer=True)
builder.add_edge(START, "nose")
builder.add_edge(START, "decant")
builder.add_edge("decant", "taste")
builder.add_edge("nose", "collect")
builder.add_edge("taste", "collect")
builder.add_edge("collect", END)
graph = builder.compile()

INPUTS = [{"wine": "Rioja"}]
