"""Conditions on one field each: what guards and labels say, taken apart so that facts can keep them.

An *atom* is a set of values of one field, as a JSON Schema for the object that holds it. A test
becomes the atoms that hold whenever it came out that way; what it says of several fields
at once is left out, which loses precision and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from agentgraph.check.flow.places import Option, Test
from agentgraph.check.flow.schemas import embedded
from agentgraph.model.contract import Contract, Json, Schema

Disjoint = Callable[[Schema, Schema], bool]
"""Whether two schemas are proved to have no value in common."""
Holds = Callable[[Schema, Json], bool]
"""Whether a value is in a schema."""


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """`values` are the only ones that `field` can have here, where they are few and known."""

    number: int
    field: str
    schema: Schema
    values: tuple[Json, ...] | None


class Atoms:
    """All atoms of one graph, interned; and how they stand to each other."""

    def __init__(self, disjoint: Disjoint, holds: Holds) -> None:
        self.all: list[Atom] = []
        self._known: dict[tuple[str, str], Atom] = {}
        self._disjoint = disjoint
        self._holds = holds
        self._related: dict[tuple[int, int], bool] = {}
        self._of: dict[int, tuple[Atom, ...]] = {}

    def of(self, option: Option) -> tuple[Atom, ...]:
        """What holds where the option was taken, one atom per field."""
        if id(option) not in self._of:
            by_field: dict[str, list[Schema]] = {}
            for test in option.tests:
                for field, schema in _parts(test):
                    by_field.setdefault(field, []).append(schema)
            self._of[id(option)] = tuple(
                self._atom(field, schemas) for field, schemas in by_field.items()
            )
        return self._of[id(option)]

    def accepted(self, field: str, contract: Contract) -> Atom:
        """That the field holds what the contract accepts."""
        schema: Schema = {"properties": {field: embedded(contract.accepted)}, "required": [field]}
        return self._atom(field, [schema])

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
        key = (min(one.number, other.number), max(one.number, other.number))
        if key not in self._related:
            self._related[key] = self._apart(one, other)
        return self._related[key]

    def implies(self, one: Atom, other: Atom) -> bool:
        """Whether it is plain that all of `one` is in `other`."""
        if one is other:
            return True
        return one.values is not None and all(
            self._holds(other.schema, {other.field: value}) for value in one.values
        )

    def _apart(self, one: Atom, other: Atom) -> bool:
        for few, many in ((one, other), (other, one)):
            if few.values is not None:
                return not any(self._holds(many.schema, {few.field: v}) for v in few.values)
        return self._disjoint(one.schema, other.schema)

    def _atom(self, field: str, schemas: list[Schema]) -> Atom:
        by_text = {json.dumps(schema, sort_keys=True): schema for schema in schemas}
        texts = sorted(by_text)
        key = (field, "\n".join(texts))
        if key not in self._known:
            schema: Schema = (
                {"allOf": [by_text[t] for t in texts]} if len(texts) > 1 else schemas[0]
            )
            values = next(
                (found for s in schemas if (found := _values(s, field)) is not None), None
            )
            if values is not None:
                values = tuple(v for v in values if self._holds(schema, {field: v}))
            self._known[key] = Atom(len(self.all), field, schema, values)
            self.all.append(self._known[key])
        return self._known[key]


def _parts(test: Test) -> Iterator[tuple[str, Schema]]:
    guard, held = test
    if len(guard.fields) == 1:
        yield guard.fields[0], guard.schema if held else {"not": guard.schema}
        return
    for schema in _conjuncts(guard.schema, held=held):
        mentioned = set(_fields(schema))
        if len(mentioned) == 1:
            yield mentioned.pop(), schema


def _conjuncts(schema: Schema, *, held: bool) -> Iterator[Schema]:
    """All of these hold, if the schema does (or, not `held`, does not)."""
    keyword = "allOf" if held else "anyOf"
    if isinstance(schema, dict) and set(schema) == {keyword}:
        for part in schema[keyword]:
            yield from _conjuncts(part, held=held)
    else:
        yield schema if held else {"not": schema}


def _fields(schema: Schema) -> Iterable[str]:
    """The fields that a guard's schema speaks of; two made-up ones where that is not plain."""
    if not isinstance(schema, dict):
        return
    for keyword, part in schema.items():
        if keyword in ("allOf", "anyOf", "oneOf"):
            for one in part:
                yield from _fields(one)
        elif keyword == "not":
            yield from _fields(part)
        elif keyword in ("properties", "required"):
            yield from part
        else:
            yield from ("?", "??")


def _values(schema: Schema, field: str) -> tuple[Json, ...] | None:
    """The few values that a simple schema leaves to the field, which must be there."""
    if not isinstance(schema, dict) or set(schema) != {"properties", "required"}:
        return None
    leaf = schema["properties"].get(field)
    if schema["required"] != [field] or not isinstance(leaf, dict) or len(leaf) != 1:
        return None
    if "const" in leaf:
        return (leaf["const"],)
    return tuple(leaf["enum"]) if "enum" in leaf else None
