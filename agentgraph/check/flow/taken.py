"""What runs take from the state, and what of it does not suit them."""

from __future__ import annotations

from dataclasses import dataclass

from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.effects import Need
from agentgraph.check.flow.places import Run
from agentgraph.model.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Taking:
    """A run takes a field: as a parameter ("reads"), for its route or for its Map.

    `values` are the items that the field can be then.
    """

    run: Run
    need: Need
    kind: str
    values: int
    source: Source | None


@dataclass(frozen=True, slots=True, eq=False)
class Misfit:
    """One value that can reach a taker which it does not suit."""

    taking: Taking
    item: Item
