"""A tool of an inner graph hands over to a node of the outer one, and does not say so.

## What

A tool that an inner graph runs returns `Command(goto="hotels")`, where `hotels` is a node of the graph around it, without
`graph=Command.PARENT`.

## Why

The inner graph has no such node: the command is dropped, and nobody takes over.

## Example

    return Command(goto="hotels", update={...})

## Instead

`Command(goto="hotels", graph=Command.PARENT, update={...})`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import Adopted
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.read.node_facts import NodeBody, Outcome

CODE = "AG820"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    for facts in adopted.nodes.values() if adopted is not None else ():
        inner = facts.inner
        for one in _commands(inner) if inner is not None else ():
            for target in one.targets:
                here = adopted is not None and target.label in adopted.nodes
                if here and inner is not None and target.label not in inner.nodes:
                    yield Fault(
                        message=f"a command within {facts.name} leads to {target.label!r}, which is a node of the graph around it",
                        at=facts.name,
                        source=one.source,
                        help="say graph=Command.PARENT",
                        root=frozenset({("gap", "")}),
                    )


def _commands(inner: Adopted) -> Iterator[Outcome]:
    bodies: list[NodeBody] = []
    for facts in inner.nodes.values():
        bodies += [*facts.tools, *([facts.body] if facts.body is not None else [])]
    for body in bodies:
        yield from (one for one in body.outcomes if one.kind == "command" and not one.to_parent)
