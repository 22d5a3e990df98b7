"""The one question that all others are: a value that meets some schemas and breaks others."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

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

_TEXT_A_STEP = 2_000
"""Characters of schema that a value is held against for one step of fuel."""
_LITERALS = (["const"], ["enum"])


class Judge:
    """Whether a value does it, by the validators. `cost` is the steps of fuel for one value."""

    __slots__ = ("_broken", "_met", "_refuse", "_take", "cost")

    def __init__(self, met: Sequence[Compiled], broken: Sequence[Compiled]) -> None:
        self._met, self._broken = met, broken
        self._take = [schema.engine.admits for schema in met]
        self._refuse = [schema.engine.admits for schema in broken]
        self.cost = 1 + sum(len(schema.key) for schema in (*met, *broken)) // _TEXT_A_STEP

    def __call__(self, value: Json) -> bool:
        return all(takes(value) for takes in self._take) and not any(
            refuses(value) for refuses in self._refuse
        )

    def without(self, schema: Compiled) -> Judge:
        """A judge of what has been judged by that schema already."""
        met = [one for one in self._met if one is not schema]
        return Judge(met, [one for one in self._broken if one is not schema])


class Asked(Struct, frozen=True, eq=False):
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
    judge = Judge(met, broken)
    listing = _listing(met, broken)
    if listing is not None:
        schema, values = listing
        return Asked(_first(schema, values, judge, Fuel(fuel)), judge, values)
    search = Search(fuel)
    try:
        goal = tuple([search.add(s.schema) for s in met] + [-search.add(s.schema) for s in broken])
    except RecursionError:
        raise TooMuchError([Problem("it nests too deep")]) from None
    search.cost = judge.cost
    outcome = search.answer(goal, judge)
    return Asked(_small(outcome, judge), judge, None, search, goal)


def _listing(
    met: Sequence[Compiled], broken: Sequence[Compiled]
) -> tuple[Compiled, tuple[Json, ...]] | None:
    """A schema that lists all values that it lets through, and these."""
    sides = [(one, one.schema) for one in met] + [(one, _opposite(one.schema)) for one in broken]
    for one, schema in sides:
        if isinstance(schema, dict) and ("const" in schema or "enum" in schema):
            return one, (schema["const"],) if "const" in schema else tuple(schema["enum"])
    return None


def _opposite(schema: Schema) -> Schema:
    """What breaks the schema, where that is one of its parts; else anything may."""
    return schema["not"] if isinstance(schema, dict) and list(schema) == ["not"] else True


def _first(listing: Compiled, values: Sequence[Json], judge: Judge, fuel: Fuel) -> Outcome:
    """The first of the values that does it."""
    schema = listing.schema
    merely = _is_literal(schema) or _is_literal(_opposite(schema))
    # A long list is not searched again for each of its own members.
    others = judge.without(listing) if merely else judge
    try:
        for value in values:
            fuel.burn(others.cost)
            if others(value):
                if not judge(value):
                    return untold("a listed value that its own list is not held to admit")
                return _small(solved(value), judge)
    except OutOfFuelError:
        return untold("out of fuel")
    return NOTHING


def _is_literal(schema: Schema) -> bool:
    return isinstance(schema, dict) and list(schema) in _LITERALS


def _small(outcome: Outcome, judge: Judge) -> Outcome:
    return solved(shrunk(outcome.value, judge)) if outcome.found else outcome
