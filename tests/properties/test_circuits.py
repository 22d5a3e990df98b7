"""Circuit breakers, in one process and in Redis, against what they are said to do, over any schedule."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from agentgraph.call.circuits import LocalCircuits
from agentgraph.model.policy import CircuitBreaker
from agentgraph.remember.ports import Circuits
from checkpoints.circuits import RedisCircuits

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
WINDOW, OPEN_FOR = 10.0, 4.0  # ten spans of a second


class Said:
    """What the documentation says, word for word, with all calls remembered."""

    def __init__(self, rule_: CircuitBreaker) -> None:
        self.rule = rule_
        self.changes = 0
        self.opened_at: float | None = None
        self.ended: list[tuple[float, bool]] = []
        self.probes: dict[str, float] = {}

    def admits(self, now: float) -> tuple[bool, float]:
        """Whether a call goes through; else how long to wait."""
        if self.opened_at is None:
            return True, 0.0
        if now < self.opened_at + OPEN_FOR:
            return False, self.opened_at + OPEN_FOR - now
        live = [at for at in self.probes.values() if now < at + OPEN_FOR]
        if len(live) < self.rule.probes:
            return True, 0.0
        return False, min(live) + OPEN_FOR - now

    def ends(self, ticket: str, begun_in: int, outcome: str, now: float) -> str:
        """What changes because a call ended."""
        if begun_in != self.changes:
            return ""
        if self.opened_at is not None:
            self.probes.pop(ticket, None)
            if outcome == "none":
                return ""
            return self.change("closed" if outcome == "ok" else "opened", now)
        if outcome == "none":
            return ""
        self.ended.append((now, outcome == "failed"))
        counted = [failed for at, failed in self.ended if int(at) > int(now) - int(WINDOW)]
        broken = len(counted) >= self.rule.calls and any(counted)
        if broken and sum(counted) / len(counted) >= self.rule.failures:
            return self.change("opened", now)
        return ""

    def change(self, how: str, now: float) -> str:
        self.changes += 1
        self.ended, self.probes = [], {}
        self.opened_at = now if how == "opened" else None
        return how


class Machine(RuleBasedStateMachine):
    """Calls begin, end in any order and way, or never, while time goes on."""

    under_way = Bundle("under_way")

    def __init__(self, make: Callable[[Callable[[], float]], Circuits]) -> None:
        super().__init__()
        self.now = 1000.0
        self.circuits = make(lambda: self.now)

    @initialize(
        calls=st.integers(1, 5),
        failures=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
        probes=st.integers(1, 3),
    )
    def choose(self, calls: int, failures: float, probes: int) -> None:
        self.breaker = CircuitBreaker(
            failures=failures, calls=calls, window=WINDOW, open_for=OPEN_FOR, probes=probes
        )
        self.name = uuid4().hex
        self.said = Said(self.breaker)

    @rule(seconds=st.sampled_from([0.125, 0.5, 1.0, 3.0, 4.0, 9.5]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=under_way)
    def begin(self) -> Any:
        admitted, wait = self.said.admits(self.now)
        found = self.circuits.admit(self.name, self.breaker)
        assert bool(found.ticket) == admitted
        if not admitted:
            assert found.seconds == pytest.approx(wait, abs=0.002)
            return multiple()
        if self.said.opened_at is not None:
            self.said.probes[found.ticket] = self.now
        return found.ticket, self.said.changes

    @rule(call=under_way, outcome=st.sampled_from(["ok", "failed", "failed", "none"]))
    def end(self, call: tuple[str, int], outcome: str) -> None:
        ticket, begun_in = call
        change = self.said.ends(ticket, begun_in, outcome, self.now)
        found = self.circuits.record(self.name, self.breaker, ticket, outcome)
        assert found.change == change
        if change == "opened":
            assert found.seconds == OPEN_FOR


def machine(make: Callable[[Callable[[], float]], Circuits]) -> Any:
    return partial(Machine, make)


def test_in_one_process() -> None:
    run_state_machine_as_test(
        machine(LocalCircuits),
        settings=settings(max_examples=150 * HUNT, stateful_step_count=40, deadline=None),
    )


def test_in_redis(each_redis_url: str, prefix: str) -> None:
    with Redis.from_url(each_redis_url) as client:

        def make(clock: Callable[[], float]) -> RedisCircuits:
            return RedisCircuits.from_client(client, prefix=prefix, clock=clock)

        run_state_machine_as_test(
            machine(make),
            settings=settings(
                max_examples=60 * HUNT,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
        keys = list(client.scan_iter(match=f"{prefix}*", count=1000))
        assert keys
        assert all(0 < client.pttl(key) <= 30_000 for key in keys)
