"""Pools: how many calls go on at once, and begin in a second, in this process. First come, first served."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass, field

from agentgraph.model.policy import Limit
from agentgraph.observe.clock import PerClock, clock, monotonic

HELD: ContextVar[frozenset[int]] = ContextVar("agentgraph_pools_held", default=frozenset())
"""The pools (by `id`) in which the call around has a place: what it calls needs no second one.

Else calls within calls could all hold a place, and wait for one.
"""


@dataclass(eq=False, slots=True)
class Place:
    """A call in a pool: in it, or waiting (until `turn` is done) to be."""

    held: bool
    turn: Future[None] = field(default_factory=Future)
    gone: bool = False


class Pool:
    """One pool. `clock` tells seconds. Safe to use from several threads and event loops at once."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._free = limit.concurrent
        self._queue: deque[Place] = deque()
        self._full_at = 0.0  # when the bucket of tokens would be full again

    def enter(self) -> Place:
        """A place, held at once where there is one and nobody waits for it."""
        with self._lock:
            if self._free is None:
                return Place(held=True)
            if self._free:
                self._free -= 1
                return Place(held=True)
            place = Place(held=False)
            self._queue.append(place)
            return place

    def leave(self, place: Place) -> None:
        """Give a place back, to who has waited longest; or give up waiting for one."""
        with self._lock:
            if place.gone or self._free is None:
                return
            place.gone = True
            if not place.held:
                self._queue.remove(place)
            elif self._queue:
                following = self._queue.popleft()
                following.held = True
                following.turn.set_result(None)
            else:
                self._free += 1

    def begin(self, patience: float | None) -> float | None:
        """Seconds until a call may begin, which is then counted; None: more than `patience`, and it is not."""
        rate = self._limit.per_second
        if rate is None:
            return 0.0
        with self._lock:
            now = self._clock()
            full_at = max(now, self._full_at)
            delay = max(0.0, full_at - (self._limit.burst - 1) / rate - now)
            if patience is not None and delay > patience:
                return None
            self._full_at = full_at + 1 / rate
            return delay


def wait_blocking(place: Place, patience: float | None) -> bool | None:
    """Wait for a place in this thread; whether it is had. None: nobody can wait here.

    That is the thread of an event loop that runs: who holds the place may need that loop to go on.
    """
    if asyncio._get_running_loop() is not None:  # noqa: SLF001  # documented; the other way raises
        return place.turn.done() or None
    return clock().wait(place.turn, patience)


async def wait_awaiting(place: Place, patience: float | None) -> bool:
    """Wait for a place beside the loop's other tasks; whether it is had."""
    try:
        with clock().timeout(patience) as scope:
            async with scope:
                await asyncio.wrap_future(place.turn)
    except TimeoutError:
        return place.held
    return True


class Pools:
    """The pools of one process, by name and numbers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[tuple[str, int | None, float | None, int], Pool] = {}

    def pool(self, name: str, limit: Limit) -> Pool:
        """The pool of that name with these numbers; the same one each time."""
        key = (name, limit.concurrent, limit.per_second, limit.burst)
        with self._lock:
            return self._pools.setdefault(key, Pool(limit))


POOLS = PerClock(Pools)
"""Those of this process: all its runs share them."""

if hasattr(os, "register_at_fork"):
    # The calls that hold places in the parent never end in the child.
    os.register_at_fork(after_in_child=POOLS.forget)
