"""Waiting for what is under way in a run that may have to end before it does."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from agentgraph.call.stopping import Limit
from agentgraph.observe.clock import clock


def wait_within(
    future: concurrent.futures.Future[Any], seconds: float | None, limit: Limit
) -> bool:
    """Whether the future is done within `seconds`. RunStoppedError: the run has to end first."""
    until = None if seconds is None else clock().monotonic() + seconds
    while not future.done():
        limit.check()
        left = limit.left(until)
        if left is not None and left <= 0:
            return False
        looked: concurrent.futures.Future[None] = concurrent.futures.Future()
        look = _once(looked)
        future.add_done_callback(lambda _, look=look: look())  # type: ignore[misc]  # bound to this round
        with limit.stop.telling(look):
            clock().wait(looked, left)
    return True


def sleep_within(seconds: float, limit: Limit) -> None:
    """Returns after `seconds`. RunStoppedError: the run has to end first."""
    until = clock().monotonic() + seconds
    while (left := limit.left(until)) is not None and left > 0:
        limit.check()
        asked = limit.stop.requested
        clock().sleep(left, None if asked else limit.stop.telling)
    limit.check()


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
