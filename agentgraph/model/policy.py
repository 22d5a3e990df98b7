"""What makes a call reliable, as data. Policies say; the room `call` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentgraph.model.contract import Json


@dataclass(frozen=True, slots=True)
class Retry:
    """Try a failed attempt again.

    `attempts` counts the first one too. The wait before attempt n (from 2) is
    `wait * backoff ** (n - 2)` seconds, at most `max_wait`, with up to `jitter` seconds
    added at random. `on` names the exception classes that are tried again, by class name
    or dotted path, subclasses included; contract violations of the caller never are.
    """

    attempts: int = 3
    wait: float = 0.1
    backoff: float = 2.0
    max_wait: float = 5.0
    jitter: float = 0.1
    on: tuple[str, ...] = ("Exception",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitBreaker:
    """Leave alone, for a while, what keeps failing.

    Of the calls of the last `window` seconds, once there are `calls` of them, the share `failures`
    (0 to 1) has failed: the circuit opens, and calls are refused at once. After `open_for` seconds
    at most `probes` at a time are let through to try: the first that succeeds closes it, the
    first that fails opens it again. A call counts once, all its attempts together; `on` names
    the exceptions that count as failures, as `Retry.on` does.
    """

    failures: float = 0.5
    calls: int = 10
    window: float = 60.0
    open_for: float = 30.0
    probes: int = 1
    on: tuple[str, ...] = ("Exception",)


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of a pool's work goes on in one process: who comes too early waits, in order.

    `concurrent` calls at once, and `per_second` that begin, of which `burst` may begin together
    after a quiet time; None: any number. `pool` names whose calls count together; "": those of
    the agent or tool that has the limit. Who waits longer than `wait` seconds is refused; None: as
    long as the call's own timeout, where it has one.
    """

    pool: str = ""
    concurrent: int | None = None
    per_second: float | None = None
    burst: int = 1
    wait: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """Give an answer again to who asks the same: for what only reads, and answers alike for a while.

    An answer is fresh for `ttl` seconds. For `stale_if_error` more it stands in where asking again
    fails. The `size` newest are kept, in each process.
    """

    ttl: float
    stale_if_error: float = 0.0
    size: int = 1024


@dataclass(frozen=True, slots=True)
class ContentGuard:
    """What to do about texts of a kind in what is read ("input") or produced ("output").

    `finds` is "secrets", "cards", "ibans", "emails", "injection" or "length" (of a text longer than
    `longest` characters); in a spec also the name of a finder of one's own. `do` is "block" (the call
    fails), "redact" (a mark stands in its place) or "allow" (it is only told of).
    """

    finds: str
    do: Literal["block", "redact", "allow"] = "block"
    at: Literal["both", "input", "output"] = "both"
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A fallback: ask the model of this role instead."""

    role: str


@dataclass(frozen=True, slots=True)
class Value:
    """A fallback: this JSON value, which must fit the output contract."""

    value: Json


@dataclass(frozen=True, slots=True)
class Fallback:
    """One step of a fallback chain: `kind` says which of the other fields is meant."""

    kind: Literal["agent", "model", "value"]
    name: str = ""
    value: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one run of an agent or tool is expected to take; None: nobody has said.

    `p95` is seconds that 95 of 100 runs stay below, `cost` is money in the project's own
    currency, `tokens` counts those of input and output together.
    """

    p95: float | None = None
    cost: float | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one turn of a graph may take at most; None: no bound.

    `steps` counts supersteps, `seconds` is wall-clock time, `tokens` counts those of input and
    output together, `cost` is money in the project's own currency.
    """

    steps: int | None = None
    seconds: float | None = None
    tokens: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a graph is meant to achieve: 95 of 100 turns within `p95` seconds."""

    p95: float


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies of one agent or tool; None leaves it to the graph, the project, the default.

    `timeout` is seconds for one attempt. `limits` are one of its own, or of a graph one for each pool.
    `cache` is never taken from others: only who wrote it knows that it answers alike.
    """

    timeout: float | None = None
    retry: Retry | None = None
    fallbacks: tuple[Fallback, ...] = ()
    breaker: CircuitBreaker | None = None
    limits: tuple[Limit, ...] = ()
    cache: Cache | None = None
    guards: tuple[ContentGuard, ...] = ()


BUILT_IN_GUARDS = ("secrets", "cards", "ibans", "emails", "injection", "length")
"""What a `ContentGuard` can find without a finder of one's own."""
STANDARD_POOLS = ("inference", "retrieval", "tools")
"""The pools of model-backed agents, of read-only tools, and of all other tools."""
