"""What goes into a layout and what comes out of it. All lengths are whole units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A box to place.

    It becomes wider where its wires need more room. `aside` is kept free at its right for
    wires from the box to itself. `last`: it belongs to the bottom.
    """

    id: str
    width: int
    height: int
    aside: int = 0
    last: bool = False


@dataclass(frozen=True, slots=True)
class Wire:
    """A line to draw from one item to another, with room for a label (0 x 0: none).

    Wires from an item to itself are not laid out: they stand in the item's `aside`.
    """

    id: str
    source: str
    target: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances that a layout keeps.

    `boxes` and `lines` are free units between neighbours, `ports` and `tracks` the steps
    between parallel lines, `inset` the least distance of a port from its box's corner,
    `arrow` the length kept straight before an arrowhead.
    """

    boxes: int = 3
    lines: int = 2
    ports: int = 2
    inset: int = 2
    tracks: int = 1
    arrow: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Rect:
    """Covers x to x + width - 1 and y to y + height - 1."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width - 1

    @property
    def bottom(self) -> int:
        return self.y + self.height - 1


@dataclass(frozen=True, slots=True)
class Route:
    """The corners of a wire, from its source's border to its target's.

    `label` is where its label stands, None where it has none. `back`: it goes up.
    """

    points: tuple[Point, ...]
    label: Rect | None
    back: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The finished arrangement; boxes by item id, routes by wire id."""

    width: int
    height: int
    boxes: dict[str, Rect]
    routes: dict[str, Route]

    __hash__ = None  # type: ignore[assignment]
