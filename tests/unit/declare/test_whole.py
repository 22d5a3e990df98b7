"""`whole`: how a list is stored, as it is declared."""

from __future__ import annotations

import inspect
import operator
from dataclasses import replace
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, agent, append, whole
from agentgraph.errors import DeclarationError
from agentgraph.model.codec import dump, load, spec_hash
from agentgraph.model.graph import GraphSpec


class Number(TypedDict):
    n: int


class Stored(TypedDict):
    n: int
    log: Annotated[list[str], append, whole]


@agent(writes="log")
def say(n: int) -> list[str]:
    return [str(n)]


def graph(state: Any) -> Graph:
    edges = [Edge(START, say), Edge(say, END)]
    return Graph("stored", input=Number, output=Number, state=state, edges=edges)


def test_it_is_told_and_is_no_part_of_what_the_graph_means() -> None:
    spec = graph(Stored).spec
    log = spec.field("log")
    assert log.whole
    assert not spec.field("n").whole
    assert load(GraphSpec, dump(spec)) == spec
    by_steps = replace(spec, state=(spec.field("n"), replace(log, whole=False)))
    assert by_steps != spec
    assert spec_hash(by_steps) == spec_hash(spec)
    assert repr(whole) == "whole"


def test_it_is_refused_on_what_is_stored_whole_anyway() -> None:
    class Marked(TypedDict):
        n: Annotated[int, whole]
        total: Annotated[int, operator.add, whole]
        log: Annotated[list[str], append, whole]

    with pytest.raises(DeclarationError) as refused:
        graph(Marked)
    found = refused.value.problems
    assert [problem.where for problem in found] == ["n", "total"]
    assert all("append or upsert" in problem.help for problem in found)
    start = inspect.getsourcelines(Marked)[1]
    assert [problem.line for problem in found] == [start + 1, start + 2]
