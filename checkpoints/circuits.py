"""Circuit breakers that processes share: what one learns of a dependency, all know.

    <prefix>circuit:{name}:<rule>    hash    see scripts/circuits/common.lua

A key lives twice its window and its open time after it was last written, so none stays behind.
Each question is one short round trip, with no second try: who asks has something better to do
than to wait for Redis, and goes on alone. Needs no LangGraph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from redis.backoff import NoBackoff
from redis.retry import Retry

from checkpoints.calls import Argument, Call, Reply, Trip, script
from checkpoints.keys import check_prefix, escape
from checkpoints.settings import milliseconds
from checkpoints.wire import SyncClient, Wire
from checkpoints.wired import Wired

PATIENCE = 0.5
"""Seconds that connecting, and each answer, may take."""


class Rule(Protocol):
    """When a circuit opens, and for how long.

    Of the calls of the last `window` seconds, where there are at least `calls`, the share
    `failures` has failed: it opens for `open_for` seconds, and then lets `probes` through at a time.
    """

    @property
    def failures(self) -> float: ...

    @property
    def calls(self) -> int: ...

    @property
    def window(self) -> float: ...

    @property
    def open_for(self) -> float: ...

    @property
    def probes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How a circuit stands after it was asked or told.

    `ticket` lets one call through, "" none: then `seconds` are those until it may be tried again.
    `change` is "opened", "probed" or "closed" where this made it so, else "". `failed` of `calls`
    had failed when it opened.
    """

    ticket: str
    seconds: float
    change: str
    failed: int
    calls: int


def admit(key: str, rule: Rule, now: str) -> Trip[Standing]:
    words = (*_spans(rule), rule.probes, now)
    [reply] = yield [Call(script("circuits/admit"), (key,), words)]
    return _standing(reply)


def record(key: str, rule: Rule, now: str, ticket: str, outcome: str) -> Trip[Standing]:
    words = (*_spans(rule), rule.calls, repr(float(rule.failures)), now, ticket, outcome)
    [reply] = yield [Call(script("circuits/record"), (key,), words)]
    return _standing(reply)


class RedisCircuits(Wired):
    """Circuits in a Redis, blocking. Safe to use from several threads. Raises as `RedisSaver` does.

    Two rules for one dependency are two circuits.
    """

    def __init__(self, wire: Wire, prefix: str, clock: Callable[[], float] | None = None) -> None:
        """For `from_url` and `from_client`, which see; `clock` (seconds) stands for the server's."""
        self.wire = wire
        self._prefix = check_prefix(prefix)
        self._clock = clock

    @classmethod
    def from_url(cls, url: str, *, prefix: str = "", **client_options: Any) -> Self:
        """Circuits with connections of their own; `client_options` are redis-py's."""
        hasty: dict[str, Any] = {
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
        }
        return cls(Wire.to(url, **hasty | client_options), prefix)

    @classmethod
    def from_client(
        cls,
        client: SyncClient,
        *,
        prefix: str = "",
        clock: Callable[[], float] | None = None,
    ) -> Self:
        """Circuits over a redis-py client, which you close."""
        return cls(Wire.over(client), prefix, clock)

    def admit(self, name: str, rule: Rule) -> Standing:
        """Whether a call of `name` may go through now: its ticket, or how long to wait. One round trip."""
        return self.wire.run(admit(self.key(name, rule), rule, self._now()))

    def record(self, name: str, rule: Rule, ticket: str, outcome: str) -> Standing:
        """How the call with `ticket` ended: "ok", "failed", or "none" where that says nothing. One round trip."""
        return self.wire.run(record(self.key(name, rule), rule, self._now(), ticket, outcome))

    def key(self, name: str, rule: Rule) -> str:
        """Where the circuit of `name` stands."""
        numbers = (*_spans(rule), rule.calls, rule.probes, f"{rule.failures:g}")
        return f"{self._prefix}circuit:{{{escape(name) or '%'}}}:{'-'.join(map(str, numbers))}"

    def _now(self) -> str:
        return "" if self._clock is None else f"{self._clock() * 1000:.3f}"


def _spans(rule: Rule) -> tuple[Argument, Argument]:
    return milliseconds(rule.window), milliseconds(rule.open_for)


def _standing(reply: Reply) -> Standing:
    ticket, wait, change, failed, calls = reply
    return Standing(ticket.decode(), int(wait) / 1000, change.decode(), int(failed), int(calls))
