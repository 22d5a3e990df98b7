"""Runs that have to end before they are done: stopped between steps, given up on, or at their deadline."""

from __future__ import annotations

import asyncio
import math
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Retry,
    Stop,
    Value,
    agent,
    aresume_graph,
    arun_graph,
    resume_graph,
    run_graph,
    stream_graph,
    tool,
)
from agentgraph.call.errors import DeadlineError
from agentgraph.call.stopping import RunStoppedError
from agentgraph.errors import SettingsError
from agentgraph.memory import open_memory
from agentgraph.observe.clock import clock
from agentgraph.observe.events import RunCancelled, RunFailed, RunFinished, RunStarted
from agentgraph.remember.ports import Memory
from agentgraph.testing import fail, faulty, recorded, slow, virtual_clock


class Number(TypedDict):
    n: int


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as made:
        yield made


def run(graph: Graph, **more: Any) -> Any:
    return run_graph(graph, {"n": 0}, **more)


def arun(graph: Graph, **more: Any) -> Any:
    return asyncio.run(arun_graph(graph, {"n": 0}, **more))


each_way = pytest.mark.parametrize("run", [run, arun])
Run = Callable[..., Any]


@agent(writes="n")
def one(n: int) -> int:
    return n + 1


@agent(writes="n")
async def two(n: int) -> int:
    return n + 2


@agent(writes="n")
def three(n: int) -> int:
    return n + 3


def chain(*agents: Any, **options: Any) -> Graph:
    edges = [Edge(START, agents[0]), *map(Edge, agents, [*agents[1:], END])]
    return Graph("chain", input=Number, output=Number, edges=edges, **options)


GRAPH = chain(one, two, three)


@each_way
def test_a_run_that_is_stopped_ends_between_two_steps_and_can_be_gone_on_with(
    run: Run, memory: Memory
) -> None:
    stop = Stop()

    @agent(writes="n", name="one")
    def stopping(n: int) -> int:
        stop.drain("new version")
        return n + 1

    graph = chain(stopping, two, three)
    with (
        recorded() as events,
        pytest.raises(RunStoppedError, match=r"new version.*between two steps"),
    ):
        run(graph, thread="t", memory=memory, stop=stop)
    (told,) = events.of(RunCancelled)
    assert (told.reason, told.hard, told.graph) == ("new version", False, "chain")
    done = resume_graph(GRAPH, thread="t", memory=memory)
    assert done.output == {"n": 6}


@each_way
@pytest.mark.parametrize("awaits", [False, True])
def test_what_is_under_way_is_given_up_on_after_its_grace(run: Run, awaits: bool) -> None:
    stop = Stop()

    @agent(writes="n")
    def hanging(n: int) -> int:
        stop.cancel(grace=7)
        clock().sleep(math.inf)
        return n

    @agent(writes="n")
    async def ahanging(n: int) -> int:
        stop.cancel(grace=7)
        await clock().asleep(math.inf)
        return n

    graph = chain(one, ahanging if awaits else hanging)
    with virtual_clock() as now, recorded() as events:
        with pytest.raises(RunStoppedError, match="given up on"):
            run(graph, stop=stop)
        assert now.elapsed == pytest.approx(7, abs=0.001)
    assert events.of(RunCancelled)[0].hard


@each_way
def test_a_wait_before_a_retry_is_no_reason_to_stay(run: Run) -> None:
    stop = Stop()

    @agent(writes="n", retry=Retry(attempts=2, wait=1000, max_wait=1000))
    def failing(n: int) -> int:
        stop.cancel(grace=3)
        raise OSError("busy")

    with virtual_clock() as now:
        with pytest.raises(RunStoppedError, match="given up on"):
            run(chain(failing), stop=stop)
        assert now.elapsed == pytest.approx(3, abs=0.001)


@each_way
def test_what_is_under_way_may_finish_within_its_grace(run: Run, memory: Memory) -> None:
    stop = Stop()

    @agent(writes="n", name="one")
    def slowly(n: int) -> int:
        stop.cancel("later", grace=60)
        clock().sleep(30)
        return n + 1

    with virtual_clock(), pytest.raises(RunStoppedError) as stopped:
        run(chain(slowly, two, three), thread="t", memory=memory, stop=stop)
    assert not stopped.value.hard
    assert (
        memory.saver.get_tuple({"configurable": {"thread_id": "t"}}).checkpoint["channel_values"][
            "n"
        ]
        == 1
    )


@each_way
@pytest.mark.parametrize("target", [one, two])
def test_a_deadline_is_kept_and_no_fallback_takes_over(run: Run, target: Any) -> None:
    @agent(writes="n", fallback=Value(0))
    def first(n: int) -> int:
        return n

    with virtual_clock() as now, recorded() as events, faulty(target, slow(60)):
        with pytest.raises(DeadlineError, match="was not done before the deadline"):
            run(chain(first, one, two), deadline=5)
        assert now.elapsed == 5
    (told,) = events.of(RunCancelled)
    assert told.reason == "deadline"


@each_way
def test_a_deadline_holds_over_retries_and_nested_graphs(run: Run) -> None:
    inner = Graph("inner", input=Number, output=Number, edges=[Edge(START, one), Edge(one, END)])
    graph = chain(inner, retry=Retry(attempts=9, wait=4, backoff=1, jitter=0))
    again = Graph(
        "again", input=Number, output=Number, edges=[Edge(START, graph), Edge(graph, END)]
    )
    with virtual_clock() as now, faulty(one, slow(4)):
        with pytest.raises(DeadlineError):
            run(again, deadline=3)
        assert now.elapsed == 3


def test_a_body_that_really_hangs_holds_neither_run_nor_the_process() -> None:
    held = threading.Event()

    @agent(writes="n")
    def stuck(n: int) -> int:
        held.wait()
        return n

    with pytest.raises(DeadlineError):
        run(chain(stuck), deadline=0.05)
    held.set()


def test_a_body_that_was_left_behind_calls_no_more_tools() -> None:
    called: list[int] = []
    held, over = threading.Event(), threading.Event()

    @tool(read_only=True)
    def note(n: int) -> int:
        called.append(n)
        return n

    @agent(writes="n", tools=[note])
    def stuck(n: int) -> int:
        held.wait()
        try:
            return note(n)
        finally:
            over.set()

    with pytest.raises(DeadlineError):
        run(chain(stuck), deadline=0.05)
    held.set()
    assert over.wait(10)
    assert called == []


@each_way
def test_a_run_within_its_deadline_is_as_any_other(run: Run) -> None:
    with recorded() as events:
        assert run(GRAPH, deadline=60, stop=Stop(), traceparent="00-a-b-01").output == {"n": 6}
    (started,), (finished,) = events.of(RunStarted), events.of(RunFinished)
    assert (started.traceparent, started.goes_on, finished.status) == (
        "00-a-b-01",
        False,
        "finished",
    )
    assert finished.cost == 0
    assert {event.run for event in events} == {started.run}


@each_way
def test_a_failure_is_told_and_is_the_body_s_own(run: Run) -> None:
    gone = pytest.raises(KeyError, match="gone")
    with recorded() as events, faulty(two, fail(error=KeyError("gone"))), gone:
        run(GRAPH)
    assert events.of(RunFailed)[0].error == "KeyError: 'gone'"


def test_a_stream_begins_and_ends_with_the_run_s_own_events() -> None:
    items = list(stream_graph(GRAPH, {"n": 0}))
    assert isinstance(items[0], RunStarted)
    assert isinstance(items[-2], RunFinished)
    with recorded() as events:
        for _ in stream_graph(GRAPH, {"n": 0}):
            break
    assert events.kinds == ["run_started", "run_cancelled"]


def test_going_on_says_that_it_does(memory: Memory) -> None:
    with faulty(two, fail(1)), pytest.raises(ConnectionError):
        run(GRAPH, thread="t", memory=memory)
    with recorded() as events:
        asyncio.run(aresume_graph(GRAPH, thread="t", memory=memory))
    assert events.of(RunStarted)[0].goes_on


def test_a_deadline_that_is_none_is_refused() -> None:
    for wrong in (0, -1, float("nan")):
        with pytest.raises(SettingsError, match="is no deadline"):
            run(GRAPH, deadline=wrong)


def test_its_errors_cross_processes() -> None:
    for error in (RunStoppedError("x", hard=True), RunStoppedError("y")):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.__dict__) == (str(error), error.__dict__)
