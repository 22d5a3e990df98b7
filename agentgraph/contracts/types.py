"""Python types to contracts, and values through the door."""

from __future__ import annotations

from typing import Any

from agentgraph.contracts._codec import Codec, codec
from agentgraph.contracts._compiled import compiled
from agentgraph.contracts._described import described
from agentgraph.contracts._fields import (
    MISSING,
    Fields,
    FieldType,
    Missing,
    fields_of,
    union_fields,
)
from agentgraph.contracts._lift import lift
from agentgraph.model.contract import Contract

__all__ = [
    "MISSING",
    "Codec",
    "FieldType",
    "Fields",
    "Missing",
    "codec",
    "contract_of",
    "fields_of",
    "union_fields",
]


def contract_of(annotation: Any, *, name: str | None = None) -> Contract:
    """The contract of a Python type, or of a schema given by hand (the same in both readings).

    TypeNotJsonError: the type has no faithful JSON round trip, with every reason.
    SchemaError: what was given as a schema is none, with all that is wrong with it.
    """
    if isinstance(annotation, (dict, bool)):
        compiled(annotation)  # refuses what is none; the text below keeps the order of its keys
        schema = lift(annotation)
        title = schema.get("title") if isinstance(schema, dict) else None
        return Contract(name or (title if isinstance(title, str) else "schema"), schema, schema)
    whole = described(annotation)
    return Contract(name or whole.name, whole.produced, whole.accepted, tuple(whole.audit.refines))
