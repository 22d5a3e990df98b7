"""What a schema says of one place in the value, as far as that can be read off it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from agentgraph.contracts._leaves import At
from agentgraph.contracts._references import target
from agentgraph.contracts._text import pointer
from agentgraph.contracts.solve.values import NAMED_KINDS, kind_of
from agentgraph.model.contract import Json, Schema

_MOST = 200
_UNIONS = ("anyOf", "oneOf", "allOf")


class Place(Struct, frozen=True):
    """A place in a schema.

    `pointer` is "" where it has none; `never` says that nothing can be there; `values` are its
    few values where they are written down, `names` its known fields.
    """

    pointer: str = ""
    never: bool = False
    values: tuple[Json, ...] = ()
    names: tuple[str, ...] = ()


_Spot = tuple[tuple[str | int, ...], Json]


def place_of(schema: Schema, at: At, value: Json = None) -> Place:
    """The place of the schema that speaks of that place in the value, and of such a value."""
    spots = list(_resolved(schema, ((), schema), 0))
    for number, step in enumerate(at):
        below = [inner for spot in spots for inner in _below(spot, step)]
        last = number == len(at) - 1
        if last and spots and all(_closed(spot[1], step) for spot in spots):
            return Place(never=True)
        spots = [inner for spot in below for inner in _resolved(schema, spot, 0)][:_MOST]
    if not spots:
        return Place()
    values = [v for _, node in spots for v in _values(node)]
    names = dict.fromkeys(name for _, node in spots for name in _properties(node))
    fitting = (spot for spot in spots if _may_be(spot[1], value))
    return Place(pointer(next(fitting, spots[0])[0]), False, tuple(values), tuple(names))


def _may_be(node: Json, value: Json) -> bool:
    if values := _values(node):
        return value in values
    kinds = node.get("type") if isinstance(node, dict) else None
    names = [kinds] if isinstance(kinds, str) else kinds or []
    return any(NAMED_KINDS.get(name) == kind_of(value) for name in names)


def _resolved(document: Schema, spot: _Spot, depth: int) -> Iterator[_Spot]:
    """The spot's plain schemas: references followed, unions opened."""
    at, node = spot
    if not isinstance(node, dict) or depth > 8:
        yield spot
        return
    inner = []
    if isinstance(node.get("$ref"), str):
        steps = tuple(node["$ref"].removeprefix("#").split("/")[1:])
        inner.append((steps, target(document, node["$ref"])))
    for keyword in _UNIONS:
        inner += [((*at, keyword, i), part) for i, part in enumerate(node.get(keyword, ()))]
    if not inner or any(key in node for key in ("properties", "items", "enum", "const")):
        yield spot
    for part in inner:
        yield from _resolved(document, part, depth + 1)


def _below(spot: _Spot, step: str | int) -> Iterator[_Spot]:
    at, node = spot
    if not isinstance(node, dict):
        return
    if isinstance(step, str):
        if step in _properties(node):
            yield (*at, "properties", step), node["properties"][step]
        elif isinstance(node.get("additionalProperties"), dict):
            yield (*at, "additionalProperties"), node["additionalProperties"]
    elif step < len(node.get("prefixItems", ())):
        yield (*at, "prefixItems", step), node["prefixItems"][step]
    elif isinstance(node.get("items"), dict):
        yield (*at, "items"), node["items"]


def _closed(node: Json, step: str | int) -> bool:
    """Whether an object of this schema cannot have that key."""
    if not isinstance(node, dict):
        return False
    closed = node.get("additionalProperties") is False and not node.get("patternProperties")
    return closed and step not in _properties(node)


def _properties(node: Json) -> dict[str, Any]:
    found = node.get("properties", {}) if isinstance(node, dict) else {}
    return found if isinstance(found, dict) else {}


def _values(node: Json) -> list[Json]:
    if not isinstance(node, dict):
        return []
    if "const" in node:
        return [node["const"]]
    return list(node.get("enum", ()))
