"""Until when a call has to be done: bodies can ask, and nothing goes on for longer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
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
    by_model,
    open_memory,
    resume_graph,
    run_graph,
    stream_graph,
    tool,
)
from agentgraph.call.errors import DeadlineError
from agentgraph.observe.clock import monotonic
from agentgraph.remember.ports import Memory


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


def one(agent: Any, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


def runs(graph: Graph, awaited: bool, **options: Any) -> Any:
    if awaited:
        return asyncio.run(arun_graph(graph, {"n": 1}, **options)).output
    return run_graph(graph, {"n": 1}, **options).output


@pytest.mark.parametrize("awaited", [False, True])
def test_it_shrinks_through_nested_calls(awaited: bool) -> None:
    seen: dict[str, float | None] = {}

    @tool(timeout=100)
    def short(ctx: Context[Any], n: int) -> int:
        seen["tool"] = ctx.deadline
        return n

    @tool(timeout=5000)
    def long(ctx: Context[Any], n: int) -> int:
        seen["long tool"] = ctx.deadline
        return n

    @agent(writes="shown", timeout=3000)
    def innermost(ctx: Context[Any], n: int) -> str:
        seen["run inside"] = ctx.deadline
        return "inside"

    @agent(writes="shown", tools=[short, long], timeout=1000)
    def outer(ctx: Context[Any], n: int) -> str:
        seen["agent"] = ctx.deadline
        short(n)
        long(n)
        run_graph(one(innermost), {"n": n})
        return "done"

    @agent(writes="shown")
    def free(ctx: Context[Any], n: int) -> str:
        seen["free"] = ctx.deadline
        return "done"

    runs(one(outer), awaited)
    runs(one(free), awaited)
    assert seen.pop("free") is None
    assert {name: round(left or 0, -1) for name, left in seen.items()} == {
        "agent": 1000,
        "tool": 100,
        "long tool": 1000,
        "run inside": 1000,
    }
    runs(one(outer), awaited, deadline=500)
    assert {name: round(left or 0, -1) for name, left in seen.items()} == {
        "agent": 500,
        "tool": 100,
        "long tool": 500,
        "run inside": 500,
    }
    runs(
        one(Graph("inner", input=Number, output=Shown, edges=[Edge(START, free), Edge(free, END)])),
        awaited,
        deadline=500,
    )
    assert round(seen["free"] or 0, -1) == 500


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_what_still_runs_at_the_deadline_is_given_up_on(awaited: bool, kind: str) -> None:
    let_go = threading.Event()

    @agent(writes="shown", fallback=Value("no"), retry=Retry(attempts=9, wait=0, jitter=0))
    def stuck(n: int) -> str:
        let_go.wait(10)
        return "late"

    @agent(writes="shown", timeout=60, fallback=Value("no"))
    async def astuck(n: int) -> str:
        await asyncio.Event().wait()
        return "late"

    started = monotonic()
    try:
        with pytest.raises(DeadlineError, match=r"the time is over: a?stuck was not done"):
            runs(one(stuck if kind == "sync" else astuck), awaited, deadline=0.2)
    finally:
        let_go.set()
    assert 0.2 <= monotonic() - started < 5


def test_no_attempt_begins_that_nobody_waits_for() -> None:
    tried: list[int] = []

    @agent(writes="shown", retry=Retry(attempts=5, wait=30, max_wait=30, jitter=0))
    def fails(n: int) -> str:
        tried.append(n)
        raise OSError("down")

    with pytest.raises(OSError, match="down"):
        run_graph(one(fails), {"n": 1}, deadline=20)
    assert tried == [1]
    with pytest.raises(DeadlineError):
        run_graph(one(fails), {"n": 1}, deadline=1e-9)
    assert tried == [1]


def test_models_and_the_tools_they_call_keep_to_it() -> None:
    let_go = threading.Event()

    class Slow(FakeListChatModel):
        def _call(self, *args: Any, **kwargs: Any) -> str:
            let_go.wait(10)
            return "late"

    @agent(writes="shown", prompt="Say {n}.")
    def say(n: int) -> str:
        return by_model()

    try:
        with pytest.raises(DeadlineError, match="say was not done"):
            run_graph(one(say), {"n": 1}, models={"default": Slow(responses=[""])}, deadline=0.2)
    finally:
        let_go.set()


@pytest.fixture
def memory(short_folder: Path) -> Iterator[Memory]:
    with open_memory(folder=short_folder) as opened:
        yield opened


def test_what_was_done_until_then_is_kept_and_gone_on_with(memory: Memory) -> None:
    ran: list[str] = []
    let_go = threading.Event()

    @agent
    def first(n: int) -> Number:
        ran.append("first")
        return {"n": n + 1}

    @agent(writes="shown")
    def second(n: int) -> str:
        ran.append("second")
        if ran.count("second") == 1:
            let_go.wait(10)
        return str(n)

    graph = Graph(
        "two",
        input=Number,
        output=Shown,
        edges=[Edge(START, first), Edge(first, second), Edge(second, END)],
    )
    try:
        with pytest.raises(DeadlineError):
            list(stream_graph(graph, {"n": 1}, thread="t", memory=memory, deadline=0.5))
    finally:
        let_go.set()
    assert resume_graph(graph, thread="t", memory=memory, deadline=60).output == {"shown": "2"}
    assert ran == ["first", "second", "second"]


def test_outside_a_run_there_is_none() -> None:
    @agent(writes="shown")
    def free(ctx: Context[Any], n: int) -> str:
        return str(ctx.deadline)

    assert free(1) == "None"
