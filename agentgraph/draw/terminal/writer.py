"""A `Picture` as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agentgraph.draw.layout.layered import lay_out
from agentgraph.draw.layout.nouns import Item, Layout, Point, Rect, Route, Spacing, Wire
from agentgraph.draw.picture import Badge, Box, Link, Picture
from agentgraph.draw.terminal.boxes import BoxView, badge_text
from agentgraph.draw.terminal.canvas import Canvas
from agentgraph.draw.terminal.cells import printable, text_width, wrap
from agentgraph.draw.terminal.palette import BADGES, DIM, TITLE, link_style

DENSITIES = ((26, Spacing()), (18, Spacing(boxes=2)), (12, Spacing(boxes=1, lines=1, ports=2)))
"""Width of labels and distances, from roomy to tight: the first that fits is taken."""


def write_terminal(picture: Picture, *, width: int = 100, color: bool = False) -> str:
    """The picture in at most `width` columns if that can be; wider where it cannot.

    Nested graphs are drawn inside their box where there is room, else each below under its
    own heading.
    """
    sections = list(_sections(picture, width))
    rows: list[str] = []
    for heading, badges, canvas in sections:
        rows += [*([""] if rows else []), *_heading(heading, badges, color=color), ""]
        rows += canvas.rows(color=color)
    if any(box.joins for part in _all(picture) for box in part.boxes):
        legend = "═══ waits for all that can still arrive"
        rows += ["", f"{DIM}{legend}\x1b[0m" if color else legend]
    return "\n".join(rows).rstrip("\n") + "\n"


def _sections(picture: Picture, width: int) -> Iterator[tuple[str, tuple[Badge, ...], Canvas]]:
    nested = [(box.id, box.inner) for box in picture.boxes if box.inner is not None]
    canvas = _fitting(picture, width)
    if not nested or canvas.width <= width:
        yield picture.title, picture.badges, canvas
        return
    flat = replace(picture, boxes=tuple(_closed(box) for box in picture.boxes))
    yield picture.title, picture.badges, _fitting(flat, width)
    for name, inner in nested:
        for heading, badges, section in _sections(inner, width):
            # A section's own heading repeats the graph's name; where it stands says more.
            rest = heading.removeprefix(inner.name)
            yield f"{picture.name} / {name}{rest}", badges, section


def _closed(box: Box) -> Box:
    if box.inner is None:
        return box
    return replace(box, inner=None, notes=(*box.notes, "graph, drawn below"))


def _heading(heading: str, badges: Sequence[Badge], *, color: bool) -> list[str]:
    texts = [(printable(heading), TITLE), *((badge_text(b), BADGES[b.severity]) for b in badges)]
    return ["  ".join(f"{style}{text}\x1b[0m" if color else text for text, style in texts)]


def _all(picture: Picture) -> Iterator[Picture]:
    yield picture
    for box in picture.boxes:
        if box.inner is not None:
            yield from _all(box.inner)


def _fitting(picture: Picture, width: int) -> Canvas:
    """The roomiest canvas that fits, or the tightest."""
    tries = (_paint(picture, label_width, spacing) for label_width, spacing in DENSITIES)
    canvas = next(tries)
    while canvas.width > width:
        tighter = next(tries, None)
        if tighter is None:
            break
        canvas = tighter
    return canvas


@dataclass(frozen=True, slots=True)
class _Line:
    """Links that are drawn as one line (two labels of a route that lead to one agent)."""

    link: Link
    lines: tuple[str, ...]
    badges: tuple[Badge, ...]

    @property
    def width(self) -> int:
        texts = [*self.lines, *map(badge_text, self.badges)]
        return max(map(text_width, texts), default=0)

    @property
    def height(self) -> int:
        return len(self.lines) + len(self.badges)


def _paint(picture: Picture, label_width: int, spacing: Spacing) -> Canvas:
    lines = _merged(picture, label_width)
    views = {
        box.id: BoxView(
            box,
            [(line.link, list(line.lines)) for line in lines if _is_loop(line, box.id)],
            _paint(box.inner, label_width, spacing) if box.inner else None,
        )
        for box in picture.boxes
    }
    items = [
        Item(name, view.width, view.height, view.aside, last=view.box.kind == "end")
        for name, view in views.items()
    ]
    wires = [
        Wire(line.link.id, line.link.source, line.link.target, line.width, line.height)
        for line in lines
    ]
    layout = lay_out(items, wires, spacing)
    return _draw(layout, views, lines)


def _is_loop(line: _Line, box: str) -> bool:
    return line.link.source == line.link.target == box


def _merged(picture: Picture, label_width: int) -> list[_Line]:
    groups: dict[tuple[str, str, int], list[Link]] = {}
    for link in picture.links:
        groups.setdefault((link.source, link.target, link.way), []).append(link)
    return [_line(links, label_width) for links in groups.values()]


def _line(links: Sequence[Link], label_width: int) -> _Line:
    labels = list(dict.fromkeys(link.label for link in links if link.label))
    words = links[0].words if len(links) == 1 else [" | ".join(labels)]
    badges = tuple(dict.fromkeys(badge for link in links for badge in link.badges))
    lines = tuple(line for part in words if part for line in wrap(part, label_width))
    return _Line(links[0], lines, badges)


def _draw(layout: Layout, views: dict[str, BoxView], lines: Sequence[_Line]) -> Canvas:
    canvas = Canvas(layout.width, layout.height)
    drawn = [(line, layout.routes[line.link.id]) for line in lines if line.link.id in layout.routes]
    for line, route in drawn:
        style = link_style(line.link, back=route.back)
        canvas.line(_cells(route.points), style, dashed=line.link.kind == "failure")
    for name, view in views.items():
        view.paint(canvas, layout.boxes[name])
    for line, route in drawn:
        _finish(canvas, line, route)
    return canvas


def _finish(canvas: Canvas, line: _Line, route: Route) -> None:
    """The ends of a line, over its boxes' borders, and its label."""
    style = link_style(line.link, back=route.back)
    start, end = route.points[0], route.points[-1]
    canvas.put(start.x, start.y, "┴" if route.back else "┬", style)
    canvas.put(end.x, end.y + (1 if route.back else -1), "▲" if route.back else "▼", style)
    if route.label is not None:
        _label(canvas, line, route.label, style)


def _label(canvas: Canvas, line: _Line, rect: Rect, style: str) -> None:
    texts = [(text, style) for text in line.lines]
    texts += [(badge_text(badge), BADGES[badge.severity]) for badge in line.badges]
    for y, (text, look) in enumerate(texts, rect.y):
        free = (rect.width - text_width(text) + 1) // 2
        canvas.text(rect.x + free - (rect.width - text_width(text)) % 2, y, text, look)


def _cells(points: Sequence[Point]) -> Iterator[tuple[int, int]]:
    """Every cell of a route, in order."""
    here = points[0]
    yield here.x, here.y
    for point in points[1:]:
        while here != point:
            here = Point(here.x + _sign(point.x - here.x), here.y + _sign(point.y - here.y))
            yield here.x, here.y


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
