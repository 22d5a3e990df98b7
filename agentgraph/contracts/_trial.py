"""Round trips that cannot be read off a type are tried: unions, and serializers of the user's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic_core import SchemaSerializer, SchemaValidator, to_json

from agentgraph.contracts._compiled import compiled
from agentgraph.contracts._faults import Audit
from agentgraph.contracts._reading import Reading
from agentgraph.contracts._text import shown
from agentgraph.contracts.solve.search import Search
from agentgraph.errors import Problem, SchemaError
from agentgraph.model.contract import Json, Schema

_SAMPLES = 4
_FUEL = 2_000
_MOST = 500
_SOUND: OrderedDict[tuple[object, ...], None] = OrderedDict()
"""Unions of classes that lose nothing: a graph's state, reads and writes hold the same ones."""


def tried(adapter: TypeAdapter[Any], found: Audit) -> Iterator[Problem]:
    """What went wrong in trying the parts of a type that may lose something in JSON."""
    for place, node in found.unions:
        classes = _classes(node)
        if classes in _SOUND:
            continue
        problem = _union(_Part.of(node, found), place, found)
        if problem is not None:
            yield problem
        elif classes:
            _SOUND[classes] = None
            if len(_SOUND) > _MOST:
                _SOUND.popitem(last=False)
    for place, node in found.enums:
        problem = _enum(_Part.of(node, found), place)
        if problem is not None:
            yield problem
    if found.rewritten:
        # A field's serializer wants the whole object: the type is tried as one.
        core: Any = adapter.core_schema
        part = _Part(core, core, SchemaValidator(core), SchemaSerializer(core))
        problem = _rewritten(part, found.rewritten[0])
        if problem is not None:
            yield problem


def _classes(union: Mapping[str, Any]) -> tuple[object, ...]:
    """What the union is known by: its way of choosing and its classes; () where a member is none."""
    choices = [c[0] if isinstance(c, tuple) else c for c in union["choices"]]
    if any(choice["type"] not in ("model", "dataclass") for choice in choices):
        return ()
    return (union.get("mode"), *(choice["cls"] for choice in choices))


class _Part(Struct, frozen=True, eq=False):
    """A part of a type, able to work on its own."""

    node: Mapping[str, Any]
    core: Any
    validator: SchemaValidator
    serializer: SchemaSerializer

    @classmethod
    def of(cls, node: Mapping[str, Any], found: Audit) -> _Part:
        core: Any = node
        if found.definitions:
            others = [d for ref, d in found.definitions.items() if ref != node.get("ref")]
            core = {"type": "definitions", "schema": node, "definitions": others}
        return cls(node, core, SchemaValidator(core), SchemaSerializer(core))

    def read(self, value: Json) -> Any:
        return self.validator.validate_json(to_json(value))

    def write(self, value: Any) -> Json:
        return self.serializer.to_python(value, mode="json", by_alias=True, warnings="error")

    def samples(self, mode: Any) -> list[Json]:
        try:
            schema = Reading().generate(self.core, mode)
        except PydanticInvalidForJsonSchema:
            return []
        return _values(schema)


def _values(schema: Schema) -> list[Json]:
    """A few values that the schema admits."""
    try:
        known = compiled(schema)
    except SchemaError:
        return []
    search = Search(_FUEL)
    root = search.add(known.schema)
    found: list[Json] = []
    while len(found) < _SAMPLES:
        other = {-search.arena.enum(found)} if found else set()
        outcome = search.answer({root, *other}, known.engine.admits)
        if not outcome.found:
            break
        found.append(outcome.value)
    return found


def _union(union: _Part, place: str, found: Audit) -> Problem | None:
    """Members that look alike in JSON: what was written as one is read back as another."""
    choices = [c[0] if isinstance(c, tuple) else c for c in union.node["choices"]]
    parts = [_Part.of(choice, found) for choice in choices]
    samples = [value for part in parts for value in part.samples("serialization")]
    for part in parts:
        for value in samples:
            meant = _attempt(part.read, value)
            if meant is None or _attempt(part.write, meant[0]) != (value,):
                continue
            again = _attempt(union.read, value)
            if again is None or not _same(meant[0], again[0]):
                became = "is refused" if again is None else f"comes back as {again[0]!r}"
                return Problem(
                    f"{meant[0]!r} is written as {shown(value)}, which {became}",
                    where=place,
                    help="give the union a discriminator, or members that differ in JSON",
                )
    return None


def _enum(enum: _Part, place: str) -> Problem | None:
    """Members whose values are read as something else than they were written."""
    for member in enum.node["members"]:
        written = _attempt(enum.write, member)
        again = None if written is None else _attempt(enum.read, written[0])
        if again is None or again[0] is not member:
            text = "nothing" if written is None else shown(written[0])
            return Problem(
                f"{member!r} is written as {text}, which is not read back as it was",
                where=place,
                help="give its members values of str or int",
            )
    return None


def _rewritten(part: _Part, place: str) -> Problem | None:
    """A serializer whose output does not lead back."""
    for value in part.samples("validation"):
        typed = _attempt(part.read, value)
        if typed is None:
            continue
        written = _attempt(part.write, typed[0])
        again = None if written is None else _attempt(part.read, written[0])
        if again is None or not _same(typed[0], again[0]):
            text = "nothing" if written is None else shown(written[0])
            return Problem(
                f"{typed[0]!r} is written as {text}, which is not read back as it was",
                where=place,
                help="let the serializer write what the validator reads, or leave it out",
            )
    return None


def _attempt(function: Any, value: Any) -> tuple[Any] | None:
    """What the function makes of the value, or None: it refuses, by whatever exception."""
    try:
        return (function(value),)
    except Exception:  # noqa: BLE001  # validators and serializers are the user's code
        return None


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)
