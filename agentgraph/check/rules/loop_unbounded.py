"""A loop that nothing bounds.

## What

There is a round of agents that can be gone any number of times: no edge on it has `at_most`, no
person is asked on it, nothing on it counts, and the graph has no budget of steps or seconds. Whether
it ends is up to what the agents write.

## Why

A model that never says "finish" goes round until LangGraph stops the run, after some ten thousand
steps: an error, and ten thousand model calls to pay for.

## Example

    Route(think, on="action", to={"search": act, "finish": reply}),
    Edge(act, think),                       # as long as the model says "search"

## Instead

Bound the way back, `Edge(act, think, at_most=10, otherwise=reply)`, or the whole turn:
`Graph(..., budget=Budget(steps=50))`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.loops import leads_out, rings, unbounded_round
from agentgraph.check.plain.loops import unbounded_decision
from agentgraph.check.walks import owner_of
from agentgraph.model.source import Source

CODE = "AG205"
SEVERITY = "warning"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    if flow.adopted is not None:
        for runs in rings(flow):
            if leads_out(flow, runs) and (place := unbounded_decision(flow, runs)):
                yield _fault(flow, runs, place)
        return
    budget = flow.spec.budget
    if budget is not None and (budget.steps is not None or budget.seconds is not None):
        return
    for runs in rings(flow):
        # What nothing leads out of is told of as that.
        if leads_out(flow, runs) and (found := unbounded_round(flow, runs)):
            yield _fault(flow, found, _back(flow, found[-1], found[0]))


def _back(flow: Flow, last: int, first: int) -> Source | None:
    """Where the way back was declared."""
    options = flow.web.options(last)
    leading = (o for o in options if any(flow.web.starts(mark) == first for mark in o.marks))
    return next((option.source for option in leading), None)


def _fault(flow: Flow, runs: list[int], source: Source | None) -> Fault:
    names = list(dict.fromkeys(flow.web.runs[run].node for run in runs))
    last = flow.web.runs[runs[-1]]
    return Fault(
        message=f"nothing bounds the loop {' -> '.join([*names, names[0]])}",
        at=last.node,
        source=source or last.source,
        owner=owner_of(flow, last.node),
        help=f"bound the way back with at_most=, or give {flow.spec.name} a budget of steps"
        if flow.adopted is None
        else "count the rounds, and let the router leave when there were enough",
    )
