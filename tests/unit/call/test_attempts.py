"""One agent call: what is accepted and produced, tried again, timed, and what stands in."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import traceback
from typing import Any, Literal

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Retry,
    RunResult,
    Value,
    agent,
    arun_graph,
    run_graph,
)
from agentgraph.call.attempts import waiting_time
from agentgraph.call.drive import TimedOutError
from agentgraph.errors import ContractViolation
from agentgraph.observe.events import AgentFailed, AttemptFailed, Event, Sink

SOON = Retry(attempts=3, wait=0.001, jitter=0)


class Number(TypedDict):
    n: int


class Point(BaseModel):
    x: int
    y: Literal["a", "b"] = "a"


class Shown(TypedDict):
    shown: str


def one(agent: Any, output: Any = Shown, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=output, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


def awaited_graph(graph: Graph, given: Any, sink: Sink | None = None) -> RunResult:
    """`run_graph` in a loop of its own."""
    return asyncio.run(arun_graph(graph, given, sink=sink))


def test_arguments_are_typed_and_results_are_json() -> None:
    @agent
    def make(n: int) -> Point:
        return Point(x=n)

    @agent(writes="shown")
    def show(x: int, y: str) -> str:
        return f"{x!r} {y!r}"

    graph = Graph(
        "two",
        input=Number,
        output=Shown,
        edges=[Edge(START, make), Edge(make, show), Edge(show, END)],
    )
    assert run_graph(graph, {"n": 1}).output == {"shown": "1 'a'"}


def test_a_result_that_breaks_its_promise_is_refused_before_it_is_written() -> None:
    @agent(writes="shown")
    def lie(n: int) -> str:
        return n  # type: ignore[return-value]  # what the test is about

    @agent
    def half(n: int) -> Point:
        return {"x": "no", "y": "c"}  # type: ignore[return-value]  # as above

    with pytest.raises(ContractViolation, match="lie returned something else") as failed:
        run_graph(one(lie), {"n": 1})
    assert [problem.where for problem in failed.value.problems] == ["lie -> return $"]
    with pytest.raises(ContractViolation) as failed:
        run_graph(one(half, Point), {"n": 1})
    assert [problem.where for problem in failed.value.problems] == [
        "half -> return $.x",
        "half -> return $.y",
    ]


def test_it_tries_again_what_it_is_told_to_and_nothing_else() -> None:
    tried: list[int] = []

    @agent(writes="shown", retry=Retry(attempts=3, wait=0.001, jitter=0, on=("OSError",)))
    def flaky(ctx: Context[None], n: int) -> str:
        tried.append(ctx.attempt)
        if len(tried) <= n:
            raise ConnectionError("gone")  # a kind of OSError
        if n == 0:
            raise KeyError("bug")
        return "ok"

    seen: list[Event] = []
    assert run_graph(one(flaky), {"n": 2}, sink=seen.append).output == {"shown": "ok"}
    assert tried == [1, 2, 3]
    failed = [event for event in seen if isinstance(event, AttemptFailed)]
    assert [(event.attempt, event.error, event.wait) for event in failed] == [
        (1, "ConnectionError: gone", 0.001),
        (2, "ConnectionError: gone", 0.002),
    ]
    tried.clear()
    with pytest.raises(ConnectionError):
        run_graph(one(flaky), {"n": 9})
    assert tried == [1, 2, 3]
    tried.clear()
    with pytest.raises(KeyError):
        run_graph(one(flaky), {"n": 0})
    assert tried == [1]


def test_the_graphs_policies_hold_where_the_agent_has_none() -> None:
    tried: list[str] = []

    @agent(writes="shown")
    def plain(n: int) -> str:
        tried.append("plain")
        raise OSError("x")

    @agent(writes="shown", retry=Retry(attempts=1))
    def own(n: int) -> str:
        tried.append("own")
        raise OSError("x")

    for each in (plain, own):
        with pytest.raises(OSError, match="x"):
            run_graph(one(each, retry=SOON), {"n": 1})
    assert tried == ["plain", "plain", "plain", "own"]


def test_a_wait_grows_is_capped_and_honours_retry_after() -> None:
    class Response:
        headers = {"retry-after": "7"}

    class TooManyError(Exception):
        response = Response()

    retry = Retry(wait=1, backoff=2, max_wait=3, jitter=0)
    waits = [waiting_time(retry, attempt, ValueError()) for attempt in (1, 2, 3, 4)]
    assert waits == [1, 2, 3, 3]
    assert waiting_time(retry, 1, TooManyError()) == 7
    spread = {waiting_time(Retry(wait=1, jitter=0.5), 1, ValueError()) for _ in range(20)}
    assert len(spread) > 1
    assert all(1 <= wait <= 1.5 for wait in spread)


@pytest.mark.parametrize("awaited", [False, True])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_body_that_takes_too_long_is_given_up_on(awaited: bool, kind: str) -> None:
    let_go = threading.Event()

    @agent(writes="shown", timeout=0.02)
    def stuck(n: int) -> str:
        let_go.wait(10)
        return "late"

    @agent(writes="shown", timeout=0.02)
    async def astuck(n: int) -> str:
        await asyncio.Event().wait()
        return "late"

    graph = one(stuck if kind == "sync" else astuck)
    try:
        with pytest.raises(TimedOutError, match=r"no answer within 0\.02 s"):
            if awaited:
                asyncio.run(arun_graph(graph, {"n": 1}))
            else:
                run_graph(graph, {"n": 1})
    finally:
        let_go.set()


def test_a_bodys_own_timeout_error_is_its_own() -> None:
    @agent(writes="shown", timeout=5)
    def late(n: int) -> str:
        raise TimeoutError("the database")

    for run in (run_graph, awaited_graph):
        with pytest.raises(TimeoutError, match="the database") as failed:
            run(one(late), {"n": 1})
        assert not isinstance(failed.value, TimedOutError)


def test_a_timeout_is_tried_again() -> None:
    tried: list[int] = []
    let_go = threading.Event()

    @agent(writes="shown", timeout=0.05, retry=SOON)
    def slow_once(n: int) -> str:
        tried.append(n)
        if len(tried) == 1:
            let_go.wait(10)
        return "ok"

    assert run_graph(one(slow_once), {"n": 1}).output == {"shown": "ok"}
    let_go.set()
    assert len(tried) == 2


def test_async_bodies_run_under_invoke_inside_a_running_loop_too() -> None:
    @agent(writes="shown")
    async def later(n: int) -> str:
        await asyncio.sleep(0)
        return str(n)

    assert run_graph(one(later), {"n": 1}).output == {"shown": "1"}

    async def inside() -> Any:
        return run_graph(one(later), {"n": 2}).output

    assert asyncio.run(inside()) == {"shown": "2"}


def test_an_async_body_may_run_another_graph_blocking() -> None:
    @agent(writes="shown")
    async def inner(n: int) -> str:
        await asyncio.sleep(0)
        return f"inner {n}"

    @agent(writes="shown")
    async def outer(n: int) -> str:
        output = run_graph(one(inner), {"n": n}).output
        assert output is not None
        return str(output["shown"])

    assert run_graph(one(outer), {"n": 1}).output == {"shown": "inner 1"}


def test_a_sync_body_under_ainvoke_does_not_hold_the_loop() -> None:
    other_ran = threading.Event()

    @agent(writes="shown")
    def waits(n: int) -> str:
        return "free" if other_ran.wait(10) else "held"

    async def both() -> Any:
        run = asyncio.create_task(arun_graph(one(waits), {"n": 1}))
        await asyncio.sleep(0)
        other_ran.set()
        return (await run).output

    assert asyncio.run(both()) == {"shown": "free"}


VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="unset")


@pytest.mark.parametrize("timeout", [None, 5.0])
@pytest.mark.parametrize("awaited", [False, True])
def test_context_variables_reach_bodies(timeout: float | None, awaited: bool) -> None:
    @agent(writes="shown", timeout=timeout)
    def sync_body(n: int) -> str:
        return VARIABLE.get()

    @agent(writes="shown", timeout=timeout)
    async def async_body(n: int) -> str:
        return VARIABLE.get()

    VARIABLE.set("mine")
    for body in (sync_body, async_body):
        graph = one(body)
        done = asyncio.run(arun_graph(graph, {"n": 1})) if awaited else run_graph(graph, {"n": 1})
        assert done.output == {"shown": "mine"}


def test_an_exception_keeps_its_traceback_and_says_where() -> None:
    @agent(writes="shown")
    def fails(n: int) -> str:
        deep = [1]
        return str(deep[n])

    for run in (run_graph, awaited_graph):
        seen: list[Event] = []
        with pytest.raises(IndexError) as failed:
            run(one(fails), {"n": 5}, sink=seen.append)
        (note,) = [note for note in failed.value.__notes__ if note.startswith("in agent")]
        assert note == f"in agent fails ({fails.spec.source})"
        assert "deep[n]" in "".join(traceback.format_exception(failed.value))
        (told,) = [event for event in seen if isinstance(event, AgentFailed)]
        assert told.error == "IndexError: list index out of range"


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_is_not_caught(signal: type[BaseException]) -> None:
    tried: list[int] = []

    @agent(writes="shown", retry=SOON, fallback=Value("no"))
    def ends(n: int) -> str:
        tried.append(n)
        raise signal

    with pytest.raises(signal):
        run_graph(one(ends), {"n": 1})
    assert tried == [1]


def test_an_async_body_that_ends_the_process_ends_it() -> None:
    @agent(writes="shown")
    async def ends(n: int) -> str:
        raise KeyboardInterrupt

    @agent(writes="shown")
    async def works(n: int) -> str:
        return "still"

    with pytest.raises(KeyboardInterrupt):
        run_graph(one(ends), {"n": 1})
    assert run_graph(one(works), {"n": 1}).output == {"shown": "still"}


@pytest.mark.anyio
async def test_cancelling_a_run_cancels_its_body() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    @agent(writes="shown", fallback=Value("no"))
    async def waits(n: int) -> str:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return "never"

    run = asyncio.create_task(arun_graph(one(waits), {"n": 1}))
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({run, waiting}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    assert started.is_set()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert ended.is_set()
