"""The layered graph: items, and a place in every layer that a wire passes.

Even layers hold items, odd ones labels; wires pass both. So a label has room of its own,
and every line runs from one layer to the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agentgraph.draw.layout.nouns import Item, Spacing, Wire


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a layer: an item, or the place of a wire (with its label, where `height`).

    `left` and `right` are what it covers on either side of its axis.
    """

    layer: int
    left: int
    right: int
    height: int
    item: str | None = None
    wire: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The entries of one wire from the upper item to the lower, both included."""

    wire: str
    entries: tuple[int, ...]
    back: bool


@dataclass(slots=True)
class Strata:
    """All entries (their index is their name), the layers in order, and who is joined to whom."""

    entries: list[Entry] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)
    up: list[list[int]] = field(default_factory=list)
    down: list[list[int]] = field(default_factory=list)

    def add(self, entry: Entry) -> int:
        self.entries.append(entry)
        self.up.append([])
        self.down.append([])
        while len(self.layers) <= entry.layer:
            self.layers.append([])
        self.layers[entry.layer].append(len(self.entries) - 1)
        return len(self.entries) - 1

    def join(self, upper: int, lower: int) -> None:
        self.down[upper].append(lower)
        self.up[lower].append(upper)


def stratify(
    items: Sequence[Item],
    wires: Sequence[Wire],
    rank: Mapping[str, int],
    back: frozenset[str],
    spacing: Spacing,
) -> Strata:
    """The layered graph, in declared order within each layer."""
    strata = Strata()
    width = _widths(items, wires, back, spacing)
    index = {
        item.id: strata.add(
            Entry(
                layer=2 * rank[item.id],
                left=(width[item.id] - 1) // 2,
                right=width[item.id] // 2 + item.aside,
                height=item.height,
                item=item.id,
            )
        )
        for item in items
    }
    for wire in wires:
        ends = (index[wire.source], index[wire.target])
        upper, lower = reversed(ends) if wire.id in back else ends
        strata.chains.append(_chain(strata, wire, upper, lower, wire.id in back))
    return strata


def _chain(strata: Strata, wire: Wire, upper: int, lower: int, back: bool) -> Chain:
    entries = [upper]
    first, end = strata.entries[upper].layer + 1, strata.entries[lower].layer
    for layer in range(first, end):
        labelled = layer == first
        place = Entry(
            layer=layer,
            left=max(0, wire.width - 1) // 2 if labelled else 0,
            right=wire.width // 2 if labelled else 0,
            height=wire.height if labelled else 0,
            wire=wire.id,
        )
        entries.append(strata.add(place))
        strata.join(entries[-2], entries[-1])
    entries.append(lower)
    strata.join(entries[-2], lower)
    return Chain(wire.id, tuple(entries), back)


def _widths(
    items: Sequence[Item], wires: Sequence[Wire], back: frozenset[str], spacing: Spacing
) -> dict[str, int]:
    """Each item's width, widened where its lines above or below need it."""
    above = dict.fromkeys((item.id for item in items), 0)
    below = dict(above)
    for wire in wires:
        upper, lower = (wire.target, wire.source) if wire.id in back else (wire.source, wire.target)
        below[upper] += 1
        above[lower] += 1
    least = spacing.inset * 2 + 1
    return {
        item.id: max(
            item.width, least + (spacing.ports + 1) * (max(above[item.id], below[item.id], 1) - 1)
        )
        for item in items
    }
