"""A value for which no branch is taken.

## What

A route, or the guarded edges that leave an agent, leave some value out: nothing says where the
run goes then. The finding shows such a value.

## Why

At a route the run stops with an error; at guarded edges it just ends, in silence, with
whatever was written so far.

## Example

    class Intent(BaseModel):
        intent: Literal["order", "refund", "other"]

    Route(classify, on="intent", to={"order": look_up, "refund": check_refund})

## Instead

Add the branch, an `otherwise=`, or narrow the type.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.coverage import Gap, gaps
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import nearest, owner_of, writer_of
from agentgraph.check.where import in_brackets

CODE = "AG301"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    for gap in gaps(flow):
        if gap.certain:
            yield _fault(flow, gap)


def _fault(flow: Flow, gap: Gap) -> Fault:
    node = gap.run.node
    return Fault(
        message=f"no {gap.what} after {node} is taken {gap.when}",
        severity=gap.severity,
        at=f"{node}.{gap.field}" if gap.field else node,
        source=gap.source,
        owner=owner_of(flow, node),
        witness=gap.witness,
        has_witness=gap.has_witness,
        reasons=(
            *gap.reasons,
            *(f"written by: {writer_of(d)}{in_brackets(d.source)}" for d in gap.writers),
        ),
        help=_help(gap),
        root=frozenset({("gap", ""), ("route", node, str(gap.way))}),
        because=frozenset({("definition", str(d.number)) for d in gap.writers}),
    )


def _help(gap: Gap) -> str:
    value = gap.witness.get(gap.field) if isinstance(gap.witness, dict) and gap.field else None
    close = nearest(value, gap.labels) if isinstance(value, str) else None
    if close is not None and gap.labels:
        return f"add a branch for it, or otherwise=; the branches are {', '.join(gap.labels)}"
    if not gap.has_witness and gap.what == "edge":
        return "say with otherwise= what follows then"
    if gap.what == "branch":
        return "add a branch for it, or otherwise="
    return "add an edge for it; a Route with otherwise= takes exactly one way"
