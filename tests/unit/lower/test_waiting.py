"""The game of live tokens, move by move."""

from __future__ import annotations

from typing import Any

from agentgraph.lower.plan import lower_graph
from agentgraph.lower.reach import join_tables
from agentgraph.lower.waiting import Marks, Watch, advance, settle, watches
from agentgraph.model.graph import START
from tests.unit.compile.making import edge, graph, mapped


def watch(join: str, *ways: Any, **more: Any) -> Watch:
    return watches(join_tables(lower_graph(graph(*ways, **more))))[join]


FORK = (edge(START, "a"), edge("a", "b"), edge("a", "c"), edge("c", "d"), edge(["b", "d"], "j"))


def test_it_waits_for_what_is_live_and_fires_when_that_has_come():
    own, marks = watch("j", *FORK), Marks()
    advance(own, marks, [{"go": ["b", "c"]}])
    advance(own, marks, [{"at": [["j", "b"]]}, {"go": ["d"]}])
    assert not marks.ready
    advance(own, marks, [{"at": [["j", "d"]]}])
    assert marks.ready


def test_it_fires_without_what_cannot_come_any_more():
    own, marks = watch("j", *FORK), Marks()
    advance(own, marks, [{"at": [["j", "b"]]}, {}])
    assert marks.ready


def test_once_it_has_run_it_starts_over():
    own, marks = watch("j", *FORK, edge("j", "a", at_most=1)), Marks()
    advance(own, marks, [{"at": [["j", "b"], ["j", "d"]]}])
    assert marks.ready
    advance(own, marks, [{"ran": "j", "go": ["a"]}])
    assert marks == Marks()


def test_what_arrives_while_it_runs_counts_for_the_next_time():
    own, marks = watch("j", *FORK), Marks()
    advance(own, marks, [{"at": [["j", "b"]]}])
    advance(own, marks, [{"at": [["j", "d"]]}, {"ran": "j"}])
    assert marks.ready


def test_a_waiting_join_upstream_is_waited_for():
    ways = (
        edge(START, "a"),
        edge(START, "x"),
        edge("x", "y"),
        edge(["a", "y"], "k"),
        edge(START, "b"),
        edge(["b", "k"], "j"),
    )
    own, marks = watch("j", *ways), Marks()
    advance(own, marks, [{"at": [["j", "b"]]}, {"at": [["k", "a"]]}, {"go": ["y"]}])
    assert not marks.ready
    advance(own, marks, [{"at": [["k", "y"]]}])
    assert not marks.ready  # k fires now, and will come
    advance(own, marks, [{"ran": "k", "at": [["j", "k"]]}])
    assert marks.ready


CIRCLE = (
    edge(START, "a"),
    edge(START, "b"),
    edge(["a", "k"], "j", at_most=1),
    edge(["b", "j"], "k", at_most=1),
)


def test_of_a_circle_the_lowest_rank_goes_first():
    moves = [{"at": [["j", "a"]]}, {"at": [["k", "b"]]}]
    fired = {}
    for name in ("j", "k"):
        own, marks = watch(name, *CIRCLE), Marks()
        advance(own, marks, moves)
        fired[name] = (own.own.rank, marks.ready)
    assert sorted(fired.values()) == [(0, True), (1, False)]


def test_a_circle_waits_while_something_live_can_still_bring_what_one_lacks():
    ways = (*CIRCLE, edge(START, "x"), edge("x", "b2"), edge(["b2"], "k"))
    for name in ("j", "k"):
        own, marks = watch(name, *ways), Marks()
        advance(own, marks, [{"at": [["j", "a"]]}, {"at": [["k", "b"]]}, {"go": ["b2"]}])
        assert not marks.ready


def test_a_new_turn_forgets():
    own, marks = watch("j", *FORK), Marks({"j": 1}, ready=True, sends=("a",))
    advance(own, marks, [{"reset": True, "go": ["a"]}])
    assert marks == Marks()


def test_unknown_names_of_another_version_of_the_graph_are_passed_by():
    own, marks = watch("j", *FORK), Marks()
    advance(own, marks, [{"at": [["gone", "b"], ["j", "gone"]], "go": ["gone"], "ran": "gone"}])
    assert marks == Marks()


def test_settling_fires_what_waits_for_a_node_that_never_ran():
    own, marks = watch("j", *FORK), Marks()
    advance(own, marks, [{"at": [["j", "b"]]}, {"go": ["d"]}])
    settle(own, marks)
    assert marks.ready


def test_settling_holds_back_while_runs_per_element_are_pending():
    ways = (
        edge(START, "a"),
        edge("a", "b"),
        mapped("a", "l", "item", "i"),
        edge(["b", "item"], "j"),
    )
    own, marks = watch("j", *ways, state=["l", "i"]), Marks()
    advance(own, marks, [{"at": [["j", "b"]]}, {"send": ["item"]}])
    settle(own, marks)
    assert not marks.ready
    advance(own, marks, [{"at": [["j", "item"]]}])
    assert marks.ready
