"""A grid of characters on which lines join up by themselves."""

from __future__ import annotations

from collections.abc import Iterable

from agentgraph.draw.terminal.cells import cell_width

NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
_LINES = {
    NORTH | SOUTH: "│",
    EAST | WEST: "─",
    EAST | SOUTH: "╭",
    WEST | SOUTH: "╮",
    NORTH | EAST: "╰",
    NORTH | WEST: "╯",
    NORTH | SOUTH | EAST | WEST: "┼",
}
_DASHED = {"│": "┊", "─": "┄"}
RESET = "\x1b[0m"


class Canvas:
    """Rows and columns from 0; what was never drawn on is a space.

    `style` is an ANSI sequence, "" for none. A wide character takes its cell and the next.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._chars: dict[tuple[int, int], tuple[str, str]] = {}
        self._lines: dict[tuple[int, int], int] = {}

    def put(self, x: int, y: int, char: str, style: str = "") -> None:
        self._chars[x, y] = (char, style)

    def text(self, x: int, y: int, text: str, style: str = "") -> None:
        """Writes one line from `x` on, over whatever is there."""
        for char in text:
            wide = cell_width(char)
            if wide == 0:
                before, kept = self._chars.get((x - 1, y), (" ", style))
                self.put(x - 1, y, before + char, kept)
                continue
            self.put(x, y, char, style)
            if wide == 2:
                self.put(x + 1, y, "", style)
            x += wide

    def line(self, cells: Iterable[tuple[int, int]], style: str = "", *, dashed: bool) -> None:
        """A line through neighbouring cells; the first and last give it its direction only."""
        path = list(cells)
        for before, here, after in zip(path, path[1:], path[2:], strict=False):
            mask = _towards(here, before) | _towards(here, after)
            mask |= self._lines.get(here, 0)
            self._lines[here] = mask
            char = _LINES.get(mask, "┼")
            self.put(*here, _DASHED.get(char, char) if dashed else char, style)

    def paste(self, other: Canvas, x: int, y: int) -> None:
        for (column, row), (char, style) in other._chars.items():
            self.put(x + column, y + row, char, style)

    def rows(self, *, color: bool) -> list[str]:
        """The lines of text, without spaces at their ends."""
        return [self._row(y, color=color) for y in range(self.height)]

    def _row(self, y: int, *, color: bool) -> str:
        cells = [self._chars.get((x, y), (" ", "")) for x in range(self.width)]
        while cells and not cells[-1][0].strip() and cells[-1][0] != "":
            cells.pop()
        if not color:
            return "".join(char for char, _ in cells)
        out, current = "", ""
        for char, style in cells:
            if style != current:
                out += (RESET if current else "") + style
                current = style
            out += char
        return out + (RESET if current else "")


def _towards(here: tuple[int, int], other: tuple[int, int]) -> int:
    if other[0] != here[0]:
        return EAST if other[0] > here[0] else WEST
    return SOUTH if other[1] > here[1] else NORTH
