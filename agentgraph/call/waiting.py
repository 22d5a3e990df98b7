"""Waiting for what is under way in a run that may have to end before it does."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from agentgraph.call.stopping import Limit
from agentgraph.observe.clock import clock


def wait_within(
    future: concurrent.futures.Future[Any], seconds: float | None, limit: Limit
) -> bool:
    """Whether the future is done within `seconds`. RunStoppedError: the run has to end first."""
    until = None if seconds is None else clock().monotonic() + seconds
    wake: list[Callable[[], None]] = [lambda: None]
    future.add_done_callback(lambda _: wake[0]())
    while not future.done():
        asked = limit.stop.asked
        limit.check()
        left = limit.left(until)
        if left is not None and left <= 0:
            return False
        looked: concurrent.futures.Future[None] = concurrent.futures.Future()
        wake[0] = look = _once(looked)
        if future.done():  # perhaps before it knew whom to wake
            break
        with limit.stop.telling(look, asked):
            clock().wait(looked, left)
    return True


def sleep_within(seconds: float, limit: Limit) -> None:
    """Returns after `seconds`. RunStoppedError: the run has to end first."""
    until = clock().monotonic() + seconds
    while True:
        asked = limit.stop.asked
        limit.check()
        left = limit.left(until)
        if left is None or left <= 0:
            return
        clock().sleep(left, partial(limit.stop.telling, since=asked))


async def await_within(make: Callable[[], Awaitable[Any]], limit: Limit) -> Any:
    """What is awaited. RunStoppedError: the run has to end first, and it is cancelled."""
    limit.check()
    loop = asyncio.get_running_loop()
    ending: list[asyncio.Task[None]] = []

    with clock().timeout(limit.left()) as scope:

        async def end() -> None:
            await limit.clock.asleep(max(limit.left() or 0.0, 0.0))
            scope.reschedule(loop.time())

        def begin() -> None:
            if limit.stop.hard_at is not None:
                ending.append(loop.create_task(end()))

        def told() -> None:
            # In no context of anybody: who stops a run may be at work in it.
            loop.call_soon_threadsafe(begin, context=contextvars.Context())

        try:
            with limit.stop.telling(told):
                async with scope:
                    return await make()
        except TimeoutError:
            if scope.expired():
                limit.check()
            raise
        finally:
            for task in ending:
                task.cancel()


def _once(future: concurrent.futures.Future[None]) -> Callable[[], None]:
    lock = threading.Lock()

    def look() -> None:
        with lock:
            if not future.done():
                future.set_result(None)

    return look
