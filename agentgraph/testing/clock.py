"""A clock for tests: waiting takes no time, and everything that waits wakes in the right order."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import heapq
import itertools
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from agentgraph.observe.clock import Telling, using_clock

_SETTLE = 0.001
"""Real seconds for which nothing may happen before virtual time jumps: others may be about to start."""
_START = 1_767_225_600.0
"""2026-01-01, in UTC: the same in every test."""


class _Actor:
    """Somebody at work: a call, or a body on a thread of its own.

    `children` are at work for him, `waits` says that he does nothing but wait for them. In a loop,
    and on one thread, who has set another to work always does.
    """

    __slots__ = ("children", "forgotten", "in_loop", "outer", "parked", "thread", "waits")

    def __init__(self, outer: _Actor | None) -> None:
        self.outer = outer
        self.children: set[_Actor] = set()
        self.parked = False
        self.waits = False
        self.forgotten = False
        self.thread = threading.get_ident()
        self.in_loop = asyncio._get_running_loop() is not None  # noqa: SLF001  # documented; the other way raises

    @property
    def busy(self) -> bool:
        """Whether time must not pass, for he is at work himself."""
        if self.parked:
            return False
        if not self.children:
            return True
        beneath = any(child.thread == self.thread for child in self.children)
        return not (self.waits or self.in_loop or beneath)


_ACTOR: ContextVar[_Actor | None] = ContextVar("agentgraph_virtual_actor", default=None)


class _Timer:
    """Somebody to be woken `at` a time. One that has fired holds time until he is awake and leaves it."""

    __slots__ = ("actor", "at", "fired", "number", "wake")

    def __init__(
        self, at: float, number: int, wake: Callable[[], object], actor: _Actor | None
    ) -> None:
        self.at, self.number, self.wake, self.actor = at, number, wake, actor
        self.fired = False

    def __lt__(self, other: _Timer) -> bool:
        return (self.at, self.number) < (other.at, other.number)


class VirtualClock:
    """Time that passes only while all that is at work waits for it; then it jumps to where the first wakes.

    So `Retry(wait=60)` waits no real time, and a body that works is never timed out by the waiting
    of another. Real waiting (a socket, `time.sleep`) looks like work; after `patience` real seconds
    of it virtual time jumps all the same.
    """

    def __init__(self, start: float = _START, *, patience: float = 5.0) -> None:
        self._start = start
        self._patience = patience
        self._now = 0.0
        self._timers: list[_Timer] = []
        self._waking = 0
        self._numbers = itertools.count()
        self._actors: set[_Actor] = set()
        self._sleepers: set[_Sleeper] = set()
        self._changes = 0
        self._changed = threading.Condition()
        self._stopped = False

    @property
    def elapsed(self) -> float:
        """Virtual seconds since it began."""
        return self._now

    def time(self) -> float:
        return self._start + self._now

    def monotonic(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass: whatever would have woken by then does."""
        if seconds < 0:
            raise ValueError(f"time does not run backwards: advance({seconds})")
        with self._changed:
            until = self._now + seconds
            while self._timers and self._timers[0].at <= until:
                self._jump()
            self._now = until
            self._change()

    def sleep(self, seconds: float, telling: Telling | None = None) -> None:
        woken = threading.Event()
        sleeper = _Sleeper(woken.set)
        told = nullcontext() if telling is None else telling(woken.set)
        with self._asleep(sleeper, seconds), told:
            woken.wait()

    async def asleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        sleeper = _Sleeper(lambda: loop.call_soon_threadsafe(woken.set))
        with self._asleep(sleeper, seconds):
            await woken.wait()

    def wait(self, future: concurrent.futures.Future[Any], seconds: float | None) -> bool:
        woken = threading.Event()
        future.add_done_callback(lambda _: woken.set())
        with self._timer(math.inf if seconds is None else seconds, woken.set), self._waiting():
            woken.wait()
            # Before time can go on: what is not done now was not done in time.
            done = future.done()
            if not done:
                self._give_up()
        return done

    @contextmanager
    def timeout(self, seconds: float | None) -> Iterator[asyncio.Timeout]:
        loop = asyncio.get_running_loop()
        scope = asyncio.timeout(None)

        def expire() -> None:
            with contextlib.suppress(RuntimeError):  # it has ended in the meantime
                scope.reschedule(loop.time())

        def expired() -> None:
            loop.call_soon_threadsafe(expire)

        with self._timer(math.inf if seconds is None else seconds, expired):
            try:
                yield scope
            finally:
                if scope.expired():
                    self._give_up()

    @contextmanager
    def acting(self) -> Iterator[None]:
        outer = _ACTOR.get()
        actor = _Actor(outer)
        with self._changed:
            self._actors.add(actor)
            if outer is not None:
                outer.children.add(actor)
            self._change()
        token = _ACTOR.set(actor)
        try:
            yield
        finally:
            _ACTOR.reset(token)
            with self._changed:
                self._forget(actor)
                self._change()

    def start(self) -> None:
        """Begin to let time jump."""
        threading.Thread(target=self._run, daemon=True, name="agentgraph-virtual-clock").start()

    def stop(self) -> None:
        """End it. Who still waits (a body that was given up on) is woken with a RuntimeError."""
        with self._changed:
            self._stopped = True
            for sleeper in list(self._sleepers):
                sleeper.stopped = True
                _call(sleeper.wake)
            self._change()

    def _run(self) -> None:
        with self._changed:
            while not self._stopped:
                if not self._timers:
                    self._changed.wait()
                    continue
                seen = self._changes
                self._changed.wait(self._patience if self._busy() else _SETTLE)
                if self._changes == seen:
                    self._jump()

    def _busy(self) -> bool:
        return self._waking > 0 or any(actor.busy for actor in self._actors)

    def _jump(self) -> None:
        """To the first timer, and wake all that are due then."""
        self._now = max(self._now, self._timers[0].at)
        while self._timers and self._timers[0].at <= self._now:
            timer = heapq.heappop(self._timers)
            timer.fired = True
            self._waking += 1
            _call(timer.wake)
        self._change()

    def _change(self) -> None:
        self._changes += 1
        self._changed.notify_all()

    @contextmanager
    def _timer(self, seconds: float, wake: Callable[[], object]) -> Iterator[None]:
        """`wake()` after `seconds`, unless it has been left before."""
        with self._changed:
            actor = _ACTOR.get()
            at = self._now + max(seconds, 0.0)
            timer = _Timer(at, next(self._numbers), wake, actor)
            if seconds != math.inf and not (actor is not None and actor.forgotten):
                heapq.heappush(self._timers, timer)
            self._change()
        try:
            yield
        finally:
            with self._changed:
                if timer.fired:
                    self._waking -= 1
                elif timer in self._timers:
                    self._timers.remove(timer)
                    heapq.heapify(self._timers)
                self._change()

    @contextmanager
    def _asleep(self, sleeper: _Sleeper, seconds: float) -> Iterator[None]:
        actor = _ACTOR.get()
        with self._changed:
            self._refuse_stopped(self._stopped)
            self._sleepers.add(sleeper)
        try:
            with self._timer(seconds, sleeper.wake), self._parked(actor):
                yield
        finally:
            with self._changed:
                self._sleepers.discard(sleeper)
        self._refuse_stopped(sleeper.stopped)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Its actor does nothing but wait for whom it has set to work."""
        actor = _ACTOR.get()
        if actor is None:
            yield
            return
        with self._changed:
            actor.waits = True
            self._change()
        try:
            yield
        finally:
            with self._changed:
                actor.waits = False

    @contextmanager
    def _parked(self, actor: _Actor | None) -> Iterator[None]:
        """Its actor does nothing but wait."""
        if actor is None:
            yield
            return
        with self._changed:
            actor.parked = True
            self._change()
        try:
            yield
        finally:
            with self._changed:
                actor.parked = False
                self._change()

    def _refuse_stopped(self, stopped: bool) -> None:
        if stopped:
            raise RuntimeError("the virtual clock has stopped: nothing wakes who waits for it")

    def _give_up(self) -> None:
        """Nobody waits any more for whom this actor has set to work: time neither waits for them nor goes to them."""
        actor = _ACTOR.get()
        with self._changed:
            for child in list(actor.children) if actor is not None else ():
                self._forget(child)
            self._change()

    def _forget(self, actor: _Actor) -> None:
        self._actors.discard(actor)
        actor.forgotten = True
        self._timers = [timer for timer in self._timers if timer.actor is not actor]
        heapq.heapify(self._timers)
        if actor.outer is not None:
            actor.outer.children.discard(actor)
        for child in list(actor.children):
            self._forget(child)


class _Sleeper:
    __slots__ = ("stopped", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.wake = wake
        self.stopped = False


def _call(wake: Callable[[], object]) -> None:
    with contextlib.suppress(RuntimeError):  # its loop is closed: nobody waits there any more
        wake()


@contextmanager
def virtual_clock(start: float = _START, *, patience: float = 5.0) -> Iterator[VirtualClock]:
    """While it lasts, retries, timeouts, circuit breakers, caches, budgets and `slow` faults go by virtual time.

    `start` is its first moment, in seconds since the epoch. It holds for what is run from within
    the `with`, sync or async. See `VirtualClock` for `patience`.
    """
    made = VirtualClock(start, patience=patience)
    made.start()
    try:
        with using_clock(made):
            yield made
    finally:
        made.stop()
