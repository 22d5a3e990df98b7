"""A `Picture` as a Mermaid flowchart, for pull requests: stable order, one line a thing.

What the dialect cannot show: where a line goes is left to Mermaid, and a nested graph's
START and END stand inside its frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentgraph.draw.names import Names
from agentgraph.draw.picture import Badge, Box, BoxKind, Link, Picture

_SHAPES: dict[BoxKind, tuple[str, str]] = {
    "start": ("([", "])"),
    "end": ("([", "])"),
    "function": ("[", "]"),
    "model": ("(", ")"),
    "person": ("[/", "/]"),
    "graph": ("[[", "]]"),
    "langgraph": ("[[", "]]"),
}
_CLASSES = {
    "model": "stroke:#7e22ce",
    "person": "stroke:#b45309",
    "joins": "stroke-width:3px",
    "error": "stroke:#dc2626,stroke-width:3px",
    "warning": "stroke:#d97706,stroke-width:3px",
    "note": "stroke:#6b7280,stroke-dasharray:4",
}
# Words that begin a statement of the dialect, or end one.
_RESERVED = frozenset(
    {
        "graph",
        "flowchart",
        "subgraph",
        "end",
        "style",
        "linkStyle",
        "class",
        "classDef",
        "click",
        "direction",
        "default",
        "href",
        "call",
        "interpolate",
        "TB",
        "TD",
        "BT",
        "RL",
        "LR",
    }
)


def write_mermaid(picture: Picture) -> str:
    """A flowchart that Mermaid (and so GitHub, GitLab and most wikis) renders."""
    title = ", ".join([picture.title, *_marks(picture.badges)])
    body = list(_statements(picture, Names(_RESERVED)))
    used = [name for name in _CLASSES if any(line.endswith(f" {name}") for line in body)]
    lines = ["---", f"title: {_yaml(title)}", "---", "flowchart TD"]
    lines += [f"  {line}" for line in body]
    lines += [f"  classDef {name} {_CLASSES[name]}" for name in used]
    return "\n".join(lines) + "\n"


def _statements(picture: Picture, names: Names, path: tuple[str, ...] = ()) -> Iterator[str]:
    for box in picture.boxes:
        name = names.of(*path, box.id)
        if box.inner is None:
            opening, closing = _SHAPES[box.kind]
            yield f'{name}{opening}"{_text(box)}"{closing}'
        else:
            yield f'subgraph {name}["{_text(box)}"]'
            yield from (f"  {line}" for line in _statements(box.inner, names, (*path, box.id)))
            yield "end"
        yield from (f"class {name} {one}" for one in _classes(box))
    for link in picture.links:
        source, target = names.of(*path, link.source), names.of(*path, link.target)
        label = _label(link)
        yield f"{source} {_arrow(link)}" + (f'|"{label}"| ' if label else " ") + target


def _classes(box: Box) -> Iterator[str]:
    if box.kind in ("model", "person"):
        yield box.kind
    if box.joins:
        yield "joins"
    worst = [
        one
        for one in ("error", "warning", "note")
        if any(b.severity == one for b in box.shown_badges)
    ]
    yield from worst[:1]


def _arrow(link: Link) -> str:
    """Thick: one run per element. Dotted: not always taken."""
    if link.kind == "map":
        return "==>"
    return "-->" if link.kind == "always" and link.at_most is None else "-.->"


def _text(box: Box) -> str:
    lines = [
        box.id,
        *box.notes,
        *(["waits for all"] if box.joins else []),
        *_marks(box.shown_badges),
    ]
    return "<br/>".join(map(_escape, lines))


def _label(link: Link) -> str:
    return "<br/>".join(map(_escape, [*([link.label] if link.label else []), *_marks(link.badges)]))


def _marks(badges: tuple[Badge, ...]) -> list[str]:
    return [f"{badge.severity} {badge.code}" for badge in badges]


def _escape(text: str) -> str:
    """Text inside quotes; what Mermaid or HTML would read as its own becomes an entity."""
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"[^\w\s.,:=+\-()!?/'|×…]", lambda found: f"#{ord(found[0])};", text)


def _yaml(text: str) -> str:
    """Quoted where a bare YAML scalar might not say the same."""
    if re.fullmatch(r"[A-Za-z_][\w .+-]*", text):
        return text
    return '"' + re.sub(r"\s+", " ", text).replace("\\", "\\\\").replace('"', '\\"') + '"'
