"""The graph stops for a person and has no memory to go on from.

## What

A node calls `interrupt`, or the graph is compiled with `interrupt_before` or `interrupt_after`, and there is no
checkpointer.

## Why

`interrupt` raises an error without one; a breakpoint stops the run, and it can never be resumed.

## Example

    graph = builder.compile(interrupt_before=["apply"])

## Instead

`builder.compile(checkpointer=...)`. A graph that a platform runs (`langgraph.json`) has one from there, one that
another graph runs has that of the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.bodies import bodies_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow

CODE = "AG807"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or not adopted.compiled or adopted.remembers:
        return
    if adopted.nested or adopted.deployed:
        return
    for argument in ("interrupt_before", "interrupt_after"):
        if argument in adopted.arguments:
            place = adopted.compiling
            yield Fault(
                message=f"the run stops at {argument}, and without a checkpointer it cannot go on",
                at=argument,
                source=place.keyword(argument) if place is not None else flow.spec.source,
                help="compile it with a checkpointer",
            )
    for one in (flow, *flow.within.values()):
        for body in bodies_of(one):
            pause = next(body.pauses(), None)
            if pause is not None:
                yield Fault(
                    message=f"{body.agent.name} waits for a person, and there is no checkpointer to wait with",
                    at=body.agent.name,
                    source=pause.call.source,
                    help="compile it with a checkpointer",
                )
