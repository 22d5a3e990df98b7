"""A node has a cache policy, and the graph has no cache.

## What

`add_node(..., cache_policy=...)` in a graph that is compiled without `cache=`.

## Why

Nothing is kept: the node runs each time, and is paid for each time.

## Example

    builder.add_node("geocode", geocode, cache_policy=CachePolicy())
    builder.compile()

## Instead

`builder.compile(cache=InMemoryCache())`, or no policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow

CODE = "AG808"
SEVERITY = "warning"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or not adopted.compiled or "cache" in adopted.arguments:
        return
    for facts in adopted.nodes.values():
        if facts.caches and not adopted.nested and facts.place is not None:
            yield Fault(
                message=f"{facts.name} has a cache policy, and the graph no cache",
                at=facts.name,
                source=facts.place.keyword("cache_policy"),
                help="compile it with cache=",
            )
