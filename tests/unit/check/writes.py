"""What graphs of unread and covered writes are made of."""

from __future__ import annotations

from typing import Any, TypedDict

from agentgraph import Graph, agent
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="reply")
def answer(query: str) -> str:
    return query


@agent(writes="note")
def note(query: str) -> str:
    return query


def graph(*edges: Any, **more: Any) -> Graph:
    return Graph("g", edges=list(edges), **{"input": Query, "output": Reply, **more})


def said(graph: Graph) -> list[tuple[str, str]]:
    return [(f.code, f.place) for f in check_graph(graph)]
