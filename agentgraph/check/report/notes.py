"""What is told of a finding below its message, line by line, in every report for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from agentgraph.check.finding import Finding

_LONGEST = 200
_STEPS = 12
"""Nodes of a way that are shown: half of them from either end."""
_EACH = 10
"""Lines of one kind that are shown. The JSON report has all of everything."""


def notes_of(finding: Finding) -> Iterator[str]:
    """What is wrong with the value, the value, who wrote it, the way there, what follows, what to do."""
    yield from _few([reason for reason in finding.reasons if reason.startswith("$")])
    if finding.has_witness:
        witness = json.dumps(finding.witness, ensure_ascii=False)
        yield f"for example: {printable(_shortened(witness))}"
    yield from _few([reason for reason in finding.reasons if not reason.startswith("$")])
    if finding.path:
        yield f"path: {_way(finding.path)}"
    if finding.owner:
        yield f"owner: {printable(finding.owner)}"
    yield from _few([f"therefore: {other}" for other in finding.related])
    if finding.help:
        yield f"help: {printable(finding.help)}"


def _few(lines: Sequence[str]) -> Iterator[str]:
    # One line more is as long as saying so.
    shown = lines if len(lines) <= _EACH + 1 else lines[:_EACH]
    yield from map(printable, shown)
    if len(shown) < len(lines):
        yield f"and {len(lines) - len(shown)} more such lines"


def _way(nodes: Sequence[str]) -> str:
    if len(nodes) <= _STEPS + 1:
        return " -> ".join(nodes)
    half = _STEPS // 2
    left_out = f"({len(nodes) - 2 * half} more)"
    return " -> ".join((*nodes[:half], left_out, *nodes[-half:]))


def printable(text: str) -> str:
    """Control characters shown, so that a source or a value cannot repaint the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in text)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
