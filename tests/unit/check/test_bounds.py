"""Bounds on edges: what follows one that cannot be used up is nothing that happens."""

from __future__ import annotations

from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent, check_graph, field


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="verdict")
def judge(query: str) -> Literal["good", "bad"]:
    return "good"


@agent(writes="reply")
def praise(verdict: Literal["good"]) -> str:
    return verdict


@agent(writes="reply")
def mend(verdict: Literal["bad"]) -> str:
    return verdict


def codes(*edges: Edge | Route) -> list[str]:
    graph = Graph("bounds", input=Query, output=Reply, edges=edges)
    return [finding.code for finding in check_graph(graph) if finding.severity == "error"]


def test_what_runs_once_a_turn_does_not_use_up_a_bound() -> None:
    assert (
        codes(
            Edge(START, judge, at_most=1, otherwise=praise),
            Route(judge, on="verdict", to={"good": praise, "bad": mend}),
            Edge(praise, END),
            Edge(mend, END),
        )
        == []
    )


def test_what_comes_round_again_does() -> None:
    again = judge.named("judge_again")
    assert codes(
        Edge(START, judge),
        Edge(judge, again, at_most=1, otherwise=praise),
        Edge(again, judge, when=field("verdict") == "bad"),
        Edge(again, praise, when=field("verdict") == "good"),
        Edge(praise, END),
    ) == ["AG101"]


def test_what_two_ways_of_different_length_start_does() -> None:
    first, second = judge.named("first", writes="one"), judge.named("second", writes="two")
    assert "AG101" in codes(
        Edge(START, first),
        Edge(START, judge),
        Edge(first, judge),
        Edge(judge, second, at_most=1, otherwise=praise),
        Edge(second, END),
        Edge(praise, END),
    )


def test_an_end_beside_a_way_that_always_leads_back_ends_nothing() -> None:
    assert codes(
        Edge(START, judge),
        Edge(judge, mend),
        Edge(mend, judge),
        Edge(mend, END),
    ) == ["AG204", "AG101"]
    assert (
        codes(
            Edge(START, judge),
            Route(judge, on="verdict", to={"good": praise, "bad": mend}),
            Edge(praise, END),
            Edge(mend, judge),
            Edge(mend, END),
        )
        == []
    )


def test_what_goes_round_for_ever_does_not_end_without_the_output() -> None:
    """The turn is over only where the loop was left, by the one who writes the reply."""
    log = judge.named("log", writes="logged")
    assert (
        codes(
            Edge(START, judge),
            Edge(judge, log),
            Edge(log, END),
            Route(judge, on="verdict", to={"good": praise, "bad": judge}),
            Edge(praise, END),
        )
        == []
    )


def test_a_join_does_not_start_beside_another_that_will_bring_it_more() -> None:
    """`rate` waits for `judge` alone, so that `sum_up`, which waits for both, has not begun yet."""
    rate, sum_up = judge.named("rate", writes="rating"), judge.named("sum_up", writes="rating")
    last = judge.named("last", writes="reply")
    assert (
        codes(
            Edge(START, judge),
            Edge([judge], rate),
            Edge([judge, rate], sum_up),
            Edge(sum_up, last),
            Edge(last, END),
        )
        == []
    )
