"""A retry policy stands on a node that is itself a graph.

## What

`add_node(..., retry_policy=...)` where the node is a compiled graph.

## Why

A retry starts that graph from its beginning: what its nodes have done already is done again.

## Example

    builder.add_node("setup", setup.compile(), retry_policy=RetryPolicy())

## Instead

Give the retry policy to the inner node that can fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow

CODE = "AG810"
SEVERITY = "warning"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    for facts in flow.adopted.nodes.values() if flow.adopted is not None else ():
        if facts.retries and facts.inner is not None and len(facts.inner.nodes) > 1:
            place = facts.place
            yield Fault(
                message=f"a retry of {facts.name} runs all of its graph again, what succeeded as well",
                at=facts.name,
                source=place.keyword("retry_policy") if place is not None else None,
                help="put the policy on the inner node that may fail",
            )
