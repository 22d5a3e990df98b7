"""A guard: a decidable condition on the state."""

from __future__ import annotations

from dataclasses import dataclass

from agentgraph.model.contract import Schema


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on state fields.

    `schema` is a JSON Schema for the object of those fields that are present, `fields`
    are the ones it looks at, `text` is how it was written. It is false of an absent field
    (`~field(...).present` apart).
    """

    schema: Schema
    fields: tuple[str, ...]
    text: str

    __hash__ = None  # type: ignore[assignment]
