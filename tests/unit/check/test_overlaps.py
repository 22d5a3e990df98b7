"""Guarded edges that meet at a border (AG302), and those that are meant to overlap."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

import pytest

from agentgraph import END, START, Edge, Graph, Route, agent, compile_graph, field
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Both(TypedDict, total=False):
    one: str
    two: str


@agent(writes="score")
def rate(query: str) -> float:
    return 0.7


@agent(writes="n")
def count(query: str) -> int:
    return 3


@agent(writes="kind")
def sort(query: str) -> Literal["x", "y", "both"]:
    return "both"


@agent(writes="one")
def first(query: str) -> str:
    return "one"


@agent(writes="two")
def second(query: str) -> str:
    return "two"


def graph(source: Any, *ways: Any, other: Any = second) -> Graph:
    return Graph(
        "g",
        input=Query,
        output=Both,
        edges=[Edge(START, source), *ways, Edge(first, END), Edge(other, END)],
    )


def forked(source: Any, one: Any, two: Any, other: Any = second) -> Graph:
    return graph(source, Edge(source, first, when=one), Edge(source, other, when=two), other=other)


def said(graph: Graph) -> list[tuple[str, str]]:
    return [(f.code, f.severity) for f in check_graph(graph)]


SCORE, N, KIND = field("score"), field("n"), field("kind")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (SCORE >= 0.7, SCORE <= 0.7),
        (SCORE <= 0.7, SCORE >= 0.7),
        (~(SCORE < 0.7), SCORE <= 0.7),
        (SCORE >= 0.7, ~(SCORE > 0.7)),
    ],
)
def test_two_guards_that_share_their_border_both_hold_there(one: Any, two: Any) -> None:
    made = forked(rate, one, two)
    (found,) = check_graph(made)
    assert (found.code, found.severity, found.witness) == ("AG302", "warning", {"score": 0.7})
    assert compile_graph(made).invoke({"query": ""}) == {"one": "one", "two": "two"}


def test_where_both_write_one_field_it_is_an_error_and_told_once() -> None:
    other = first.named("other")
    (found,) = check_graph(forked(rate, SCORE >= 0.7, SCORE <= 0.7, other))
    assert (found.code, found.severity) == ("AG302", "error")
    assert [line.split(":")[0] for line in found.related] == ["AG402"]


@pytest.mark.parametrize(
    ("source", "one", "two"),
    [
        (rate, SCORE >= 0.7, SCORE < 0.7),
        (rate, SCORE > 0.7, SCORE <= 0.7),
        # A zone in the middle that is for both.
        (rate, SCORE >= 0.5, SCORE <= 0.7),
        # Nobody scores 2.5 by counting.
        (count, N >= 2.5, N <= 2.5),
        (count, N >= 3, N < 3),
        # "both" is meant for both.
        (sort, KIND.is_in(["x", "both"]), KIND.is_in(["y", "both"])),
        (sort, KIND != "x", KIND != "y"),
        # One is told as well.
        (rate, SCORE >= 0.0, SCORE >= 0.7),
    ],
)
def test_what_is_meant_for_both_is_not_told_of(source: Any, one: Any, two: Any) -> None:
    assert [code for code, _ in said(forked(source, one, two)) if code == "AG302"] == []


def test_a_route_takes_the_first_that_holds() -> None:
    made = graph(rate, Route(rate, cases=[(SCORE >= 0.7, first), (SCORE <= 0.7, second)]))
    assert said(made) == []


def test_two_edges_to_one_agent_start_it_once() -> None:
    made = graph(
        rate,
        Edge(rate, first, when=SCORE >= 0.7),
        Edge(rate, first, when=SCORE <= 0.7),
        Edge(rate, second),
    )
    assert said(made) == []


def test_a_border_that_no_value_reaches_is_none() -> None:
    @agent(writes="score")
    def judge(query: str) -> Literal[0, 1]:
        return 1

    assert [c for c, _ in said(forked(judge, SCORE >= 0.5, SCORE <= 0.5)) if c == "AG302"] == []
    assert [c for c, _ in said(forked(judge, SCORE >= 1, SCORE <= 1)) if c == "AG302"] == ["AG302"]
