"""ANSI colours, all from the basic sixteen, so that they suit the reader's own theme."""

from __future__ import annotations

from agentgraph.draw.picture import BoxKind, Link, Severity

TITLE = "\x1b[1m"
DIM = "\x1b[2m"
BORDERS: dict[BoxKind, str] = {
    "start": DIM,
    "end": DIM,
    "function": "",
    "model": "\x1b[35m",
    "person": "\x1b[33m",
    "graph": "\x1b[34m",
    "langgraph": "\x1b[34m",
}
BADGES: dict[Severity, str] = {"error": "\x1b[1;31m", "warning": "\x1b[33m", "note": DIM}


def link_style(link: Link, *, back: bool) -> str:
    """Red after a failure, yellow on the way back, else plain."""
    if link.kind == "failure":
        return "\x1b[31m"
    return "\x1b[33m" if back else ""
