"""What agents are told of the context that the caller passed, or did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import pytest

from agentgraph import END, START, Context, Edge, Graph, agent, compile_graph
from agentgraph.errors import SettingsError


@dataclass
class Shop:
    name: str


class Asked(TypedDict):
    query: str


class Told(TypedDict):
    reply: str


@agent(writes="reply")
def tell(ctx: Context[Shop], query: str) -> str:
    return f"{query} at {ctx.context.name}"


inner = Graph(
    "inner", input=Asked, output=Told, context=Shop, edges=[Edge(START, tell), Edge(tell, END)]
)
outer = Graph(
    "outer", input=Asked, output=Told, context=Shop, edges=[Edge(START, inner), Edge(inner, END)]
)


@pytest.mark.parametrize("graph", [inner, outer], ids=["flat", "nested"])
def test_agents_see_what_the_caller_passed(graph: Graph) -> None:
    assert compile_graph(graph).invoke({"query": "hi"}, context=Shop("Ada's")) == {
        "reply": "hi at Ada's"
    }


@pytest.mark.parametrize("graph", [inner, outer], ids=["flat", "nested"])
def test_a_context_that_was_not_passed_is_asked_for_by_type(graph: Graph) -> None:
    with pytest.raises(
        SettingsError, match=r"tell ctx\.context: it counts on a Shop\n.*pass context="
    ):
        compile_graph(graph).invoke({"query": "hi"})
