"""A node that is not async has a timeout.

## What

`add_node(..., timeout=...)` where the node's function is a plain `def`.

## Why

LangGraph refuses to compile such a graph: what a plain function does cannot be stopped.

## Example

    flow.add_node("fetch", fetch, timeout=10)        # def fetch(state)

## Instead

`async def fetch`, or a timeout in the call that takes long.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow

CODE = "AG809"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    for facts in flow.adopted.nodes.values() if flow.adopted is not None else ():
        if facts.is_timed and facts.body is not None and not facts.body.is_async:
            yield Fault(
                message=f"{facts.name} has a timeout, and its function is not async",
                at=facts.name,
                source=facts.place.keyword("timeout") if facts.place is not None else None,
                help="make it async def, or put the timeout into the call that takes long",
            )
