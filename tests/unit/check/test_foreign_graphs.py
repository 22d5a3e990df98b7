"""A plain LangGraph graph as an agent: what its types do not tell is "cannot tell", never an error."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.graph import END as LANGGRAPH_END
from langgraph.graph import START as LANGGRAPH_START
from langgraph.graph import StateGraph
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, agent, check_graph, from_langgraph


class Asked(TypedDict):
    query: str


class Told(TypedDict):
    reply: str


class Untyped(TypedDict):
    query: str
    found: Any


class Typed(TypedDict):
    query: str
    found: list[str]


@agent(writes="reply")
def tell(found: dict[str, int]) -> str:
    return str(found)


def around(state: type) -> Graph:
    builder: Any = StateGraph(state)
    builder.add_node("look", lambda _: {"found": {"a": 1}})
    builder.add_edge(LANGGRAPH_START, "look")
    builder.add_edge("look", LANGGRAPH_END)
    theirs = from_langgraph(builder, name="theirs", reads=["query"], writes=["found"])
    edges = [Edge(START, theirs), Edge(theirs, tell), Edge(tell, END)]
    return Graph("around", input=Asked, output=Told, edges=edges)


@pytest.mark.parametrize(("state", "codes"), [(Untyped, ["AG102"]), (Typed, ["AG101"])])
def test_only_what_their_types_tell_is_held_against_them(state: type, codes: list[str]) -> None:
    assert [finding.code for finding in check_graph(around(state))] == codes
