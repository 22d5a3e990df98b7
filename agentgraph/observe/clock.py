"""The one clock that all reads of time and all waiting go through, so that a test can stand in for it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
Telling = Callable[[Callable[[], None]], AbstractContextManager[None]]
"""While it lasts, what it is given is called when something has happened that a sleeper should look at."""


class Clock(Protocol):
    """Time, and waiting for it. `clock()` is the one that holds here."""

    def time(self) -> float:
        """Seconds since the epoch: for what people and other processes read."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, never less than before: for durations, windows and deadlines."""
        ...

    def sleep(self, seconds: float, telling: Telling | None = None) -> None:
        """Return after `seconds`, or when `telling` calls what it is given."""

    async def asleep(self, seconds: float) -> None:
        """`sleep`, awaited."""

    def wait(self, future: concurrent.futures.Future[Any], seconds: float | None) -> bool:
        """Wait until the future is done, at most `seconds` (None: for ever); whether it is."""
        ...

    def timeout(self, seconds: float | None) -> AbstractContextManager[asyncio.Timeout]:
        """Where an `asyncio.Timeout` is to be entered within: it expires after `seconds`."""
        ...

    def acting(self) -> AbstractContextManager[object]:
        """While it lasts, somebody is at work here: virtual time does not pass unless he waits."""
        ...


class SystemClock:
    """The time that it is."""

    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float, telling: Telling | None = None) -> None:
        if telling is None:
            time.sleep(seconds)
            return
        woken = threading.Event()
        with telling(woken.set):
            woken.wait(seconds)

    async def asleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def wait(self, future: concurrent.futures.Future[Any], seconds: float | None) -> bool:
        concurrent.futures.wait([future], seconds)
        return future.done()

    def timeout(self, seconds: float | None) -> AbstractContextManager[asyncio.Timeout]:
        return nullcontext(asyncio.timeout(seconds))

    def acting(self) -> AbstractContextManager[object]:
        return _NOBODY


_NOBODY = nullcontext()
_CLOCK: ContextVar[Clock] = ContextVar("agentgraph_clock", default=SystemClock())  # noqa: B039  # it holds nothing


def clock() -> Clock:
    """The clock that holds here: the system's, or the one that a test has put in its place."""
    return _CLOCK.get()


@contextmanager
def using_clock(stand_in: Clock) -> Iterator[None]:
    """While it lasts, this context, and the tasks and threads that calls start from it, have that clock."""
    token = _CLOCK.set(stand_in)
    try:
        yield
    finally:
        _CLOCK.reset(token)


def monotonic() -> float:
    """Seconds of the clock that holds here; see `Clock.monotonic`."""
    return clock().monotonic()


class PerClock(Generic[T]):
    """What a process remembers with times in it: one for each clock, for the times of one mean nothing to another.

    `make()` gives the first state. A test with a clock of its own so begins with nothing remembered.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: WeakKeyDictionary[Clock, T] = WeakKeyDictionary()

    def here(self) -> T:
        """The one of the clock that holds here."""
        now = clock()
        with self._lock:
            found = self._made.get(now)
            if found is None:
                found = self._made[now] = self._make()
            return found

    def forget(self) -> None:
        """Remember nothing: what a forked child has of its parent means nothing to it."""
        self.__init__(self._make)  # type: ignore[misc]  # the lock may be held by a thread of the parent
