"""A layered layout from top to bottom: the steps in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentgraph.draw.layout.channels import Net, Run, route_channel, tracks
from agentgraph.draw.layout.columns import assign_columns
from agentgraph.draw.layout.nouns import Item, Layout, Point, Rect, Route, Spacing, Wire
from agentgraph.draw.layout.order import order_layers
from agentgraph.draw.layout.ports import place_ports
from agentgraph.draw.layout.ranks import assign_ranks, back_wires
from agentgraph.draw.layout.strata import Chain, Strata, stratify

Ends = dict[tuple[int, int], int]
"""Column where the line from an entry to one in the next layer leaves or arrives."""


def lay_out(items: Sequence[Item], wires: Sequence[Wire], spacing: Spacing | None = None) -> Layout:
    """Places for all items and wires; the first item is where a reader starts.

    The same input gives the same layout. Boxes do not overlap, no wire crosses a box or a
    label, labels overlap nothing.
    """
    if not items:
        return Layout(0, 0, {}, {})
    spacing = spacing or Spacing()
    wires = [wire for wire in wires if wire.source != wire.target]
    back = back_wires(items, wires)
    downward = [
        (wire.target, wire.source) if wire.id in back else (wire.source, wire.target)
        for wire in wires
    ]
    strata = stratify(items, wires, assign_ranks(items, downward), back, spacing)
    strata.layers = order_layers(strata)
    axes = assign_columns(strata, strata.layers, spacing)
    return _Assembly(strata, axes, spacing, {item.id: item.aside for item in items}).layout()


@dataclass(slots=True)
class _Channel:
    """The room below one layer: its first row, and the runs of each line through it."""

    top: int
    runs: dict[tuple[int, int], tuple[Run, ...]]
    first_track: int


class _Assembly:
    """Turns columns into rectangles and routes."""

    def __init__(
        self, strata: Strata, axes: list[int], spacing: Spacing, aside: dict[str, int]
    ) -> None:
        self.strata = strata
        self.axes = axes
        self.spacing = spacing
        self.aside = aside
        self.leave: Ends = {}
        self.arrive: Ends = {}
        self.tops: list[int] = []
        self.channels: list[_Channel] = []

    def layout(self) -> Layout:
        self._choose_ends()
        height = self._stack_layers()
        boxes = {
            entry.item: self._box(index)
            for index, entry in enumerate(self.strata.entries)
            if entry.item is not None
        }
        routes = {chain.wire: self._route(chain) for chain in self.strata.chains}
        rights = [x + e.right for x, e in zip(self.axes, self.strata.entries, strict=True)]
        bends = [p.x for route in routes.values() for p in route.points]
        return Layout(max([*rights, *bends], default=-1) + 1, height, boxes, routes)

    def _box(self, index: int) -> Rect:
        entry = self.strata.entries[index]
        aside = self.aside[entry.item] if entry.item else 0
        width = entry.left + entry.right - aside + 1
        return Rect(self.axes[index] - entry.left, self.tops[entry.layer], width, entry.height)

    def _choose_ends(self) -> None:
        place = {entry: at for layer in self.strata.layers for at, entry in enumerate(layer)}
        for index in range(len(self.strata.entries)):
            below = sorted(self.strata.down[index], key=place.__getitem__)
            above = sorted(self.strata.up[index], key=place.__getitem__)
            for other, x in zip(below, self._columns(index, below), strict=True):
                self.leave[index, other] = x
            for other, x in zip(above, self._columns(index, above), strict=True):
                self.arrive[other, index] = x

    def _columns(self, index: int, others: Sequence[int]) -> list[int]:
        entry = self.strata.entries[index]
        if entry.item is None:
            return [self.axes[index]] * len(others)
        low = self.axes[index] - entry.left + self.spacing.inset
        high = self.axes[index] + entry.right - self.aside[entry.item] - self.spacing.inset
        return place_ports([self.axes[one] for one in others], low, high, self.spacing.ports)

    def _stack_layers(self) -> int:
        """Rows for every layer and the channel below it; the whole height."""
        y = 0
        for number, layer in enumerate(self.strata.layers):
            self.tops.append(y)
            y += max((self.strata.entries[index].height for index in layer), default=0)
            self.channels.append(self._channel(number, y))
            if number < len(self.strata.layers) - 1:
                y += self._rows(number)
        return y

    def _channel(self, number: int, top: int) -> _Channel:
        lines = [
            (index, other)
            for index in self.strata.layers[number]
            for other in self.strata.down[index]
        ]
        routed = route_channel([Net(self.leave[line], self.arrive[line]) for line in lines])
        return _Channel(top, dict(zip(lines, routed, strict=True)), top + self._room_above(number))

    def _room_above(self, number: int) -> int:
        """Free rows before the first track: for arrowheads that point up at this layer."""
        rising = any(
            chain.back and self.strata.entries[chain.entries[0]].layer == number
            for chain in self.strata.chains
        )
        return self.spacing.arrow if rising else 0

    def _rows(self, number: int) -> int:
        channel = self.channels[number]
        # Into a layer of items: room for the arrowheads that point down at it.
        below = self.spacing.arrow if number % 2 else 0
        turns = tracks(list(channel.runs.values())) * self.spacing.tracks
        return max(channel.first_track - channel.top + turns + below, 1)

    def _route(self, chain: Chain) -> Route:
        points: list[Point] = []
        for one, other in zip(chain.entries, chain.entries[1:], strict=False):
            points += self._segment(one, other)
        label = self._label(chain)
        points = _corners(points)
        return Route(tuple(reversed(points)) if chain.back else tuple(points), label, chain.back)

    def _segment(self, one: int, other: int) -> list[Point]:
        upper, lower = self.strata.entries[one], self.strata.entries[other]
        channel = self.channels[upper.layer]
        # From the border of a box, even where it is lower than its layer.
        start = self.tops[upper.layer] + max(upper.height - 1, 0)
        points = [Point(self.leave[one, other], start)]
        for run in channel.runs[one, other]:
            y = channel.first_track + run.track * self.spacing.tracks
            points += [Point(run.start, y), Point(run.end, y)]
        return [*points, Point(self.arrive[one, other], self.tops[lower.layer])]

    def _label(self, chain: Chain) -> Rect | None:
        index = chain.entries[1]
        entry = self.strata.entries[index]
        if not entry.height:
            return None
        return Rect(
            self.axes[index] - entry.left,
            self.tops[entry.layer],
            entry.left + entry.right + 1,
            entry.height,
        )


def _corners(points: Sequence[Point]) -> list[Point]:
    """The points without repeats and without those amid a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and (
            kept[-2].x == kept[-1].x == point.x or kept[-2].y == kept[-1].y == point.y
        ):
            kept[-1] = point
        else:
            kept.append(point)
    return kept
