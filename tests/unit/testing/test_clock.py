"""Virtual time: waiting takes none of the real one, wakes in order, and times out nobody who works."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, Retry, agent, arun_graph, run_graph
from agentgraph.call.drive import TimedOutError, adrive, drive
from agentgraph.call.effects import Invoke, Sleep, Steps
from agentgraph.observe.clock import PerClock, SystemClock, clock
from agentgraph.observe.events import Event
from agentgraph.testing.clock import VirtualClock, virtual_clock

Run = Callable[[Graph, Any, list[Event]], Any]


class Number(TypedDict):
    n: int


def sync_run(graph: Graph, given: Any, events: list[Event]) -> Any:
    return run_graph(graph, given, sink=events.append).output


def async_run(graph: Graph, given: Any, events: list[Event]) -> Any:
    return asyncio.run(arun_graph(graph, given, sink=events.append)).output


each_way = pytest.mark.parametrize("run", [sync_run, async_run])


@contextlib.contextmanager
def real_seconds(most: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < most


def one(made: Any, **options: Any) -> Graph:
    edges = [Edge(START, made), Edge(made, END)]
    return Graph("one", input=Number, output=Number, edges=edges, **options)


@each_way
def test_retries_an_hour_apart_take_no_time(run: Run) -> None:
    tries: list[float] = []

    @agent(writes="n", retry=Retry(attempts=4, wait=3600, backoff=1, max_wait=3600, jitter=0))
    def flaky(n: int) -> int:
        tries.append(clock().monotonic())
        if len(tries) < 4:
            raise OSError("busy")
        return n + 1

    events: list[Event] = []
    with virtual_clock() as now, real_seconds(10):
        assert run(one(flaky), {"n": 1}, events) == {"n": 2}
        assert now.elapsed == pytest.approx(3 * 3600)
    assert tries == [0, 3600, 7200, 10800]
    assert events[-1].at == pytest.approx(now.time())


@each_way
def test_a_slow_body_is_given_up_on_at_its_timeout_and_not_after_what_it_waits_for(
    run: Run,
) -> None:
    @agent(writes="n", timeout=5)
    def slow(n: int) -> int:
        clock().sleep(60)
        return n

    with virtual_clock() as now:
        with pytest.raises(TimedOutError, match="no answer within 5 s"):
            run(one(slow), {"n": 1}, [])
        assert now.elapsed == 5


def test_an_async_body_is_given_up_on_at_its_timeout() -> None:
    @agent(writes="n", timeout=5)
    async def slow(n: int) -> int:
        await clock().asleep(60)
        return n

    for run in (sync_run, async_run):
        with virtual_clock() as now:
            with pytest.raises(TimedOutError):
                run(one(slow), {"n": 1}, [])
            assert now.elapsed == 5


@each_way
def test_a_body_just_in_time_is_not_timed_out(run: Run) -> None:
    @agent(writes="n", timeout=60.5)
    def slow(n: int) -> int:
        clock().sleep(60)
        return n + 1

    with virtual_clock() as now:
        assert run(one(slow), {"n": 1}, []) == {"n": 2}
        assert now.elapsed == 60


def test_work_is_not_timed_out_by_the_waiting_of_another() -> None:
    """One body works for real under a timeout of a second, while others let no time pass for it."""
    go_on = threading.Event()

    def work() -> str:
        go_on.wait()
        return "done"

    with virtual_clock(patience=60) as now:
        threading.Timer(0.05, go_on.set).start()
        sleeper = threading.Thread(target=_asleep_until_the_end, args=(now, 1.5))
        sleeper.start()
        assert drive(_invoking(work, 1.0)) == "done"
    sleeper.join()


def _asleep_until_the_end(now: VirtualClock, seconds: float) -> None:
    with contextlib.suppress(RuntimeError):
        now.sleep(seconds)


def _invoking(function: Callable[[], Any], timeout: float | None) -> Steps[Any]:
    return (yield Invoke(function, None, timeout))


def test_what_waits_for_real_is_given_up_on_when_patience_ends() -> None:
    held = threading.Event()
    with virtual_clock(patience=0.05) as now, real_seconds(10):
        with pytest.raises(TimedOutError):
            drive(_invoking(held.wait, 30))
        assert now.elapsed == 30
    held.set()


def test_advance_wakes_those_who_are_due() -> None:
    woken = threading.Event()
    with (
        virtual_clock(patience=60) as now,
        now.acting(),
    ):  # we are at work: time does not pass by itself

        def wait() -> None:
            now.sleep(10)
            woken.set()

        sleeper = threading.Thread(target=wait)
        sleeper.start()
        while not now._timers:
            pass
        now.advance(9)
        assert not woken.is_set()
        now.advance(1)
        assert woken.wait(10)
        sleeper.join()
        with pytest.raises(ValueError, match="backwards"):
            now.advance(-1)


def test_who_still_waits_at_the_end_is_woken_and_leaves() -> None:
    ended: list[BaseException] = []

    def wait(now: VirtualClock) -> None:
        try:
            now.sleep(float("inf"))
        except RuntimeError as error:
            ended.append(error)

    with virtual_clock() as now:
        sleeper = threading.Thread(target=wait, args=(now,))
        sleeper.start()
        while not now._sleepers:
            pass
    sleeper.join(10)
    assert "the virtual clock has stopped" in str(ended[0])
    with pytest.raises(RuntimeError):
        now.sleep(1)


def test_outside_it_is_the_system_s_time() -> None:
    with virtual_clock():
        assert isinstance(clock(), VirtualClock)
    assert isinstance(clock(), SystemClock)


def test_what_a_process_remembers_is_kept_for_each_clock() -> None:
    seen: PerClock[list[int]] = PerClock(list)
    seen.here().append(1)
    with virtual_clock():
        assert seen.here() == []
        seen.here().append(2)
    assert seen.here() == [1]


waits = st.lists(st.integers(0, 9), min_size=1, max_size=4)


@settings(max_examples=30)
@given(st.lists(waits, min_size=1, max_size=4), st.booleans())
def test_time_passes_as_long_as_the_longest_of_those_who_wait_beside_each_other(
    each: list[list[int]], on_threads: bool
) -> None:
    """And everybody wakes at the sum of what he has waited for."""

    def waiting(seconds: list[int], woken: list[float]) -> Steps[None]:
        for one in seconds:
            yield Sleep(one)
            woken.append(clock().monotonic())

    woken: list[list[float]] = [[] for _ in each]
    with virtual_clock(patience=60) as now:
        if on_threads:
            _on_threads(list(map(waiting, each, woken)))
        else:
            with now.acting():
                asyncio.run(_together(list(map(waiting, each, woken))))
        assert now.elapsed == max(map(sum, each))
    assert woken == [[sum(one[: n + 1]) for n in range(len(one))] for one in each]


async def _together(all_steps: list[Steps[None]]) -> None:
    await asyncio.gather(*map(adrive, all_steps))


def _on_threads(all_steps: list[Steps[None]]) -> None:
    ready = threading.Barrier(len(all_steps))

    def begin(steps: Steps[None]) -> None:
        with clock().acting():  # all are there before the first one waits
            ready.wait()
            drive(steps)

    contexts = [contextvars.copy_context() for _ in all_steps]
    threads = [
        threading.Thread(target=context.run, args=(begin, steps))
        for context, steps in zip(contexts, all_steps, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
