"""Waiting in a run that was asked to stop: without looking again and again, and no longer than it may."""

from __future__ import annotations

import concurrent.futures
import threading
from typing import Any

import pytest

from agentgraph.call.stopping import Limit, RunStoppedError, Stop
from agentgraph.call.waiting import sleep_within, wait_within
from agentgraph.observe.clock import SystemClock, using_clock

PATIENCE = 20.0


def test_who_waits_for_what_may_finish_is_woken_by_its_end_alone() -> None:
    """Once the run was asked to stop, too: it once looked as often as the machine could."""
    under_way: concurrent.futures.Future[None] = concurrent.futures.Future()
    woken_before: list[bool] = []

    class Watched(SystemClock):
        def wait(self, future: concurrent.futures.Future[Any], seconds: float | None) -> bool:
            woken_before.append(future.done())
            if len(woken_before) == 1:
                under_way.set_result(None)
            return super().wait(future, seconds)

    stop = Stop()
    stop.drain()
    with using_clock(Watched()):
        assert wait_within(under_way, None, Limit(stop))
    assert woken_before == [False]


@pytest.mark.parametrize("first", [None, 1000.0])
def test_who_is_asked_a_second_time_ends_at_the_earlier_end(first: float | None) -> None:
    stop = Stop()
    stop.cancel(grace=first)
    sleeps = threading.Event()

    class Watched(SystemClock):
        def sleep(self, seconds: float, telling: object = None) -> None:
            sleeps.set()
            super().sleep(seconds, telling)  # type: ignore[arg-type]  # handed on

    def sleep() -> None:
        with using_clock(Watched()):
            sleep_within(1000, Limit(stop))

    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        ended = threads.submit(sleep)
        assert sleeps.wait(PATIENCE)
        stop.cancel(grace=0)
        with pytest.raises(RunStoppedError):
            ended.result(PATIENCE)


def test_what_is_done_in_time_is_not_given_up_on() -> None:
    stop = Stop()
    stop.cancel(grace=1000)
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    limit = Limit(stop)
    assert not wait_within(future, 0.001, limit)
    future.set_result(None)
    assert wait_within(future, 0.001, limit)
