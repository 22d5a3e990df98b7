"""A comment waives a code that no rule has.

## What

The line says `# agentgraph: ignore[...]` with a code that is not in the catalogue.

## Why

It waives nothing. A slip in a code looks like a decision, and is none.

## Example

    Edge(plan, book),  # agentgraph: ignore[AG110]

There may be an AG101; AG110 is nobody's.

## Instead

Write the code as the finding has it: each code in full, several with commas between them.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.codes import nearest_code
from agentgraph.check.finding import Fault
from agentgraph.check.ignores import JudgedIgnore

CODE = "AG002"
SEVERITY = "warning"


def find(comment: JudgedIgnore) -> Iterator[Fault]:
    for code in comment.unknown:
        near = nearest_code(code, comment.known)
        yield Fault(
            message=f"the comment waives {code}, and no rule has that code",
            at="",
            source=comment.source,
            help=f"did you mean {near}?" if near else "`agentgraph explain` lists the codes",
        )
