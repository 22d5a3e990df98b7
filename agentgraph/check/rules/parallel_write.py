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

from agentgraph.check.clashes import clashes
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.plain.places import facts_of, written_at
from agentgraph.check.plain.sending import is_inner, is_sent_repeatedly
from agentgraph.check.walks import owner_of
from agentgraph.check.where import in_brackets

CODE = "AG402"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    found: dict[tuple[int, ...], list[str]] = {}
    for field, group in clashes(flow):
        if not any(is_inner(flow, run) for run in group):
            found.setdefault(tuple(group), []).append(field)
    for runs, fields in found.items():
        yield _fault(flow, fields, [flow.web.runs[run] for run in runs])
    yield from _sent_together(flow)


def _sent_together(flow: Flow) -> Iterator[Fault]:
    """Runs of one node that are sent out side by side, in an adopted graph."""
    reduced = {field.name for field in flow.spec.state if field.reducer}
    for run in flow.web.runs:
        facts = facts_of(flow, run.node)
        if run.sent and facts is not None and is_sent_repeatedly(flow, run.node):
            for field in flow.effects.of[run.number].always:
                if field not in reduced:
                    yield _sent_fault(flow, run, field)


def _sent_fault(flow: Flow, run: Run, field: str) -> Fault:
    return Fault(
        message=f"the runs of {run.node} that are sent out together all write {field} at the same moment",
        at=f"{run.node}.{field}",
        source=written_at(flow, run.node, field) or run.source,
        help=f"give {field} a reducer, such as Annotated[list, operator.add]",
        root=frozenset({("clash", run.node, field)}),
    )


def _fault(flow: Flow, fields: list[str], runs: list[Run]) -> Fault:
    names = [run.node for run in runs]
    field, last = fields[0], runs[-1]
    all_ = ", ".join(fields)
    return Fault(
        message=f"{', '.join(names[:-1])} and {names[-1]} may write {all_} at the same moment",
        at=f"{last.node}.{field}",
        source=written_at(flow, names[0], field) or last.source,
        owner=owner_of(flow, last.node),
        reasons=tuple(f"written by: {run.node}{in_brackets(run.source)}" for run in runs),
        help=f"give {field} a reducer, or let one run after the other"
        if len(fields) == 1
        else "give each a reducer, or let one agent run after the other",
        root=frozenset(("clash", name, one) for name in names for one in fields),
        because=frozenset({("border", *sorted(names))}),
    )
