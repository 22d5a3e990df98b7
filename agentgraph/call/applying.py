"""Which policies apply to an agent or a tool, and where each is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from agentgraph.call.gate import dependency_of
from agentgraph.call.prepared import effective
from agentgraph.call.turns import bounds_of, standard_pool
from agentgraph.model.agent import AgentSpec
from agentgraph.model.codec import dump
from agentgraph.model.contract import Json
from agentgraph.model.policy import (
    CircuitBreaker,
    ContentGuard,
    Fallback,
    Limit,
    Policies,
    Retry,
)
from agentgraph.model.tool import ToolSpec

Levels = Sequence[tuple[str, Policies]]
"""Where policies are said, in words, and which; the nearest first."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One policy: `name` as it is declared, `says` in words, `value` as JSON, and who says it (`said_by`)."""

    name: str
    says: str
    value: Json
    said_by: str

    __hash__ = None  # type: ignore[assignment]


def applied(spec: AgentSpec | ToolSpec, levels: Levels) -> list[Applied]:
    """What holds for the calls of an agent or tool; its own policies are the first of `levels`."""
    whole = reduce(effective, [policies for _, policies in levels])
    return list(_applied(spec, whole, levels))


def _applied(spec: AgentSpec | ToolSpec, whole: Policies, levels: Levels) -> Iterator[Applied]:
    # Of tools, timeouts and retries are their own: those of a graph are for its agents.
    alone = levels[:1] if isinstance(spec, ToolSpec) else levels
    for where, policies in alone:
        if policies.timeout is not None:
            yield Applied("timeout", f"{policies.timeout:g} s", policies.timeout, where)
            break
    for where, policies in alone:
        if policies.retry is not None:
            yield Applied("retry", _retry(policies.retry), dump(policies.retry), where)
            break
    dependency = dependency_of(spec)
    for where, policies in levels:
        if policies.breaker is not None and dependency is not None:
            says = _breaker(dependency, policies.breaker)
            yield Applied("breaker", says, dump(policies.breaker), where)
            break
    yield from _limit(spec, whole, levels)
    own = levels[0][1]
    if own.cache is not None:
        stale = (
            f", stale for {own.cache.stale_if_error:g} s more" if own.cache.stale_if_error else ""
        )
        says = f"{own.cache.ttl:g} s{stale}, {own.cache.size} answers"
        yield Applied("cache", says, dump(own.cache), levels[0][0])
    for guard in whole.guards:
        yield Applied("guard", _guard(guard), dump(guard), _said_by(levels, "guards", guard))
    if own.fallbacks:
        says = ", then ".join(map(_fallback, own.fallbacks))
        yield Applied("fallback", says, [dump(one) for one in own.fallbacks], levels[0][0])


def _limit(spec: AgentSpec | ToolSpec, whole: Policies, levels: Levels) -> Iterator[Applied]:
    own = spec.policies.limits[0] if spec.policies.limits else None
    pool = own.pool if own is not None else standard_pool(spec)
    limit = own if own is not None and not own.pool else bounds_of(pool, whole)
    if limit is not None:
        name = pool or f"its own, {spec.name}"
        where = _said_by(levels, "limits", limit)
        yield Applied("limit", f"{name}: {_bounds(limit)}", dump(replace(limit)), where)


def _said_by(levels: Levels, name: str, one: object) -> str:
    return next(where for where, policies in levels if one in getattr(policies, name))


def _retry(retry: Retry) -> str:
    waits = f"waits {retry.wait:g} s, x{retry.backoff:g}, up to {retry.max_wait:g} s"
    return f"{retry.attempts} attempts, {waits}, after {', '.join(retry.on)}"


def _breaker(dependency: str, breaker: CircuitBreaker) -> str:
    return (
        f"{dependency}: opens at {breaker.failures:.0%} of {breaker.calls} or more calls in {breaker.window:g} s, "
        f"for {breaker.open_for:g} s, then {breaker.probes} at a time"
    )


def _bounds(limit: Limit) -> str:
    parts: list[str] = []
    if limit.concurrent is not None:
        parts.append(f"{limit.concurrent} at once")
    if limit.per_second is not None:
        parts.append(f"{limit.per_second:g} a second, {limit.burst} together")
    if limit.wait is not None:
        parts.append(f"waits {limit.wait:g} s at most")
    return ", ".join(parts)


def _guard(guard: ContentGuard) -> str:
    longest = f" beyond {guard.longest}" if guard.longest is not None else ""
    where = "input and output" if guard.at == "both" else guard.at
    return f"{guard.finds}{longest}: {guard.do}, in {where}"


def _fallback(fallback: Fallback) -> str:
    named: dict[str, Any] = {
        "agent": f"agent {fallback.name}",
        "model": f"model {fallback.name}",
        "value": f"the value {fallback.value!r}",
    }
    return str(named[fallback.kind])
