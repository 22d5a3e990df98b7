"""A node takes a key that the graph it calls does not give.

## What

The result of `graph.invoke(...)` is asked for a key which is not in the output of that graph.

## Why

It is a `KeyError`, in the node.

## Example

    found = search.invoke({"query": question})
    return {"sources": found["documents"]}      # its output has `passages`

## Instead

Take a key that there is, or add it to the output schema of the inner graph.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import nearest

CODE = "AG821"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    for facts in flow.adopted.nodes.values() if flow.adopted is not None else ():
        for result in facts.results:
            if result.given is not None and result.key not in result.given:
                close = nearest(result.key, result.given)
                yield Fault(
                    message=f"{facts.name} takes {result.key} of what {result.graph} gives, which does not have it",
                    at=f"{facts.name}.{result.key}",
                    source=result.source,
                    help=f"did you mean {close}?"
                    if close
                    else f"it gives {', '.join(sorted(result.given))}",
                )
