"""What stands in when an agent has given up, and the edge that is taken when nothing does."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Retry,
    Value,
    agent,
    arun_graph,
    run_graph,
)
from agentgraph.observe.events import Degraded, Event

SOON = Retry(attempts=3, wait=0.001, jitter=0)


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


def one(agent: Any) -> Graph:
    return Graph("one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)])


def test_fallbacks_stand_in_one_after_the_other() -> None:
    def second(n: int) -> str:
        raise OSError("second")

    @agent(writes="shown", retry=SOON)
    def third(ctx: Context[None], n: int, other: str = "") -> str:
        if ctx.attempt < 3:
            raise OSError("third")
        return f"third {n} {other}"

    class Both(TypedDict):
        n: int
        other: str

    @agent(writes="shown", fallback=[second, third, Value("never")])
    def first(n: int) -> str:
        raise ValueError("first")

    graph = Graph("one", input=Both, output=Shown, edges=[Edge(START, first), Edge(first, END)])
    seen: list[Event] = []
    done = run_graph(graph, {"n": 1, "other": "seen"}, sink=seen.append)
    assert done.output == {"shown": "third 1 seen"}
    degraded = [(e.by, e.because) for e in seen if isinstance(e, Degraded)]
    assert degraded == [("second", "ValueError: first"), ("third", "OSError: second")]


def test_when_everything_fails_the_last_exception_carries_the_first() -> None:
    def second(n: int) -> str:
        raise OSError("second")

    @agent(writes="shown", fallback=second)
    def first(n: int) -> str:
        raise ValueError("first")

    with pytest.raises(OSError, match="second") as failed:
        run_graph(one(first), {"n": 1})
    assert isinstance(failed.value.__context__, ValueError)


def test_a_failure_edge_is_taken_when_all_has_failed() -> None:
    @agent(writes="held")
    def hold(n: int) -> str:
        return "held"

    def second(held: str, n: int) -> Literal["booked"]:
        raise OSError("full, too")

    @agent(writes="shown", fallback=second)
    def book(held: str, n: int) -> Literal["booked"]:
        raise OSError("full")

    @agent(writes="shown")
    def release(held: str) -> str:
        return f"released what was {held}"

    graph = Graph(
        "compensated",
        input=Number,
        output=Shown,
        edges=[
            Edge(START, hold),
            Edge(hold, book),
            Edge(book, END),
            Edge(book, release, on_failure=True),
            Edge(release, END),
        ],
    )
    assert run_graph(graph, {"n": 1}).output == {"shown": "released what was held"}
    assert asyncio.run(arun_graph(graph, {"n": 1})).output == {"shown": "released what was held"}
