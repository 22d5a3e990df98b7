"""The one question that all others are: a value that meets some schemas and breaks others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agentgraph.contracts._compiled import Compiled, TooMuchError
from agentgraph.contracts._shrink import shrunk
from agentgraph.contracts.solve.outcome import (
    NOTHING,
    Fuel,
    Outcome,
    OutOfFuelError,
    solved,
    untold,
)
from agentgraph.contracts.solve.search import Search
from agentgraph.errors import Problem
from agentgraph.model.contract import Json, Schema

DEFAULT_FUEL = 20_000
"""Steps of search that a question may cost; some hundred milliseconds where all are spent."""

Judge = Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question ended. `does` judges a value by the validators.

    `written` are all values that could do it, where a side has them written down: then nothing
    was searched. Else `goal` are the schemas as the search knows them, signed.
    """

    outcome: Outcome
    does: Judge
    written: tuple[Json, ...] | None = None
    search: Search | None = None
    goal: tuple[int, ...] = ()


def ask(met: Sequence[Compiled], broken: Sequence[Compiled], fuel: int) -> Asked:
    """A value that all of `met` admit and none of `broken`, judged by validators and small.

    TooMuchError: they nest deeper than the search can follow.
    """
    judge = _judge(met, broken)
    written = _written(met, broken)
    if written is not None:
        return Asked(_first(written, judge, Fuel(fuel)), judge, written)
    search = Search(fuel)
    try:
        goal = tuple([search.add(s.schema) for s in met] + [-search.add(s.schema) for s in broken])
    except RecursionError:
        raise TooMuchError([Problem("it nests too deep")]) from None
    outcome = search.answer(goal, judge)
    return Asked(_small(outcome, judge), judge, None, search, goal)


def _written(met: Sequence[Compiled], broken: Sequence[Compiled]) -> tuple[Json, ...] | None:
    """All values that could do it, where one of the schemas lists those that it lets through."""
    for schema in (*(s.schema for s in met), *map(_opposite, broken)):
        if isinstance(schema, dict) and ("const" in schema or "enum" in schema):
            return (schema["const"],) if "const" in schema else tuple(schema["enum"])
    return None


def _opposite(broken: Compiled) -> Schema:
    """What breaks the schema, where that is one of its parts; else anything may."""
    schema = broken.schema
    return schema["not"] if isinstance(schema, dict) and list(schema) == ["not"] else True


def _first(values: Sequence[Json], judge: Judge, fuel: Fuel) -> Outcome:
    try:
        for value in values:
            fuel.burn()
            if judge(value):
                return _small(solved(value), judge)
    except OutOfFuelError:
        return untold("out of fuel")
    return NOTHING


def _small(outcome: Outcome, judge: Judge) -> Outcome:
    return solved(shrunk(outcome.value, judge)) if outcome.found else outcome


def _judge(met: Sequence[Compiled], broken: Sequence[Compiled]) -> Judge:
    """Whether a value does it, by the validators."""
    takes = [schema.engine.admits for schema in met]
    refuses = [schema.engine.admits for schema in broken]
    return lambda value: (
        all(takes_it(value) for takes_it in takes)
        and not any(refuses_it(value) for refuses_it in refuses)
    )
