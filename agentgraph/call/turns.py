"""Waiting for one's turn in a pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agentgraph.call.deadlines import seconds_left
from agentgraph.call.effects import Invoke, Sleep, Steps
from agentgraph.call.errors import LimitExceededError
from agentgraph.call.pools import HELD, POOLS, Place, Pool, wait_awaiting, wait_blocking
from agentgraph.call.services import Services
from agentgraph.errors import Problem, SettingsError
from agentgraph.model.agent import AgentSpec
from agentgraph.model.policy import Limit, Policies
from agentgraph.model.tool import ToolSpec
from agentgraph.observe.clock import monotonic
from agentgraph.observe.events import LimitWaited

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turns:
    """One caller's turns in a pool; it waits `patience` seconds at most, None: for ever.

    `name` is what messages call the pool that has the name `of` in this process.
    """

    name: str
    limit: Limit
    of: str
    patience: float | None

    def patient(self, services: Services) -> float | None:
        """Seconds that a call may wait now."""
        bounds = [one for one in (self.patience, seconds_left(services)) if one is not None]
        return max(0.0, min(bounds)) if bounds else None

    @property
    def pool(self) -> Pool:
        """The pool, as the clock that holds here has it."""
        return POOLS.here().pool(self.of, self.limit)

    def taken(
        self,
        label: str,
        services: Services,
        steps: Callable[[bool], Steps[T]],
        *,
        may_wait: bool,
    ) -> Steps[T]:
        """The result of `steps(whether it has waited)`, in its turn. LimitExceededError: none came in time."""
        inside, pool = HELD.get(), self.pool
        if id(pool) in inside:
            waited = yield from self._begun(label, services, may_wait=may_wait)
            return (yield from steps(waited))
        place = pool.enter()
        try:
            waited = yield from self._had(place, label, services, may_wait=may_wait)
            token = HELD.set(inside | {id(pool)})
            try:
                return (yield from steps(waited))
            finally:
                HELD.reset(token)
        finally:
            pool.leave(place)

    def _had(self, place: Place, label: str, services: Services, *, may_wait: bool) -> Steps[bool]:
        """Whether the place was waited for."""
        if place.held:
            return (yield from self._begun(label, services, may_wait=may_wait))
        started, patience = monotonic(), self.patient(services)
        had: bool | None = None
        if may_wait:
            had = yield Invoke(
                lambda: wait_blocking(place, patience), lambda: wait_awaiting(place, patience)
            )
        seconds = monotonic() - started
        if not had:
            bound, on_loop = f"{self.limit.concurrent} at once", had is None
            raise LimitExceededError(label, self.name, bound, patience or 0, on_loop)
        services.tell(LimitWaited, label, pool=self.name, seconds=seconds)
        yield from self._begun(label, services, may_wait=may_wait, left=_left(patience, seconds))
        return True

    def _begun(
        self, label: str, services: Services, *, may_wait: bool, left: float | None = None
    ) -> Steps[bool]:
        """Whether it was too early to begin, and waited for."""
        patience = left if left is not None else self.patient(services)
        delay = self.pool.begin(patience if may_wait else 0.0)
        if delay is None:
            bound = f"{self.limit.per_second:g} a second"
            raise LimitExceededError(label, self.name, bound, patience or 0, not may_wait)
        if delay:
            yield Sleep(delay)
            services.tell(LimitWaited, label, pool=self.name, seconds=delay)
        return delay > 0


def _left(patience: float | None, seconds: float) -> float | None:
    return None if patience is None else max(0.0, patience - seconds)


def turns_of(spec: AgentSpec | ToolSpec, policies: Policies) -> Turns | None:
    """The turns of an agent or tool to which `policies` apply; None: it need not wait for any.

    SettingsError: it names a pool of which nobody says how much it may do.
    """
    own = spec.policies.limits[0] if spec.policies.limits else None
    pool = own.pool if own is not None else standard_pool(spec)
    if own is not None and not own.pool:
        name = f"{spec.name} ({spec.source})" if spec.source else spec.name
        return Turns(spec.name, own, name, _patience(own, policies))
    limit = bounds_of(pool, policies)
    if limit is None and own is not None:
        help_ = (
            f"Limit({pool!r}, concurrent=8) there, on the graph, or in [tool.agentgraph.run.limits]"
        )
        problem = Problem(f"nobody says what {pool!r} may do", f"{spec.name}.limit", help=help_)
        raise SettingsError([problem], "a limit has no bound")
    return turns_in(pool, limit, policies, own)


def turns_in(
    pool: str | None, limit: Limit | None, policies: Policies, own: Limit | None = None
) -> Turns | None:
    """The turns in a pool; None: it has no limit."""
    if pool is None or limit is None:
        return None
    patience = _patience(own if own is not None and own.wait is not None else limit, policies)
    return Turns(pool, limit, pool, patience)


def bounds_of(pool: str | None, policies: Policies) -> Limit | None:
    """The nearest limit of a pool that has a bound."""
    for limit in policies.limits:
        if limit.pool == pool and (limit.concurrent or limit.per_second):
            return limit
    return None


def standard_pool(spec: AgentSpec | ToolSpec) -> str | None:
    """The pool of what names none."""
    if isinstance(spec, AgentSpec):
        return "inference" if spec.kind == "model" else None
    return "retrieval" if spec.read_only else "tools"


def _patience(limit: Limit, policies: Policies) -> float | None:
    return limit.wait if limit.wait is not None else policies.timeout
