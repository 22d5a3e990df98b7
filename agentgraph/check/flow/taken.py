"""What runs take from the state, and what of it does not suit them."""

from __future__ import annotations

from msgspec import Struct

from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.effects import Need
from agentgraph.check.flow.places import Run
from agentgraph.model.source import Source


class Taking(Struct, frozen=True, eq=False):
    """A run takes a field: as a parameter ("reads"), for its route or for its Map.

    `values` are the items that the field can be then.
    """

    run: Run
    need: Need
    kind: str
    values: int
    source: Source | None


class Misfit(Struct, frozen=True, eq=False):
    """One value that can reach a taker which it does not suit."""

    taking: Taking
    item: Item
