"""Conditions on one field each: what guards and labels say, taken apart so that facts can keep them.

An *atom* is a set of values of one field, as a JSON Schema for the object that holds it. A test
becomes the atoms that hold whenever it came out that way; what it says of several fields
at once is left out, which loses precision and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from agentgraph.check.flow.parts import Part, Parts, together
from agentgraph.check.flow.places import Option
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.schemas import embedded
from agentgraph.model.contract import Contract, Json, Schema

Disjoint = Callable[[Schema, Schema], bool]
"""Whether two schemas are proved to have no value in common."""
Holds = Callable[[Schema, Json], bool]
"""Whether a value is in a schema."""


class Atom(Struct, frozen=True, eq=False):
    """`values`, by digest, are the only ones that `field` can have here, where they are few and known."""

    number: int
    field: str
    schema: Schema
    values: Mapping[str, Json] | None


class _Field(Struct, eq=False):
    """The atoms of one field: as bits, those with values, and by value; and the rest."""

    few: int = 0
    having: dict[str, int] = field(default_factory=dict)
    rest: list[Atom] = field(default_factory=list)


class Atoms:
    """All atoms of one graph, interned; and how they stand to each other."""

    def __init__(self, disjoint: Disjoint, holds: Holds) -> None:
        self.all: list[Atom] = []
        self._known: dict[tuple[str, tuple[int, ...]], Atom] = {}
        self._parts = Parts()
        self._fields: dict[str, _Field] = {}
        self._disjoint = disjoint
        self._holds = holds
        self._related: dict[tuple[int, int], bool] = {}
        self._of: dict[int, tuple[Atom, ...]] = {}

    def of(self, option: Option) -> tuple[Atom, ...]:
        """What holds where the option was taken, one atom per field."""
        if id(option) not in self._of:
            by_field: dict[str, dict[int, Part]] = {}
            for test in option.tests:
                for part in self._parts.of(test):
                    by_field.setdefault(part.field, {})[part.number] = part
            self._of[id(option)] = tuple(
                self._atom(name, list(parts.values())) for name, parts in by_field.items()
            )
        return self._of[id(option)]

    def accepted(self, field: str, contract: Contract) -> Atom:
        """That the field holds what the contract accepts."""
        schema: Schema = {"properties": {field: embedded(contract.accepted)}, "required": [field]}
        return self._atom(field, [self._parts.one(field, schema)])

    def excludes(self, one: Option, other: Option) -> bool:
        """Whether the two can never hold of the same state."""
        return any(
            mine.field == theirs.field and self.disjoint(mine, theirs)
            for mine in self.of(one)
            for theirs in self.of(other)
        )

    def disjoint(self, one: Atom, other: Atom) -> bool:
        """Whether no value is in both."""
        if one is other:
            return False
        if one.values is not None and other.values is not None:
            return one.values.keys().isdisjoint(other.values)
        key = (min(one.number, other.number), max(one.number, other.number))
        if key not in self._related:
            self._related[key] = self._apart(one, other)
        return self._related[key]

    def ruled_out(self, atom: Atom) -> int:
        """Of the atoms of the same field, those that cannot hold where it does, as bits."""
        same = self._fields[atom.field]
        found, others = same.few, same.rest
        if atom.values is None:
            found, others = 0, [*others, *(self.all[number] for number in bits(same.few))]
        for value in atom.values or ():
            found &= ~same.having[value]
        for other in others:
            if self.disjoint(atom, other):
                found |= 1 << other.number
        return found & ~(1 << atom.number)

    def implied(self, atom: Atom) -> int:
        """Of the atoms of the same field, those that plainly hold where it does, as bits."""
        if atom.values is None:
            return 1 << atom.number
        same = self._fields[atom.field]
        found = same.few
        for value in atom.values:
            found &= same.having[value]
        for other in same.rest:
            if all(self._holds(other.schema, {other.field: v}) for v in atom.values.values()):
                found |= 1 << other.number
        return found

    def _apart(self, one: Atom, other: Atom) -> bool:
        for few, many in ((one, other), (other, one)):
            if few.values is not None:
                values = few.values.values()
                return not any(self._holds(many.schema, {few.field: v}) for v in values)
        return self._disjoint(one.schema, other.schema)

    def _atom(self, name: str, parts: list[Part]) -> Atom:
        key = (name, tuple(sorted(part.number for part in parts)))
        if key not in self._known:
            values = self._left(parts)
            atom = Atom(len(self.all), name, together(parts, values), values)
            self.all.append(atom)
            self._enter(atom)
            self._known[key] = atom
        return self._known[key]

    def _left(self, parts: list[Part]) -> Mapping[str, Json] | None:
        """The values that are left, where one of the parts says that they are few."""
        first = next((p for p in parts if p.few is not None and p.held), None)
        if first is None or first.few is None:
            return None
        others = [part for part in parts if part is not first]
        return {
            key: value
            for key, value in first.few.items()
            if all(self._admits(part, key, value) for part in others)
        }

    def _admits(self, part: Part, key: str, value: Json) -> bool:
        if part.few is not None:
            return (key in part.few) is part.held
        return self._holds(part.schema, {part.field: value})

    def _enter(self, atom: Atom) -> None:
        same = self._fields.setdefault(atom.field, _Field())
        if atom.values is None:
            same.rest.append(atom)
            return
        same.few |= 1 << atom.number
        for value in atom.values:
            same.having[value] = same.having.get(value, 0) | 1 << atom.number
