"""What a reader that was told of is taken to have got, so that one fault is one finding."""

from __future__ import annotations

from typing import Literal, TypedDict

import pytest

from agentgraph import END, START, Edge, Graph, Route, agent, field
from agentgraph.check.engine import check_graph

Kind = Literal["good", "odd"]


class Query(TypedDict):
    query: str


class State(TypedDict):
    query: str
    kind: Kind


@agent(writes="kind")
def wrong(query: str) -> Literal["odd"]:
    return "odd"


@agent(writes="kind")
def right(query: str) -> Literal["good"]:
    return "good"


@agent
def wait(query: str) -> None: ...


@agent
def use(kind: Literal["good"]) -> None: ...


@agent
def on_good(query: str) -> None: ...


@agent
def on_odd(query: str) -> None: ...


def pick(query: str) -> Literal["wrong", "right"]:
    return "wrong"


@pytest.mark.parametrize("first", ["wrong", "right"])
def test_nothing_is_assumed_of_a_reader_that_also_gets_what_it_takes(first: str) -> None:
    """Whichever way is the shorter: behind the reader, the value is one that it takes."""
    one, other = (wrong, right) if first == "wrong" else (right, wrong)
    graph = Graph(
        "g",
        input=Query,
        state=State,
        edges=[
            Route(START, on=pick, to={first: one, "right" if first == "wrong" else "wrong": wait}),
            Edge(wait, other),
            Edge(one, use),
            Edge(other, use),
            Edge(use, on_good, when=field("kind") == "good"),
            Edge(use, on_odd, when=field("kind") == "odd"),
            Edge(on_good, END),
            Edge(on_odd, END),
        ],
    )
    assert [(f.code, f.place) for f in check_graph(graph)] == [
        ("AG101", "g.use.kind"),
        ("AG303", "g.use"),
    ]


def test_what_comes_only_of_the_assumption_does_not_put_an_end_to_it() -> None:
    """The loop writes what its reader lacks at first: all that lies behind is looked at still."""

    @agent(writes="kind")
    def mend(kind: Literal["good"]) -> Literal["good"]:
        return kind

    @agent
    def lost(never: str) -> None: ...

    graph = Graph(
        "g",
        input=Query,
        state=State,
        edges=[
            Edge(START, wrong),
            Edge(wrong, mend),
            Edge(mend, mend, at_most=2),
            Edge(mend, lost),
            Edge(lost, END),
        ],
    )
    found = {(f.code, f.place) for f in check_graph(graph) if f.severity == "error"}
    assert found == {("AG101", "g.mend.kind"), ("AG401", "g.lost.never")}
