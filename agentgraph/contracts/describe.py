"""Contracts in a line: for messages, for drawings, and for what is left over."""

from __future__ import annotations

from typing import Any

from agentgraph.contracts._compiled import compiled
from agentgraph.contracts._lift import lift
from agentgraph.contracts._rendering import Rendering
from agentgraph.contracts.relation import compare
from agentgraph.model.contract import Contract, Schema

__all__ = ["describe", "subtract_text"]


def describe(contract: Contract | Schema, limit: int = 200) -> str:
    """A type-like rendering: `{order_id: str, reason_code: "damaged" | "late" | ...}`.

    Of a contract, its produced reading. A `?` marks a field that may be missing. No longer
    than `limit` characters: first enums and unions are cut short, then the text.
    SchemaError: what was given is no schema.
    """
    schema = contract.produced if isinstance(contract, Contract) else _readable(contract)
    text = ""
    for members in (12, 6, 4, 3):
        text = Rendering(schema, members).text(schema)
        if len(text) <= limit:
            return text
    return text[: max(limit - 3, 0)] + "..."


def _readable(schema: Schema) -> Schema:
    compiled(schema)  # refuses what is none; lifted from the original, its fields keep their order
    return lift(schema)


def subtract_text(produced: Any, accepted: Any) -> str:
    """What the first can produce and the second does not accept, in words, one line each.

    "" where nothing is left over, or where that cannot be told.
    """
    return "\n".join(map(str, compare(produced, accepted).reasons))
