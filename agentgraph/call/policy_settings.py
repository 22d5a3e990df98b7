"""A project's policies: `[tool.agentgraph.run]`, for all agents and tools that have none nearer."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import fields
from math import isfinite
from typing import Any, TypeVar

from agentgraph.call.models import project_table
from agentgraph.declare.options import policy_problems, pool_problems
from agentgraph.declare.own_guards import guard_problems
from agentgraph.errors import Problem, SettingsError
from agentgraph.model.policy import CircuitBreaker, ContentGuard, Limit, Policies, Retry

T = TypeVar("T")

RUN = "tool.agentgraph.run"
_KNOWN = ("timeout", "retry", "breaker", "limits", "guards")
_EXAMPLES = {
    "timeout": "timeout = 30",
    "retry": "retry = { attempts = 3 }",
    "breaker": "breaker = { calls = 10, open_for = 30 }",
    "limits": "limits = { inference = { concurrent = 8 } }",
    "guards": 'guards = [{ finds = "secrets" }]',
}


def load_policies(folder: str | os.PathLike[str] | None = None) -> Policies:
    """The policies that the nearest pyproject.toml has for all, from `folder` (None: here) upwards.

    To be handed to `run_graph(policies=)` and its kin; none where the file says none.
    SettingsError: all that is wrong.
    """
    return read_policies(project_table("run", folder))


def read_policies(table: Any) -> Policies:
    """What a table `[tool.agentgraph.run]` says. SettingsError: all that is wrong with it.

    `timeout` is seconds, `retry` and `breaker` are tables of what `Retry` and `CircuitBreaker`
    take, `limits` one of `Limit`s by pool, `guards` a list of what `ContentGuard` takes.
    """
    if not isinstance(table, Mapping):
        raise SettingsError([Problem("must be a table", RUN)])
    problems = list(_unknown(RUN, table, _KNOWN))
    policies = Policies(
        timeout=_timeout(table, problems),
        retry=_noun(Retry, "retry", table, problems),
        breaker=_noun(CircuitBreaker, "breaker", table, problems),
        limits=tuple(_limits(table, problems)),
        guards=tuple(_guards(table, problems)),
    )
    if not problems:
        problems += policy_problems(RUN, policies)
        problems += [
            *pool_problems(RUN, policies.limits),
            *guard_problems(RUN, policies.guards),
        ]
    if problems:
        raise SettingsError(problems, "the policies of the project do not hold")
    return policies


def _timeout(table: Mapping[str, Any], problems: list[Problem]) -> float | None:
    value = table.get("timeout")
    if value is None or _is_number(value):
        return value
    problems.append(Problem("must be seconds", f"{RUN}.timeout", help=_EXAMPLES["timeout"]))
    return None


def _noun(noun: type[T], name: str, table: Mapping[str, Any], problems: list[Problem]) -> T | None:
    if name not in table:
        return None
    return _made(noun, f"{RUN}.{name}", table[name], problems, _EXAMPLES[name])


def _limits(table: Mapping[str, Any], problems: list[Problem]) -> Iterator[Limit]:
    given = table.get("limits", {})
    if not isinstance(given, Mapping):
        problems.append(Problem("must be a table", f"{RUN}.limits", help=_EXAMPLES["limits"]))
        return
    for pool, one in given.items():
        where = f"{RUN}.limits.{pool}"
        limit = _made(Limit, where, one, problems, _EXAMPLES["limits"], more={"pool": pool})
        if limit is not None:
            yield limit


def _guards(table: Mapping[str, Any], problems: list[Problem]) -> Iterator[ContentGuard]:
    given = table.get("guards", [])
    if not isinstance(given, list):
        problems.append(Problem("must be a list", f"{RUN}.guards", help=_EXAMPLES["guards"]))
        return
    for one in given:
        guard = _made(ContentGuard, f"{RUN}.guards", one, problems, _EXAMPLES["guards"])
        if guard is not None:
            yield guard


def _made(
    noun: type[T],
    where: str,
    table: Any,
    problems: list[Problem],
    example: str,
    *,
    more: Mapping[str, Any] | None = None,
) -> T | None:
    """The noun that a table describes; None: it does not, and the problems say why."""
    if not isinstance(table, Mapping):
        problems.append(Problem("must be a table", where, help=example))
        return None
    kinds: dict[str, str] = {one.name: str(one.type) for one in fields(noun)}  # type: ignore[arg-type]  # a dataclass
    names = [name for name in kinds if name not in (more or {})]
    found = list(_unknown(where, table, names))
    for name in names:
        value = table.get(name)
        if name not in table:
            if name == "finds":  # all else has a default
                found.append(Problem("must say what it finds", where, help=example))
        elif (expected := _misfit(kinds[name], value)) is not None:
            found.append(Problem(f"must be {expected}", f"{where}.{name}"))
    problems += found
    if found:
        return None
    given = {
        name: tuple(value) if isinstance(value, list) else value for name, value in table.items()
    }
    return noun(**given, **(more or {}))


def _misfit(kind: str, value: Any) -> str | None:
    """What a value would have to be, as the noun declares it; None: it is."""
    if kind.startswith("tuple"):
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return None if fits else "a list of names"
    if "float" in kind:
        return None if _is_number(value) else "a number"
    if "int" in kind:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return None if whole else "a whole number"
    return None if isinstance(value, str) else "a text"


def _unknown(where: str, table: Mapping[str, Any], known: Any) -> Iterator[Problem]:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            help_ = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            yield Problem("no such setting", f"{where}.{key}", help=help_)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
