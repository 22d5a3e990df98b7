"""What a turn is expected to take is more than it is meant to.

## What

Along one way through the graph, the estimates of what runs one after the other add up to more than the
graph's `objective=Objective(p95=...)`, or than its `budget=Budget(seconds=...)`. Agents side by
side count as the slowest, a loop as often as it may go round, a Map as one of its elements; what
nobody has estimated counts as nothing.

(The sum of what 95 of 100 runs stay below is a little more than what 95 of 100 sums do.)

An agent's time is its own `estimate=Estimate(p95=...)`, else its model's p95 in
`[tool.agentgraph.models]`, else that of its slowest tool. Timeouts and retries are no estimates.

## Why

The objective is lost on the drawing board; no tuning of one agent will meet it. With a budget, the turn
is stopped, and what it has cost until then is lost.

## Example

    Graph("answers", objective=Objective(p95=5), ...)    # search 2 s, then two models of 3 s

## Instead

Let what does not depend on each other run side by side, bound the loop more tightly, take a faster
model, or state an objective that can be met.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.estimates import seconds_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.turns import Parts, longest_way

CODE = "AG701"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    limits = dict(_limits(flow))
    if limits:
        way = longest_way(flow, seconds_of)
        for limit, seconds in limits.items():
            if way.total > seconds:
                yield _fault(way, limit, seconds)


def _limits(flow: Flow) -> Iterator[tuple[str, float]]:
    if flow.spec.objective is not None:
        yield "objective", flow.spec.objective.p95
    if flow.spec.budget is not None and flow.spec.budget.seconds is not None:
        yield "budget", flow.spec.budget.seconds


def _fault(way: Parts, limit: str, seconds: float) -> Fault:
    slowest = max(way, key=lambda part: part.whole)
    return Fault(
        message=f"a turn is expected to take {way.total:.3g} s, and its {limit} is {seconds:g} s",
        at="",
        reasons=tuple(
            f"{part.node}: {part.amount:.3g} s"
            + (f", {part.times} times" if part.times > 1 else "")
            for part in way
        ),
        path=way.nodes,
        help=f"the most of it is {slowest.node}: make it faster, seldomer, or run it beside another",
    )
