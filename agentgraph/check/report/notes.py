"""What is told of a finding below its message, line by line, in every report for people."""

from __future__ import annotations

import json
from collections.abc import Iterator

from agentgraph.check.finding import Finding

_LONGEST = 200


def notes_of(finding: Finding) -> Iterator[str]:
    """What is wrong with the value, the value, who wrote it, the way there, what follows, what to do."""
    first = [reason for reason in finding.reasons if reason.startswith("$")]
    yield from map(printable, first)
    if finding.has_witness:
        witness = json.dumps(finding.witness, ensure_ascii=False)
        yield f"for example: {printable(_shortened(witness))}"
    yield from (printable(reason) for reason in finding.reasons if reason not in first)
    if finding.path:
        yield f"path: {' -> '.join(finding.path)}"
    if finding.owner:
        yield f"owner: {printable(finding.owner)}"
    for other in finding.related:
        yield f"therefore: {printable(other)}"
    if finding.help:
        yield f"help: {printable(finding.help)}"


def printable(text: str) -> str:
    """Control characters shown, so that a source or a value cannot repaint the terminal."""
    return "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in text)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
