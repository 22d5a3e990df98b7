"""Two agents write a field at the same moment, and it has no reducer.

## What

Two agents can run side by side, in one step, and both write the same field, for which nobody
has said how two values become one.

## Why

The run stops with an error of LangGraph's (InvalidUpdateError) as soon as both have finished.

## Example

    Edge(plan, search_hotels),
    Edge(plan, search_flights),      # both write "offers"

## Instead

Give the field a reducer, `offers: Annotated[list[Offer], append]`; or let each write a field of
its own and join them; or run one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.check.walks import owner_of
from agentgraph.check.where import in_brackets

CODE = "AG402"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    reduced = {field.name for field in flow.spec.state if field.reducer}
    writers: dict[str, list[int]] = {}
    for run in flow.reach.order:
        effect = flow.effects.of[run]
        if run in flow.known.at or run == 0:
            for field in dict.fromkeys((*effect.always, *effect.maybe)):
                if field not in reduced:
                    writers.setdefault(field, []).append(run)
    for field, runs in writers.items():
        for group in _groups(flow, field, runs):
            yield _fault(flow, field, [flow.web.runs[run] for run in group])


def _groups(flow: Flow, field: str, runs: list[int]) -> Iterator[list[int]]:
    """Writers that clash, directly or by way of others."""
    left = sum(1 << run for run in runs)
    for first in runs:
        if not (left >> first) & 1:
            continue
        group, todo = [first], [first]
        left &= ~(1 << first)
        while todo:
            one = todo.pop()
            for other in bits(left & flow.beside.runs(one)):
                if _clash(flow, one, other, field):
                    left &= ~(1 << other)
                    group.append(other)
                    todo.append(other)
        if len(group) > 1:
            yield sorted(group, key=lambda run: flow.reach.rank[run])


def _clash(flow: Flow, one: int, other: int, field: str) -> bool:
    first, second = flow.web.runs[one], flow.web.runs[other]
    if first.spread and second.spread and first.spread.into == second.spread.into == field:
        return False  # the runs of one Map, whose results are collected
    # Both start on the same state. Where what is known at one contradicts what is known at
    # the other, they never run side by side.
    return bool(flow.states.both(flow.known.at[one][ALL], flow.known.at[other][ALL]))


def _fault(flow: Flow, field: str, runs: list[Run]) -> Fault:
    names = [run.node for run in runs]
    last = runs[-1]
    return Fault(
        message=f"{', '.join(names[:-1])} and {names[-1]} may write {field} at the same moment",
        at=f"{last.node}.{field}",
        source=last.source,
        owner=owner_of(flow, last.node),
        reasons=tuple(f"written by: {run.node}{in_brackets(run.source)}" for run in runs),
        help=f"give {field} a reducer, or let one run after the other",
        root=frozenset(("clash", name, field) for name in names),
        because=frozenset({("border", *sorted(names))}),
    )
