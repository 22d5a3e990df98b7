"""Reads a drawing for the terminal back: which boxes are there, and which lines join them.

Knows nothing of how it was drawn. It looks for rectangles, and follows lines with a finger.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

TURNS = {
    ("down", "╯"): "left",
    ("down", "╰"): "right",
    ("up", "╮"): "left",
    ("up", "╭"): "right",
    ("left", "╭"): "down",
    ("left", "╰"): "up",
    ("right", "╮"): "down",
    ("right", "╯"): "up",
}
STEPS = {"down": (0, 1), "up": (0, -1), "left": (-1, 0), "right": (1, 0)}


@dataclass(frozen=True)
class Seen:
    x: int
    y: int
    right: int
    bottom: int
    name: str
    joins: bool


class Reader:
    def __init__(self, text: str) -> None:
        self.rows = text.split("\n")
        found = [box for box in map(self._box, *zip(*self._corners(), strict=True)) if box]
        # What stands inside another box belongs to a nested graph.
        self.boxes = [box for box in found if not any(self._inside(box, o) for o in found)]

    def at(self, x: int, y: int) -> str:
        if not 0 <= y < len(self.rows) or not 0 <= x < len(self.rows[y]):
            return " "
        return self.rows[y][x]

    def names(self) -> set[str]:
        return {box.name for box in self.boxes}

    def links(self) -> Counter[tuple[str, str]]:
        """How many lines lead from one box to another."""
        found: Counter[tuple[str, str]] = Counter()
        for box in self.boxes:
            for x in range(box.x + 1, box.right):
                if self.at(x, box.bottom) == "┬":
                    found[box.name, self._follow(x, box.bottom, "down")] += 1
                if self.at(x, box.y) == "┴":
                    found[box.name, self._follow(x, box.y, "up")] += 1
            for y in range(box.y + 1, box.bottom):
                if self.at(box.right, y) == "├":
                    found[box.name, box.name] += 1
        return found

    def _corners(self) -> list[tuple[int, int]]:
        return [
            (x, y) for y, row in enumerate(self.rows) for x, char in enumerate(row) if char in "╭╒"
        ] or [(0, 0)]

    def _box(self, x: int, y: int) -> Seen | None:
        right = x + 1
        while self.at(right, y) in "─═┴":
            right += 1
        bottom = y + 1
        while self.at(x, bottom) == "│" and self.at(right, bottom) in "│├":
            bottom += 1
        floor = [self.at(column, bottom) for column in range(x + 1, right)]
        sound = self.at(right, y) in "╮╕" and self.at(x, bottom) == "╰"
        if not sound or bottom == y + 1 or set(floor) - set("─┬") or not floor:
            return None
        name = self.rows[y + 1][x + 1 : right].strip()
        return Seen(x, y, right, bottom, name, self.at(x, y) == "╒")

    def _inside(self, box: Seen, other: Seen) -> bool:
        return other.x < box.x and box.right < other.right and other.y < box.y <= other.bottom

    def _follow(self, x: int, y: int, way: str) -> str:
        for _ in range(10_000):
            x, y = x + STEPS[way][0], y + STEPS[way][1]
            char = self.at(x, y)
            if (way, char) in TURNS:
                way = TURNS[way, char]
            if (char == "▼" and way == "down") or (char == "▲" and way == "up"):
                return self._box_at(x, y + (1 if char == "▼" else -1))
        raise AssertionError("the line leads nowhere")

    def _box_at(self, x: int, y: int) -> str:
        return next(b.name for b in self.boxes if b.x < x < b.right and y in (b.y, b.bottom))
