"""One box: how large it is, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentgraph.draw.layout.nouns import Rect
from agentgraph.draw.picture import Badge, Box, Link
from agentgraph.draw.terminal.canvas import Canvas
from agentgraph.draw.terminal.cells import centred, text_width, wrap
from agentgraph.draw.terminal.palette import BADGES, BORDERS, DIM, TITLE, link_style

TITLE_WIDTH = 36
MARKS = {"error": "✗", "warning": "!", "note": "?"}


@dataclass(frozen=True, slots=True)
class Loop:
    """A link from a box to itself, drawn at its right: the lines of its label, the row it starts in."""

    link: Link
    lines: tuple[str, ...]
    row: int

    @property
    def height(self) -> int:
        return max(2, len(self.lines))


class BoxView:
    """A box to be drawn: `width`, `height`, and the room `aside` for loops to itself."""

    def __init__(
        self, box: Box, loops: Sequence[tuple[Link, list[str]]], inner: Canvas | None
    ) -> None:
        self.box = box
        self.inner = inner
        self.lines = _text(box)
        self.loops: list[Loop] = []
        row = 1
        for link, lines in loops:
            self.loops.append(Loop(link, tuple(lines), row))
            row += self.loops[-1].height
        wide = [text_width(line) for line, _ in self.lines] + ([inner.width] if inner else [])
        self.width = max(wide) + 4
        tall = len(self.lines) + (inner.height if inner else 0)
        self.height = 2 + max(tall, row - 1)
        labels = [text_width(line) for loop in self.loops for line in loop.lines]
        self.aside = max(labels, default=0) + 4 if self.loops else 0

    def paint(self, canvas: Canvas, rect: Rect) -> None:
        style = BORDERS[self.box.kind]
        top = "╒═╕" if self.box.joins else "╭─╮"
        canvas.text(rect.x, rect.y, top[0] + top[1] * (rect.width - 2) + top[2], style)
        for y in range(rect.y + 1, rect.bottom):
            canvas.put(rect.x, y, "│", style)
            canvas.put(rect.right, y, "│", style)
        canvas.text(rect.x, rect.bottom, "╰" + "─" * (rect.width - 2) + "╯", style)
        for row, (line, look) in enumerate(self.lines, rect.y + 1):
            canvas.text(rect.x + 1, row, centred(line, rect.width - 2), look)
        if self.inner:
            left = rect.x + (rect.width - self.inner.width) // 2
            canvas.paste(self.inner, left, rect.y + 1 + len(self.lines))
        for loop in self.loops:
            self._paint_loop(canvas, rect, loop)

    def _paint_loop(self, canvas: Canvas, rect: Rect, loop: Loop) -> None:
        x, y = rect.right, rect.y + loop.row
        style = link_style(loop.link, back=True)
        # A loop that runs once per element, or after a failure, is told by its label.
        canvas.text(x + 1, y, "◀╮", style)
        canvas.text(x, y + 1, "├─╯", style)
        for row, line in enumerate(loop.lines, y):
            canvas.text(x + 4, row, line, style)


def badge_text(badge: Badge) -> str:
    return f"{MARKS[badge.severity]} {badge.code}"


def _text(box: Box) -> list[tuple[str, str]]:
    """The lines inside the box, each with its style."""
    lines = [(line, TITLE) for line in wrap(box.id, TITLE_WIDTH)]
    lines += [(line, DIM) for note in box.notes for line in wrap(note, TITLE_WIDTH)]
    lines += [(badge_text(badge), BADGES[badge.severity]) for badge in box.shown_badges]
    return lines
