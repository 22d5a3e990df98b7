"""Where JSON Schema 2020-12 and its forerunners keep their subschemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from agentgraph.model.contract import Json

ONE: Final = frozenset(
    {
        "additionalItems",
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
"""Keywords whose value is one schema."""
MANY: Final = frozenset({"allOf", "anyOf", "items", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
NAMED: Final = frozenset(
    {"$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"}
)
"""Keywords whose value is an object of schemas."""

Path = tuple[str | int, ...]


def is_schema(value: Json) -> bool:
    """Whether the value can stand where a schema does."""
    return isinstance(value, (dict, bool))


def subschemas(schema: dict[str, Any]) -> Iterator[tuple[Path, Json]]:
    """Each direct subschema with its path in the schema."""
    for key, value in schema.items():
        if key in ONE and is_schema(value):
            yield (key,), value
        elif key in MANY and isinstance(value, list):
            yield from (((key, i), part) for i, part in enumerate(value) if is_schema(part))
        elif key in NAMED and isinstance(value, dict):
            yield from (((key, name), part) for name, part in value.items() if is_schema(part))


def rebuilt(schema: dict[str, Any], change: Any) -> dict[str, Any]:
    """A copy with `change` applied to every direct subschema."""
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ONE and is_schema(value):
            made[key] = change(value)
        elif key in MANY and isinstance(value, list):
            made[key] = [change(part) if is_schema(part) else part for part in value]
        elif key in NAMED and isinstance(value, dict):
            made[key] = {n: change(part) if is_schema(part) else part for n, part in value.items()}
        else:
            made[key] = value
    return made
