"""A field may be absent when something reads it.

## What

There is a way through the graph on which nobody has written the field when it is read: as a
parameter, by a route or by a Map. The finding shows such a way.

## Why

The run stops there. In plain LangGraph it is a KeyError, on exactly the branch that the
tests did not take.

## Example

    Route(triage, on="kind", to={"order": look_up, "chat": answer}),
    Edge(look_up, answer),

    @agent(writes="reply")
    def answer(facts: Facts) -> str: ...      # on "chat", nobody has written facts

## Instead

Write the field on every way, give the parameter or the state field a default, or lead the way
that lacks it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault, Root
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.paths import Trail, trail
from agentgraph.check.walks import (
    Taking,
    likely_name,
    missing,
    owner_of,
    takings,
    writers_of,
)
from agentgraph.check.where import in_brackets

CODE = "AG401"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    by_field: dict[str, list[Taking]] = {}
    for taking in takings(flow):
        absent = flow.effects.absent(taking.need.field)
        if taking.need.required and (taking.values >> absent) & 1:
            by_field.setdefault(taking.need.field, []).append(taking)
    for field, found in by_field.items():
        yield _fault(flow, field, found)


def _fault(flow: Flow, field: str, found: list[Taking]) -> Fault:
    first = found[0]
    way = _trail(flow, first)
    writers = writers_of(flow, field)
    name = first.run.node
    who = {
        "reads": f"{name} reads {field}",
        "map": f"the Map after {name} goes over {field}",
        "route": f"the route after {name} looks at {field}",
    }[first.kind]
    what = "which may be absent" if writers else "which nobody writes"
    others = [t for t in found[1:] if t.run.node != name]
    return Fault(
        message=f"{who}, {what}",
        at=f"{name}.{field}",
        source=first.source,
        owner=owner_of(flow, name),
        path=way.nodes,
        reasons=(
            *(
                f"written by: {run.node}{in_brackets(run.source)}, not on this way"
                for run in writers
            ),
            *(f"also read by: {taking.run.node}{in_brackets(taking.source)}" for taking in others),
        ),
        help=_help(flow, first, written=bool(writers)),
        root=frozenset({("absent", field)}),
        because=_causes(flow, field),
    )


def _trail(flow: Flow, taking: Taking) -> Trail:
    item = flow.effects.absent(taking.need.field)
    number = taking.run.number
    return trail(flow, item, number) if number else Trail((taking.run.node,), None)


def _help(flow: Flow, taking: Taking, *, written: bool) -> str:
    field = taking.need.field
    if close := likely_name(flow, field, taking.need.contract):
        return close
    if written:
        return f"write {field} on every way that leads here, or give it a default"
    return f"let an agent write {field}, or make it part of the input"


def _causes(flow: Flow, field: str) -> frozenset[Root]:
    writers = writers_of(flow, field)
    if writers and all(flow.reach.rank[run.number] < 0 for run in writers):
        return frozenset(("unreachable", run.node) for run in writers)
    return missing(field)
