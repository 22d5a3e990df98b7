"""What agents, tools and graphs may say of themselves alike: versions, policies, names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from math import inf, isfinite

from agentgraph.errors import Problem
from agentgraph.model.graph import EFFECTS
from agentgraph.model.policy import (
    Budget,
    Cache,
    CircuitBreaker,
    Estimate,
    Limit,
    Objective,
    Policies,
    Retry,
)
from agentgraph.model.source import Source

# https://semver.org, the core and optional pre-release and build parts
_NUMBER = r"(0|[1-9]\d*)"
_REST = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
_SEMVER = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_REST})?(\+{_REST})?", re.ASCII)


def version_problems(where: str, version: object) -> list[Problem]:
    """Why a version is none; None is fine."""
    if version is None or (isinstance(version, str) and _SEMVER.fullmatch(version)):
        return []
    help_ = 'write version="1.0.0"'
    return [Problem(f"{version!r} is not a semantic version", where=where, help=help_)]


def policy_problems(where: str, policies: Policies) -> list[Problem]:
    """What cannot be meant in a policy."""
    problems = [
        *_retry_problems(where, policies.retry),
        *_breaker_problems(where, policies.breaker),
        *_cache_problems(where, policies.cache),
        *(problem for one in policies.limits for problem in _limit_problems(where, one)),
    ]
    if policies.timeout is not None and policies.timeout <= 0:
        message = f"a timeout of {policies.timeout} seconds leaves no time"
        problems.append(Problem(message, where=f"{where}.timeout"))
    return problems


def _retry_problems(where: str, retry: Retry | None) -> list[Problem]:
    problems = []
    if retry is None:
        return []
    if retry.attempts < 1:
        message, help_ = f"{retry.attempts} attempts are none", "attempts counts the first one too"
        problems.append(Problem(message, where=f"{where}.retry", help=help_))
    if min(retry.wait, retry.max_wait, retry.jitter, retry.backoff) < 0:
        problems.append(Problem("nobody can wait for a negative time", where=f"{where}.retry"))
    elif retry.wait > retry.max_wait:
        message = f"wait={retry.wait:g} would be cut to max_wait={retry.max_wait:g}"
        help_ = f"raise it: max_wait={retry.wait:g}"
        problems.append(Problem(message, where=f"{where}.retry", help=help_))
    return [*problems, *_name_problems(f"{where}.retry", retry.on)]


def _breaker_problems(where: str, breaker: CircuitBreaker | None) -> list[Problem]:
    if breaker is None:
        return []
    place = f"{where}.breaker"
    problems = [
        Problem(f"{name}={getattr(breaker, name)!r} {what}", where=place)
        for name, what, fits in (
            ("failures", "is no share", 0 <= breaker.failures <= 1),
            ("calls", "says nothing: it takes at least one call", breaker.calls >= 1),
            ("probes", "would leave it open for ever", breaker.probes >= 1),
            ("window", "is no span of seconds", 0 < breaker.window < inf),
            ("open_for", "is no span of seconds", 0 < breaker.open_for < inf),
        )
        if not fits
    ]
    return [*problems, *_name_problems(place, breaker.on)]


def own_limit(limit: Limit | None) -> tuple[Limit, ...]:
    """The limit of an agent or tool, as its policies have it."""
    return () if limit is None else (limit,)


def pool_problems(where: str, limits: Iterable[Limit]) -> list[Problem]:
    """Which limits for all are of no pool, or of one that another is of already."""
    problems, seen = [], set[str]()
    for limit in limits:
        if not limit.pool:
            help_ = 'name one: Limit("inference", concurrent=8)'
            problems.append(Problem(f"{limit} is of no pool", f"{where}.limits", help=help_))
        elif limit.pool in seen:
            problems.append(Problem(f"two limits are of {limit.pool!r}", f"{where}.limits"))
        elif limit.concurrent is None and limit.per_second is None:
            message, help_ = f"{limit.pool!r} has no bound", "give concurrent= or per_second="
            problems.append(Problem(message, f"{where}.limits", help=help_))
        seen.add(limit.pool)
    return problems


def _cache_problems(where: str, cache: Cache | None) -> list[Problem]:
    if cache is None:
        return []
    return [
        Problem(f"{name}={amount!r} {what}", where=f"{where}.cache")
        for name, amount, what, fits in (
            ("ttl", cache.ttl, "keeps no answer", 0 < cache.ttl < inf),
            ("stale_if_error", cache.stale_if_error, "is no span", 0 <= cache.stale_if_error < inf),
            ("size", cache.size, "keeps no answer", cache.size >= 1),
        )
        if not fits
    ]


def _limit_problems(where: str, limit: Limit) -> list[Problem]:
    place = f"{where}.limit"
    problems = [
        Problem(f"{name}={amount!r} would let nothing through", where=place)
        for name, amount in (
            ("concurrent", limit.concurrent),
            ("per_second", limit.per_second),
            ("burst", limit.burst),
        )
        if amount is not None and not 0 < amount < inf
    ]
    if limit.wait is not None and not 0 <= limit.wait < inf:
        problems.append(Problem(f"wait={limit.wait!r} is no span of seconds", where=place))
    if not limit.pool and limit.concurrent is None and limit.per_second is None:
        help_ = "give concurrent= or per_second=, or name a pool"
        problems.append(Problem("it limits nothing", where=place, help=help_))
    return problems


def _name_problems(where: str, named: object) -> list[Problem]:
    if not isinstance(named, str):
        return []
    return [Problem(f"on={named!r} is one text", where=where, help=f"write on=({named!r},)")]


def label_set(given: str | Iterable[str]) -> frozenset[str]:
    """Labels as given; one text is one label, not its letters."""
    return frozenset((given,) if isinstance(given, str) else given)


def label_problems(where: str, **given: Iterable[object]) -> list[Problem]:
    """Which labels are no names."""
    return [
        Problem(f"{label!r} is not a label's name", f"{where}.{option}", help=f'{option}={{"pii"}}')
        for option, labels in given.items()
        for label in labels
        if not isinstance(label, str) or not label
    ]


def bound_problems(where: str, bounds: Estimate | Budget | Objective | None) -> list[Problem]:
    """Which amounts of an estimate, budget or objective are none."""
    if bounds is None:
        return []
    least = 1 if isinstance(bounds, Budget) else 0
    amounts = {one.name: getattr(bounds, one.name) for one in fields(bounds)}
    return [
        Problem(f"{name}={amount!r} is no amount", f"{where}.{name}", help="give a positive number")
        for name, amount in amounts.items()
        if amount is not None
        and (
            isinstance(amount, bool)
            or not isinstance(amount, (int, float))
            or not isfinite(amount)
            or amount < 0
            or (name in ("steps", "tokens") and amount < least)
        )
    ]


def effect_problems(where: str, permits: Iterable[str] | None) -> list[Problem]:
    """Which of the permitted effects are none."""
    known = f"known are {', '.join(EFFECTS)}"
    return [
        Problem(f"{name!r} is not an effect", where=f"{where}.permits", help=known)
        for name in sorted(permits or (), key=str)
        if name not in EFFECTS
    ]


def placed(problem: Problem, source: Source | None) -> Problem:
    """The problem with a place, where it had none."""
    if problem.file is not None or source is None:
        return problem
    return replace(problem, file=source.file, line=source.line)
