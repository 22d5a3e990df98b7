"""A node writes a value that the state's pydantic model refuses.

## What

A value that stands in the code is written to a field whose type does not take it.

## Why

LangGraph does not look at it when it is written; the next node that is given the state fails.

## Example

    class Report(BaseModel): used: float

    return {"used": "unknown"}

## Instead

Write a value of the type, or widen the type.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import NodeFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.kinds import refuses
from agentgraph.check.plain.places import writes

CODE = "AG817"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    for facts in adopted.nodes.values() if adopted is not None else ():
        for _, write in writes(facts):
            if not write.is_constant or (adopted and write.key in adopted.reducers):
                continue
            reader = _validating(flow, facts, write.key)
            if reader is not None and refuses(reader.takes.made_of, write.key, write.constant):
                yield Fault(
                    message=f"{facts.name} writes {write.constant!r} to {write.key}, which {reader.takes.name} refuses",
                    at=f"{facts.name}.{write.key}",
                    source=write.source,
                    reasons=(f"refused when {reader.name} is given it",),
                    help=f"write what {reader.takes.name}.{write.key} takes",
                )


def _validating(flow: Flow, facts: NodeFacts, key: str) -> NodeFacts | None:
    """A node after this one that is given the key in a model that checks it."""
    assert flow.adopted is not None
    start = flow.web.plain.get(facts.name)
    for run in flow.web.runs:
        other = flow.adopted.nodes.get(run.node)
        after = start is not None and (flow.reach.ancestors[run.number] >> start) & 1
        if other is None or other is facts or run.sent or not after:
            continue
        if other.takes.validates and key in other.takes.types:
            return other
    return None
