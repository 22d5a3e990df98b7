"""An agent that no way leads to.

## What

Whatever branch is taken, this agent never runs: nothing that starts leads to it.

## Why

It was declared to do something. Usually an edge or the case of a route was forgotten, or lost
when the graph was changed.

## Example

    edges=[
        Edge(START, plan),
        Edge(plan, END),
        Edge(review, END),          # and who leads to review?
    ]

## Instead

Lead an edge, a case or a Map to it, or take it out of the graph.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.certain import is_opaque
from agentgraph.check.walks import owner_of

CODE = "AG202"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is not None and (is_opaque(adopted) or adopted.varies or not flow.plan.start):
        return  # something may lead anywhere, or other edges are there at another time
    reached = {flow.web.runs[run].node for run in flow.declared.order}
    for node in flow.plan.nodes:
        if node.name in reached or node.helper:
            continue
        sources = sorted(
            {flow.web.runs[run].node for run in flow.declared.before[flow.web.plain[node.name]]}
        )
        behind = [name for name in sources if name != node.name]
        reasons = (f"only {', '.join(behind)} leads here, which is not reached either",)
        yield Fault(
            message=f"{node.name} is never reached",
            # Of a graph that a function builds, other arguments may lead there.
            severity="warning" if adopted is not None else None,
            at=node.name,
            source=node.source,
            owner=owner_of(flow, node.name),
            reasons=reasons if behind else (),
            help=f"lead an edge or a branch to {node.name}, or take it out",
            root=frozenset({("unreachable", node.name)}),
            because=frozenset(
                {("astray", node.name), ("gap", ""), *(("unreachable", name) for name in behind)}
            ),
        )
