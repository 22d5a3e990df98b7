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
from agentgraph.check.flow.taken import Taking
from agentgraph.check.plain.certain import decisions_to
from agentgraph.check.plain.places import taken_at
from agentgraph.check.plain.taken import keys_not_given, keys_not_given_to_routers
from agentgraph.check.walks import (
    likely_name,
    missing,
    nearest,
    owner_of,
    takings,
    writers_of,
)
from agentgraph.check.where import in_brackets

CODE = "AG401"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    yield from _not_given(flow)
    yield from _not_given_to_routers(flow)
    by_field: dict[str, list[Taking]] = {}
    for taking in takings(flow):
        absent = flow.effects.absent(taking.need.field)
        if taking.need.required and (taking.values >> absent) & 1:
            by_field.setdefault(taking.need.field, []).append(taking)
    for field, found in by_field.items():
        if flow.adopted is None:
            yield _fault(flow, field, found)
        elif certain := [one for one in found if _is_certain(flow, one)]:
            yield _fault(flow, field, certain)


def _not_given(flow: Flow) -> Iterator[Fault]:
    """What a node of an adopted graph takes of its state, and is never given."""
    for facts, read in keys_not_given(flow):
        adopted = flow.adopted
        exists = adopted is not None and read.key in adopted.keys
        why = (
            f"which {facts.takes.name} does not have" if exists else "which the state does not have"
        )
        if exists and read.key in facts.takes.types:
            why = "which nobody writes"
        close = nearest(read.key, facts.takes.types)
        add = f"add {read.key} to the state and write it"
        if exists and read.key not in facts.takes.types:
            add = f"add {read.key} to {facts.takes.name}"
        yield Fault(
            message=f"{facts.name} reads {read.key}, {why}",
            at=f"{facts.name}.{read.key}",
            source=read.source,
            help=f"did you mean {close}?" if close else add,
            root=missing(read.key),
        )


def _not_given_to_routers(flow: Flow) -> Iterator[Fault]:
    for branch, read in keys_not_given_to_routers(flow):
        close = nearest(read.key, branch.takes.types)
        if read.how == "guarded" and not close:
            continue  # it may serve other graphs as well
        yield Fault(
            message=f"{branch.name} reads {read.key}, which the state does not have",
            severity="warning" if read.how == "guarded" else None,
            at=f"{branch.node}.{read.key}",
            source=read.source,
            help=f"did you mean {close}?" if close else f"add {read.key} to the state and write it",
            root=missing(read.key),
        )


def _is_certain(flow: Flow, taking: Taking) -> bool:
    """Whether an adopted graph goes the way: decisions that hang together may rule it out."""
    item = flow.effects.absent(taking.need.field)
    return decisions_to(flow, item, taking.run.number) <= 1


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
        source=taken_at(flow, first.run.node, field) or first.source,
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
