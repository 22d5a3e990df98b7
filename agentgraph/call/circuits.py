"""Circuit breakers of this process: the state machine, and one of it for each dependency."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from agentgraph.observe.clock import PerClock, monotonic
from agentgraph.remember.ports import Circuits, Rule, Standing

BUCKETS = 10
"""The window is so many spans long: what is older falls out of it a span at a time."""
ALONE = 5.0
"""Seconds for which nobody asks the shared circuits again that could not be reached."""
MOST_CIRCUITS = 1024
"""Names come from declarations; so many of them at once are a mistake, and the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Stands:
    """See `agentgraph.remember.ports.Standing`."""

    ticket: str = ""
    seconds: float = 0.0
    change: str = ""
    failed: int = 0
    calls: int = 0


@dataclass(slots=True)
class Circuit:
    """One circuit; it is told what time it is. `checkpoints/scripts/circuits` does the very same.

    Tickets bear the `era` in which they were given, a new one after each change: the end of a call
    that began before a change decides nothing any more. A probe that has not ended after
    `open_for` seconds is taken as lost: its process may have died.
    """

    rule: Rule
    state: Literal["closed", "open", "probing"] = "closed"
    era: int = 1
    until: float = 0.0
    failed: int = 0
    calls: int = 0
    spans: deque[list[int]] = field(default_factory=deque)
    probes: dict[int, float] = field(default_factory=dict)
    probed: int = 0

    def admit(self, now: float) -> Stands:
        """Whether a call may go through."""
        if self.state == "closed":
            return Stands(f"{self.era}:")
        change = ""
        if self.state == "open":
            if now < self.until:
                return Stands("", self.until - now, "", self.failed, self.calls)
            self.state, change = "probing", "probed"
        self.probes = {probe: until for probe, until in self.probes.items() if until > now}
        if len(self.probes) >= self.rule.probes:
            wait = min(self.probes.values()) - now
            return Stands("", wait, change, self.failed, self.calls)
        self.probed += 1
        self.probes[self.probed] = now + self.rule.open_for
        return Stands(f"{self.era}:{self.probed}", 0.0, change)

    def record(self, ticket: str, outcome: str, now: float) -> Stands:
        """How a call ended that was let through."""
        era, _, probe = ticket.partition(":")
        if int(era) != self.era:
            return Stands()
        if probe:
            return self._probe_ended(int(probe), outcome, now)
        if outcome != "none":
            self._count(outcome == "failed", now)
        calls = sum(span[1] for span in self.spans)
        failed = sum(span[2] for span in self.spans)
        if calls >= self.rule.calls and failed and failed >= self.rule.failures * calls:
            return self._open(now, failed, calls)
        return Stands()

    def _probe_ended(self, probe: int, outcome: str, now: float) -> Stands:
        self.probes.pop(probe, None)
        if outcome == "ok":
            self._begin("closed")
            return Stands(change="closed")
        if outcome == "failed":
            return self._open(now, self.failed, self.calls)
        return Stands()

    def _count(self, failed: bool, now: float) -> None:
        span = now // (self.rule.window / BUCKETS)
        if not self.spans or self.spans[-1][0] != span:
            self.spans.append([int(span), 0, 0])
        while self.spans[0][0] <= span - BUCKETS:
            self.spans.popleft()
        self.spans[-1][1] += 1
        self.spans[-1][2] += failed

    def _open(self, now: float, failed: int, calls: int) -> Stands:
        self._begin("open")
        self.until, self.failed, self.calls = now + self.rule.open_for, failed, calls
        return Stands("", self.rule.open_for, "opened", failed, calls)

    def _begin(self, state: Literal["closed", "open"]) -> None:
        self.state, self.era = state, self.era + 1
        self.spans.clear()
        self.probes.clear()


class LocalCircuits:
    """The circuits of one process, by dependency and rule. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._circuits: dict[tuple[str, Rule], Circuit] = {}

    def admit(self, name: str, rule: Rule) -> Stands:
        """See `agentgraph.remember.ports.Circuits`."""
        with self._lock:
            return self._circuit(name, rule).admit(self._clock())

    def record(self, name: str, rule: Rule, ticket: str, outcome: str) -> Stands:
        """See `agentgraph.remember.ports.Circuits`."""
        with self._lock:
            return self._circuit(name, rule).record(ticket, outcome, self._clock())

    def _circuit(self, name: str, rule: Rule) -> Circuit:
        found = self._circuits.get((name, rule))
        if found is None:
            if len(self._circuits) >= MOST_CIRCUITS:
                del self._circuits[next(iter(self._circuits))]
            found = self._circuits[name, rule] = Circuit(rule)
        return found


class SharedCircuits:
    """Those of all processes; while they cannot be reached, those of this process, so that no call fails for it."""

    def __init__(
        self,
        shared: Circuits,
        own: Circuits | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`own` are those of this process where None are given."""
        self._shared = shared
        self._given = own
        self._clock = clock
        self._again = 0.0

    def admit(self, name: str, rule: Rule) -> Standing:
        """See `agentgraph.remember.ports.Circuits`."""
        standing = self._asked(lambda: self._shared.admit(name, rule))
        if standing is not None:
            return standing
        standing = self._own.admit(name, rule)
        ticket = _OWN + standing.ticket if standing.ticket else ""
        return Stands(ticket, standing.seconds, standing.change, standing.failed, standing.calls)

    def record(self, name: str, rule: Rule, ticket: str, outcome: str) -> Standing:
        """See `agentgraph.remember.ports.Circuits`. What cannot be told is left out."""
        if ticket.startswith(_OWN):
            return self._own.record(name, rule, ticket.removeprefix(_OWN), outcome)
        return self._asked(lambda: self._shared.record(name, rule, ticket, outcome)) or Stands()

    @property
    def _own(self) -> Circuits:
        return self._given if self._given is not None else CIRCUITS.here()

    def _asked(self, ask: Callable[[], Standing]) -> Standing | None:
        if self._clock() < self._again:
            return None
        try:
            return ask()
        except Exception:  # noqa: BLE001  # whatever a store raises: the call matters more
            self._again = self._clock() + ALONE
            return None


_OWN = "own "
CIRCUITS = PerClock(LocalCircuits)
"""Those of this process: runs come and go, what is known of a dependency stays."""

if hasattr(os, "register_at_fork"):
    # The lock of a forked child may be held by a thread that it does not have.
    os.register_at_fork(after_in_child=CIRCUITS.forget)
