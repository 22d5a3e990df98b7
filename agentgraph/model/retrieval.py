"""What a search has found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agentgraph.model.contract import Json


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that was found: its id where it is kept, and how well it fits (None: nobody says)."""

    id: str
    score: float | None = None


def as_json(documents: Iterable[Document], used: Iterable[str] | None) -> list[Json]:
    """The documents as an event tells of them; `used` are the ids of those that were used, None: all."""
    taken = None if used is None else set(used)
    return [
        {"id": one.id, "score": one.score, "used": taken is None or one.id in taken}
        for one in documents
    ]
