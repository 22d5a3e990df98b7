"""Ending a run from outside."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agentgraph.errors import AgentgraphError
from agentgraph.observe.clock import Clock, clock

_ROUNDING = 1e-6
"""Who has waited for what was left, in seconds, may be there by a rounding too early."""


class RunStoppedError(AgentgraphError):
    """A run was stopped from outside; what had finished is kept, where it has a memory.

    `reason` is what was given for it. `hard`: calls that were under way were given up on.
    """

    def __init__(self, reason: str, *, hard: bool = False) -> None:
        self.reason, self.hard = reason, hard
        super().__init__(reason, hard)

    def __reduce__(self) -> tuple[object, ...]:
        return (_stopped, (self.reason, self.hard))

    def __str__(self) -> str:
        left = "what was under way was given up on" if self.hard else "between two steps"
        return f"the run was stopped ({self.reason}), {left}; what finished is kept, where it has a memory"


def _stopped(reason: str, hard: bool) -> RunStoppedError:
    return RunStoppedError(reason, hard=hard)


class Stop:
    """A handle to stop a run with, from another thread, task or signal: `run_graph(..., stop=stop)`. For one run."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._clock = clock()  # who stops it may be where another one holds
        self._lock = threading.Lock()
        self._told: dict[object, Callable[[], None]] = {}
        self._hard_at: float | None = None
        self._asked = 0

    def go_by(self, one: Clock) -> None:
        """Count its grace by the clock of the run; what is left of one that runs already stays."""
        with self._lock:
            if self._hard_at is not None:
                self._hard_at += one.monotonic() - self._clock.monotonic()
            self._clock = one

    @property
    def requested(self) -> bool:
        """Whether it was asked to stop."""
        return self.reason is not None

    @property
    def asked(self) -> int:
        """How often it was asked to stop: each time may move the end."""
        return self._asked

    def cancel(self, reason: str = "cancelled", *, grace: float | None = 10.0) -> None:
        """Begin no further step; what is under way has `grace` seconds more, then it is given up on.

        None: it may take as long as it does (`drain`); 0: it is given up on at once. Asked again,
        the earlier end counts.
        """
        with self._lock:
            self.reason = self.reason or reason
            self._asked += 1
            if grace is not None:
                at = self._clock.monotonic() + grace
                self._hard_at = at if self._hard_at is None else min(at, self._hard_at)
            told = list(self._told.values())
        for tell in told:
            tell()

    def drain(self, reason: str = "drained") -> None:
        """Begin no further step; what is under way is waited for, and its results are kept."""
        self.cancel(reason, grace=None)

    @property
    def hard_at(self) -> float | None:
        """When calls under way are given up on, by the clock's monotonic time; None: not so far."""
        return self._hard_at

    @contextmanager
    def telling(self, tell: Callable[[], None], since: int = 0) -> Iterator[None]:
        """`tell()` each time it is asked to stop; at once, where it was asked more than `since` times."""
        key = object()
        with self._lock:
            self._told[key] = tell
            missed = self._asked > since
        if missed:
            tell()
        try:
            yield
        finally:
            with self._lock:
                del self._told[key]


class Limit:
    """When a run that was stopped gives up on what is under way, by the run's clock."""

    def __init__(self, stop: Stop) -> None:
        self.clock = clock()
        self.stop = stop
        stop.go_by(self.clock)

    def left(self, until: float | None = None) -> float | None:
        """Seconds until the first of what ends a wait: that, and `until`; None: nothing does."""
        ends = [at for at in (until, self.stop.hard_at) if at is not None]
        return min(ends) - self.clock.monotonic() if ends else None

    def check(self) -> None:
        """RunStoppedError: nothing may go on any more."""
        now = self.clock.monotonic() + _ROUNDING
        if self.stop.hard_at is not None and now >= self.stop.hard_at:
            raise RunStoppedError(self.stop.reason or "cancelled", hard=True)
