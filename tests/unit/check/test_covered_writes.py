"""Writes that somebody else covers before anybody has read them (AG409)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import pytest

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Route,
    agent,
    append,
    compile_graph,
)
from agentgraph.check.engine import check_graph
from tests.unit.check.writes import graph, said


@agent(writes="found")
def search(query: str) -> str:
    return "searched"


@agent(writes="facts")
def rank(found: str) -> str:
    return "ranked"


@agent(writes="facts")
def look_up(query: str) -> str:
    return "looked up"


@agent(writes="reply")
def compose(facts: str) -> str:
    return facts


UNEVEN = (
    Edge(START, search),
    Edge(search, rank),
    Edge(START, look_up),
    Edge([rank, look_up], compose),
    Edge(compose, END),
)


def test_the_longer_way_covers_what_the_shorter_wrote() -> None:
    (found,) = check_graph(graph(*UNEVEN))
    assert (found.code, found.severity, found.place) == ("AG409", "warning", "g.rank.facts")
    assert found.path == ("START", "search", "rank")
    assert compile_graph(graph(*UNEVEN)).invoke({"query": ""}) == {"reply": "ranked"}


def test_ways_of_one_length_clash_and_nothing_more_is_said() -> None:
    again = look_up.named("look_again")
    made = graph(
        Edge(START, look_up),
        Edge(START, again),
        Edge([look_up, again], compose),
        Edge(compose, END),
    )
    assert [code for code, _ in said(made)] == ["AG402"]


def covered_on_one_way() -> Graph:
    return graph(
        Edge(START, look_up),
        Edge(look_up, check_it),
        Edge(check_it, compose),
        Edge(compose, END),
    )


@agent(writes="facts")
def check_it(facts: str) -> str:
    return facts


def covered_after_it_was_read() -> Graph:
    @agent(writes="extra")
    def explain(facts: str) -> str:
        return facts

    @agent(writes="reply")
    def tell(facts: str, extra: str) -> str:
        return facts + extra

    more = search.named("more", reads={"query": "found"})
    return graph(
        Edge(START, look_up),
        Edge(look_up, explain),
        Edge(START, search),
        Edge(search, more),
        Edge(more, rank),
        Edge([explain, rank], tell),
        Edge(tell, END),
    )


def exclusive() -> Graph:
    class Kind(TypedDict):
        kind: Literal["a", "b"]

    @agent
    def sort(query: str) -> Kind:
        return {"kind": "a"}

    return graph(
        Edge(START, sort),
        Route(sort, on="kind", to={"a": look_up, "b": search}),
        Edge(search, rank),
        Edge([rank, look_up], compose),
        Edge(compose, END),
    )


def reduced() -> Graph:
    class State(TypedDict, total=False):
        query: str
        facts: Annotated[list[str], append]
        found: str
        reply: str

    @agent(writes="facts")
    def one(query: str) -> list[str]:
        return [query]

    @agent(writes="facts")
    def two(found: str) -> list[str]:
        return [found]

    @agent(writes="reply")
    def tell(facts: list[str]) -> str:
        return str(facts)

    return graph(
        Edge(START, one),
        Edge(START, search),
        Edge(search, two),
        Edge([one, two], tell),
        Edge(tell, END),
        state=State,
    )


def maybe_left_alone() -> Graph:
    class Perhaps(TypedDict, total=False):
        facts: str

    @agent
    def rank_some(found: str) -> Perhaps:
        return {}

    return graph(
        Edge(START, search),
        Edge(search, rank_some),
        Edge(START, look_up),
        Edge([rank_some, look_up], compose),
        Edge(compose, END),
    )


def in_a_loop() -> Graph:
    @agent(writes="done")
    def judge(facts: str) -> bool:
        return True

    return graph(
        Edge(START, search),
        Edge(search, rank),
        Edge(START, look_up),
        Edge([rank, look_up], judge),
        Route(judge, on="done", to={True: compose, False: check_it}),
        Edge(check_it, judge, at_most=3, otherwise=compose),
        Edge(compose, END),
    )


@pytest.mark.parametrize(
    "make",
    [covered_on_one_way, covered_after_it_was_read, exclusive, reduced, maybe_left_alone],
)
def test_what_is_not_lost_is_not_told(make: Any) -> None:
    assert [code for code, _ in said(make()) if code in ("AG409", "AG403")] == []


def test_a_loop_behind_does_not_hide_it() -> None:
    assert [code for code, _ in said(in_a_loop())] == ["AG409"]
