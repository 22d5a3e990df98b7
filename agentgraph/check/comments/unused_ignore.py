"""A comment waives a finding that is not there.

## What

The line says `# agentgraph: ignore[...]`, and the checker finds nothing of that code at this place.
Comments are judged in files all of whose graphs are checked together.

## Why

What it waived has been mended. Left in place, it will hide the next fault of that kind without a word.

## Example

    Edge(plan, book),  # agentgraph: ignore[AG101]

`book` has accepted all that `plan` produces since last spring.

## Instead

Take the code out of the comment, or the whole comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.ignores import JudgedIgnore

CODE = "AG001"
SEVERITY = "warning"


def find(comment: JudgedIgnore) -> Iterator[Fault]:
    if not comment.unused:
        return
    codes = ", ".join(comment.unused)
    left = [code for code in comment.codes if code not in comment.unused]
    yield Fault(
        message=f"the comment waives {codes}, and there is nothing to waive",
        at="",
        source=comment.source,
        help=f"leave # agentgraph: ignore[{', '.join(left)}]" if left else "remove the comment",
    )
