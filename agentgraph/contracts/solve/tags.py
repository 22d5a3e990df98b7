"""Unions whose members a tag tells apart: of these no value can fit two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentgraph.contracts.solve.values import Frozen, frozen
from agentgraph.model.contract import Json

_DEPTH = 8

Resolve = Callable[[str], Json]


def are_told_apart(members: list[Json], resolve: Resolve, *, objects: bool) -> bool:
    """Whether one key has to be there in every member, with values that no other member shares.

    `objects`: nothing but objects is asked about.
    """
    tags = [_tags(member, resolve, 0, objects=objects) for member in members]
    return any(_are_disjoint([found.get(key) for found in tags]) for key in tags[0])


def _are_disjoint(values: list[set[Frozen] | None]) -> bool:
    seen: set[Frozen] = set()
    for few in values:
        if few is None or not seen.isdisjoint(few):
            return False
        seen |= few
    return True


def _tags(schema: Json, resolve: Resolve, depth: int, *, objects: bool) -> dict[str, set[Frozen]]:
    """The keys that an object of the schema must have, and of which its few values are known."""
    if not isinstance(schema, dict) or depth > _DEPTH:
        return {}
    if "type" not in schema and "$ref" in schema:
        return _tags(resolve(schema["$ref"]), resolve, depth + 1, objects=objects)
    if schema.get("type", "object" if objects else "") != "object":
        return {}
    found = {}
    for key in schema.get("required", ()):
        values = _few(schema.get("properties", {}).get(key), resolve, depth)
        if values is not None:
            found[key] = values
    return found


def _few(schema: Any, resolve: Resolve, depth: int) -> set[Frozen] | None:
    if not isinstance(schema, dict) or depth > _DEPTH:
        return None
    if "const" in schema:
        return {frozen(schema["const"])}
    if "enum" in schema:
        return set(map(frozen, schema["enum"]))
    return _few(resolve(schema["$ref"]), resolve, depth + 1) if "$ref" in schema else None
