"""Small graphs with labelled data, and what is found of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Label,
    agent,
)
from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding
from agentgraph.model.facts import ModelFacts

Secret = Annotated[str, Label("pii")]


class Given(TypedDict):
    email: Secret
    text: str


class Text(TypedDict):
    text: str


class Flag(TypedDict):
    on: bool


class Note(TypedDict):
    note: str


class Reply(TypedDict):
    reply: str


@agent(writes="reply")
def answer(note: str) -> str:
    return note


@agent(writes="note", clears={"pii"})
def copy(email: str) -> str:
    return email


@agent(writes="note", clears={"pii"}, removes={"pii"})
def mask(email: str) -> str:
    return "***"


@agent(writes="note")
def plain(text: str) -> str:
    return text


@agent(writes="reply", clears={"pii"}, removes={"pii"})
def hide(note: str) -> str:
    return ""


def made(*edges: Any, **options: Any) -> Graph:
    return Graph("one", **{"input": Given, "output": Reply, **options}, edges=list(edges))


def found(graph: Graph, **models: ModelFacts) -> list[Finding]:
    return [f for f in check_graph(graph, models=models) if f.code == "AG602"]


def places(graph: Graph, **models: ModelFacts) -> list[str]:
    """Where it is told of, consequences with it."""
    every = found(graph, **models)
    return [f.place for f in every] + [line for f in every for line in f.related]


def chain(*agents: Any) -> list[Edge]:
    stops = [START, *agents, END]
    return [Edge(a, b) for a, b in pairwise(stops)]
