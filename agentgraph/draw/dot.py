"""A `Picture` in Graphviz' DOT language."""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.draw.names import Names
from agentgraph.draw.picture import Badge, Box, BoxKind, Link, Picture

_SHAPES: dict[BoxKind, str] = {
    "start": "shape=box style=rounded",
    "end": "shape=box style=rounded",
    "function": "shape=box",
    "model": "shape=box style=rounded color=purple",
    "person": "shape=parallelogram color=orange",
    "graph": "shape=component",
    "langgraph": "shape=component",
}
_RESERVED = frozenset({"node", "edge", "graph", "digraph", "subgraph", "strict"})


def write_dot(picture: Picture) -> str:
    """A digraph with a cluster for each nested graph."""
    title = ", ".join([picture.title, *_marks(picture.badges)])
    lines = [f"digraph {quoted(picture.name)} {{"]
    lines += [f"  label={quoted(title)} labelloc=t compound=true rankdir=TB"]
    lines += ['  node [fontname="sans-serif"]', '  edge [fontname="sans-serif" fontsize=11]']
    lines += [f"  {line}" for line in _statements(picture, Names(_RESERVED))]
    return "\n".join([*lines, "}"]) + "\n"


def quoted(text: str) -> str:
    """The text as a DOT string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")
    return f'"{escaped}"'


def _statements(picture: Picture, names: Names, path: tuple[str, ...] = ()) -> Iterator[str]:
    inner = {box.id: box.inner for box in picture.boxes if box.inner is not None}
    for box in picture.boxes:
        name = names.of(*path, box.id)
        if box.inner is None:
            yield f"{name} [label={_text(box)} {_look(box)}]"
            continue
        yield f"subgraph cluster_{name} {{"
        yield f"  label={_text(box)}"
        # Lines end at the frame, but DOT needs a node to aim at.
        yield f'  {name} [shape=point style=invis label=""]'
        yield from (f"  {line}" for line in _statements(box.inner, names, (*path, box.id)))
        yield "}"
    for link in picture.links:
        source, target = names.of(*path, link.source), names.of(*path, link.target)
        attributes = [*_attributes(link)]
        if link.source in inner:
            attributes.append(f"ltail=cluster_{source}")
        if link.target in inner:
            attributes.append(f"lhead=cluster_{target}")
        yield f"{source} -> {target}" + (f" [{' '.join(attributes)}]" if attributes else "")


def _look(box: Box) -> str:
    return _SHAPES[box.kind] + (" peripheries=2" if box.joins else "")


def _attributes(link: Link) -> Iterator[str]:
    lines = [*link.words, *_marks(link.badges)]
    if lines:
        yield "label=" + quoted("\n".join(lines))
    if link.kind == "failure":
        yield "style=dashed color=red"
    elif link.kind == "map":
        yield "style=bold"
    elif link.kind != "always" or link.at_most is not None:
        yield "style=dashed"


def _text(box: Box) -> str:
    return quoted("\n".join([box.id, *box.notes, *_marks(box.shown_badges)]))


def _marks(badges: tuple[Badge, ...]) -> list[str]:
    return [f"{badge.severity} {badge.code}" for badge in badges]
