"""What tests say of one field each: guards and labels, taken apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from agentgraph.check.flow.places import Test
from agentgraph.model.contract import Json, Schema, digest
from agentgraph.model.guard import Guard

_MANY = 8


class Part(Struct, frozen=True, eq=False):
    """One thing that is said of the value of `field`, as a schema for the object that holds it.

    Where `few`, by digest, it is that the value is one of those, or (not `held`) none of them.
    """

    number: int
    field: str
    schema: Schema
    text: str
    few: Mapping[str, Json] | None
    held: bool = True


class Parts:
    """All parts of one graph's tests, interned."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Part] = {}
        # By identity, for the last case of a route tells against all before it; an id is only
        # good as long as what it was taken of.
        self._of: dict[tuple[int, bool], tuple[Guard, tuple[Part, ...]]] = {}

    def of(self, test: Test) -> tuple[Part, ...]:
        """What holds when the test came out that way, as far as it is about one field at a time."""
        guard, held = test
        key = (id(guard), held)
        if key not in self._of:
            self._of[key] = guard, tuple(self.one(*said) for said in _said(test))
        return self._of[key][1]

    def one(self, field: str, schema: Schema) -> Part:
        """The part that says the schema."""
        key = (field, json.dumps(schema, sort_keys=True))
        if key not in self._known:
            few, held = _few(schema, field), True
            if few is None and isinstance(schema, dict) and set(schema) == {"not"}:
                few, held = _few(schema["not"], field), False
            self._known[key] = Part(len(self._known), field, schema, key[1], few, held)
        return self._known[key]


def together(parts: Sequence[Part], values: Mapping[str, Json] | None) -> Schema:
    """The schema of all that the parts say; `values` are what they leave, where that is few."""
    if len(parts) == 1:
        return parts[0].schema
    ordered = sorted(parts, key=lambda part: part.text)
    if len(parts) < _MANY:
        return {"allOf": [part.schema for part in ordered]}
    # The last of a thousand cases rules out the others: said one by one, that is a long question.
    field = parts[0].field
    if values is not None:
        return _among(field, values)
    rest: list[Schema] = [part.schema for part in ordered if part.few is None]
    none_of = {key: value for part in ordered for key, value in (part.few or {}).items()}
    return {"allOf": [*rest, {"not": _among(field, none_of)}]} if none_of else {"allOf": rest}


def _among(field: str, values: Mapping[str, Json]) -> Schema:
    return {"properties": {field: {"enum": list(values.values())}}, "required": [field]}


def _said(test: Test) -> Iterator[tuple[str, Schema]]:
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


def _few(schema: Schema, field: str) -> Mapping[str, Json] | None:
    """The few values that a simple schema leaves to the field, which must be there."""
    if not isinstance(schema, dict) or set(schema) != {"properties", "required"}:
        return None
    leaf = schema["properties"].get(field)
    if schema["required"] != [field] or not isinstance(leaf, dict) or len(leaf) != 1:
        return None
    if "const" in leaf:
        return {digest(leaf["const"]): leaf["const"]}
    return {digest(value): value for value in leaf["enum"]} if "enum" in leaf else None
