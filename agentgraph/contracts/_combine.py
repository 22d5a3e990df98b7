"""Schemas put together, each with its own references kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentgraph.contracts._positions import rebuilt
from agentgraph.model.contract import Json, Schema


def all_of(schemas: Sequence[Schema]) -> Schema:
    """What every one of them admits."""
    if any(s is False for s in schemas):
        return False
    return _together("allOf", [s for s in schemas if s is not True and s != {}], empty=True)


def any_of(schemas: Sequence[Schema]) -> Schema:
    """What at least one of them admits."""
    if any(s is True or s == {} for s in schemas):
        return True
    return _together("anyOf", [s for s in schemas if s is not False], empty=False)


def negated(schema: Schema) -> Schema:
    """What it refuses."""
    if isinstance(schema, bool):
        return not schema
    return _together("allOf", [schema], empty=True, wrap=True)


def refers(schema: Schema) -> bool:
    """Whether there is a reference anywhere in the schema."""
    return _has_reference(schema)


def _together(keyword: str, schemas: list[Schema], *, empty: bool, wrap: bool = False) -> Schema:
    unique = [s for i, s in enumerate(schemas) if s not in schemas[:i]]
    if not unique:
        return empty
    if len(unique) == 1 and not wrap:
        return unique[0]
    parts: list[Schema] = []
    defs: dict[str, Any] = {}
    for schema in unique:
        if not isinstance(schema, dict) or not refers(schema):
            parts.append(schema)
            continue
        name = f"part{len(defs) + 1}"
        defs[name] = moved(schema, f"#/$defs/{name}")
        parts.append({"$ref": f"#/$defs/{name}"})
    made: dict[str, Any] = {"not": parts[0]} if wrap else {keyword: parts}
    return {**made, "$defs": defs} if defs else made


def moved(schema: Any, root: str) -> Any:
    """The document as it must read when it stands at `root` of another."""
    if not isinstance(schema, dict):
        return schema
    made = rebuilt(schema, lambda part: moved(part, root))
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        made["$ref"] = root + reference[1:]
    return made


def _has_reference(value: Json) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(map(_has_reference, value.values()))
    return isinstance(value, list) and any(map(_has_reference, value))
