"""Joins that may wait for each other.

## What

Two joins each wait for something that only the other can bring.

## Why

Neither can be the first by itself. The framework starts the one that is declared earlier when
nothing else runs, so nothing hangs; but then it starts without what it was to wait for, and that is
seldom what was meant.

## Example

    Edge([plan, review], write),
    Edge([start, write], review),      # review waits for write, write for review

## Instead

Let the way back be a plain edge, or end it before the join: what comes round again starts the agent
by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import owner_of

CODE = "AG206"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    rings: dict[int, list[str]] = {}
    for join in sorted(flow.reach.circles, key=lambda name: flow.reach.rank[flow.web.plain[name]]):
        run = flow.web.plain[join]
        if flow.reach.rank[run] >= 0:
            rings.setdefault(flow.reach.rings[run], []).append(join)
    for joins in rings.values():
        if len(joins) > 1:
            last = flow.web.runs[flow.web.plain[joins[-1]]]
            yield Fault(
                message=f"{', '.join(joins[:-1])} and {joins[-1]} may wait for each other",
                at=last.node,
                source=last.source,
                owner=owner_of(flow, last.node),
                help="let one of the ways between them be a plain edge",
            )
