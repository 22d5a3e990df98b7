"""Why what is produced is not accepted: each place, in both schemas, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from agentgraph.contracts._compiled import Compiled
from agentgraph.contracts._counts import told_counts
from agentgraph.contracts._engine import Fault
from agentgraph.contracts._leaves import At, leaves
from agentgraph.contracts._pieces import pieces
from agentgraph.contracts._places import Place, place_of
from agentgraph.contracts._question import Asked
from agentgraph.contracts._references import target
from agentgraph.contracts._sentences import of_producer
from agentgraph.contracts._slips import nearest
from agentgraph.contracts._text import json_path, listed, pointer, shown
from agentgraph.contracts.solve.search import Search
from agentgraph.model.contract import Json

_PIECES = 40
_STEPS = 2_000
_VALUES = 24
_CASES = frozenset({"then", "else", "dependentSchemas"})


class Reason(Struct, frozen=True):
    """One thing that does not fit.

    `path` is the place in the value (`$.reason_code`); the other two are the places in the
    schemas, as pointers ("" where there is none to name). `sentence` says what the producer
    may do there, and what is accepted.
    """

    path: str
    produced_path: str
    accepted_path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


def reasons_for(
    witness: Json, produced: Compiled, accepted: Compiled, asked: Asked
) -> tuple[Reason, ...]:
    """The reasons, those of the witness first, then those of all else that does not fit."""
    teller = _Teller(produced, accepted, asked)
    found: dict[object, Reason] = {}
    for value in teller.witnesses(witness):
        for fault in accepted.engine.faults(value):
            for leaf in leaves(told_counts(fault, accepted.engine.schema)):
                key = (_names(leaf.at), leaf.keyword)
                if key not in found:
                    found[key] = teller.reason(leaf, value)
    return tuple(dict.fromkeys(found.values()))


class _Teller(Struct, frozen=True, eq=False):
    produced: Compiled
    accepted: Compiled
    asked: Asked

    def witnesses(self, first: Json) -> Iterator[Json]:
        """The witness, and one for each other demand of the accepting side that can be broken."""
        yield first
        if self.asked.search is None:
            yield from filter(self.asked.does, (self.asked.written or ())[:_PIECES])
        else:
            yield from self._searched(self.asked.search)

    def _searched(self, search: Search) -> Iterator[Json]:
        left, right = self.asked.goal
        demands = pieces(search.formulas, -right, _PIECES)
        for piece in demands if len(demands) > 1 else ():
            search.fuel.left = _STEPS
            outcome = search.answer((left, -piece), self.asked.does)
            if outcome.found:
                yield outcome.value

    def reason(self, fault: Fault, value: Json) -> Reason:
        place = place_of(self.produced.schema, fault.at, fault.value)
        sentence = of_producer(fault, self._values(fault, value, place))
        if fault.keyword == "required":
            may = "is never there" if place.never else "may be missing"
            renamed = self._renamed(fault) if place.never else ""
            sentence = f"{may}; it is required{self._when(fault)}{renamed}"
        elif fault.keyword == "additionalProperties" and not place.pointer:
            sentence = (
                f"may be there ({shown(fault.value)}), as any other field may; {self._only(fault)}"
            )
        return Reason(json_path(fault.at), place.pointer, pointer(fault.by), sentence)

    def _values(self, fault: Fault, value: Json, place: Place) -> tuple[Json, ...]:
        """All values that are at fault in the place, where the producer's are few."""
        if fault.keyword not in ("const", "enum"):
            return ()
        others = [v for v in place.values[:_VALUES] if v != fault.value]
        wrong = [v for v in others if self.asked.does(_with(value, fault.at, v))]
        wrong = [v for v in wrong if v not in _members(fault)]
        return (fault.value, *wrong)

    def _when(self, fault: Fault) -> str:
        """Of which values the missing field is required, where not of all."""
        if not _CASES.isdisjoint(fault.by):
            return " of values like this one"
        if fault.by[-1:] != ("dependentRequired",):
            return ""
        node: Any = target(self.accepted.engine.schema, pointer(fault.by))
        asking = [k for k, names in node.items() if k in fault.value and fault.at[-1] in names]
        return f" where `{asking[0]}` is there" if asking else ""

    def _only(self, fault: Fault) -> str:
        """The fields that are accepted in that place, in words."""
        known = place_of(self.accepted.schema, fault.at[:-1]).names
        if not known:
            return "no such field is accepted"
        verb = "is" if len(known) == 1 else "are"
        return f"accepted {verb} only {listed([f'`{name}`' for name in known], joint=', ')}"

    def _renamed(self, fault: Fault) -> str:
        """A guess at the field that was meant: one that is produced and not asked for."""
        siblings = place_of(self.produced.schema, fault.at[:-1]).names
        known = place_of(self.accepted.schema, fault.at[:-1]).names
        near = nearest(str(fault.at[-1]), (name for name in siblings if name not in known))
        return f"; is `{near}` meant?" if near else ""


def _names(at: At) -> tuple[str, ...]:
    """The path without list places and without going round in a recursive type."""
    return tuple(dict.fromkeys(step for step in at if isinstance(step, str)))


def _members(fault: Fault) -> list[Any]:
    return list(fault.detail) if fault.keyword == "enum" else [fault.detail]


def _with(value: Any, at: At, part: Json) -> Json:
    """The value with another part in that place."""
    if not at:
        return part
    step, rest = at[0], at[1:]
    if isinstance(value, dict):
        return {**value, step: _with(value.get(step), rest, part)}
    made = list(value)
    made[int(step)] = _with(made[int(step)], rest, part)
    return made
