"""How long a value can be when it is written out for a model: what its type limits, counted."""

from __future__ import annotations

import json
from typing import Any

from agentgraph.model.contract import Json, Schema

_NUMBER = 20


def most_characters(schema: Schema) -> int | None:
    """The length of the longest value as JSON; None where something in it is not limited."""
    return _Lengths(schema).of(schema)


class _Lengths:
    def __init__(self, root: Schema) -> None:
        self._root = root
        # While a reference is looked at it counts as unlimited: a type that holds itself is.
        self._known: dict[str, int | None] = {}

    def of(self, schema: Json) -> int | None:
        if not isinstance(schema, dict):
            return 0 if schema is False else None
        if "const" in schema:
            return len(_text(schema["const"]))
        if "enum" in schema:
            return max((len(_text(value)) for value in schema["enum"]), default=0)
        if "$ref" in schema:
            return self._refers(str(schema["$ref"]))
        for parts in ("anyOf", "oneOf"):
            if parts in schema:
                return _longest([self.of(part) for part in schema[parts]])
        kinds = schema.get("type")
        if kinds is None:
            return None
        return _longest(
            [self._kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
        )

    def _kind(self, kind: str, schema: dict[str, Any]) -> int | None:
        match kind:
            case "string":
                most = schema.get("maxLength")
                return int(most) + 2 if most is not None else None
            case "array":
                return self._array(schema)
            case "object":
                return self._object(schema)
        return _NUMBER

    def _array(self, schema: dict[str, Any]) -> int | None:
        most, each = schema.get("maxItems"), self.of(schema.get("items", True))
        return None if most is None or each is None else int(most) * (each + 2)

    def _object(self, schema: dict[str, Any]) -> int | None:
        if schema.get("additionalProperties", True) is not False:
            return None
        whole = 2
        for name, part in schema.get("properties", {}).items():
            found = self.of(part)
            if found is None:
                return None
            whole += len(name) + found + 6
        return whole

    def _refers(self, reference: str) -> int | None:
        if reference not in self._known:
            self._known[reference] = None
            defs: Json = self._root.get("$defs", {}) if isinstance(self._root, dict) else {}
            self._known[reference] = self.of(defs.get(reference.removeprefix("#/$defs/"), True))
        return self._known[reference]


def _longest(found: list[int | None]) -> int | None:
    return None if None in found else max((one for one in found if one is not None), default=0)


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
