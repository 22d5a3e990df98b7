"""A comment that waives findings names none.

## What

The line says `# agentgraph: ignore` without a code in brackets. Such a comment waives nothing.

## Why

Waiving everything would waive what nobody has thought of yet: tomorrow's mistake on the same line.

## Example

    Edge(plan, book),  # agentgraph: ignore

## Instead

Name what you know of: `# agentgraph: ignore[AG101]`, with the reason after it.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.ignores import JudgedIgnore

CODE = "AG003"
SEVERITY = "warning"


def find(comment: JudgedIgnore) -> Iterator[Fault]:
    if not comment.codes:
        yield Fault(
            message="the comment names no code, and waives nothing",
            at="",
            source=comment.source,
            help="name the codes: # agentgraph: ignore[AG101]",
        )
