"""A node is a graph that has no key in common with the one around it.

## What

A compiled graph stands as a node, and none of the keys that it takes or gives is a key of the outer state.

## Why

It is given nothing, and what it gives is dropped: the run goes on as if it had not been there.

## Example

    class Critique(TypedDict): text: str; advice: str
    class Essay(TypedDict): essay: str; feedback: str

    builder.add_node("critic", critique_graph)

## Instead

Give both states the keys that pass between them, or call the graph in a function that translates.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow

CODE = "AG811"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    for facts in adopted.nodes.values() if adopted is not None and adopted.keys else ():
        inner = facts.inner
        if adopted is None or inner is None or not inner.keys:
            continue
        crossing = (set(inner.input.types) | set(inner.output.types)) & inner.keys
        if not crossing & adopted.keys:
            yield Fault(
                message=f"{facts.name} shares no key with the graph around it: it is given nothing, and gives nothing",
                at=facts.name,
                source=facts.source,
                reasons=(f"its keys: {', '.join(sorted(crossing))}",),
                help="name the keys that pass between them alike, or call it in a function",
            )
