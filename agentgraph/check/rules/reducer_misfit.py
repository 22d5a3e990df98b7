"""A reducer does not fit its field, or a write does not fit the reducer.

## What

`append` and `upsert` put lists together: the field is no list, it does not begin as one, or what an
agent writes is no list of its elements. Or a reducer of your own says in its types that it takes
something else than what an agent writes, or gives something else than what the field holds.

## Why

Nobody holds a reducer's result against a type. A text that is appended to a list becomes its
letters, one by one, and no error is raised; a number raises, in the middle of the run.

## Example

    class State(TypedDict, total=False):
        facts: Annotated[list[str], append]

    @agent(writes="facts")
    def look_up(query: str) -> str: ...         # one fact, and not a list of one

Which of two agents side by side comes first is settled (by their names, and not by who is faster),
so of reducers that mind the order nothing is said.

## Instead

Write a list of the new elements: `-> list[str]`. Give the field the type that the reducer makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_origin

from msgspec import Struct

from agentgraph.check.finding import Fault, Severity
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.schemas import element_of, list_of, updates_of
from agentgraph.check.plain.kinds import adds
from agentgraph.check.plain.places import writes
from agentgraph.check.walks import owner_of
from agentgraph.check.where import in_brackets
from agentgraph.contracts.guards import overlap
from agentgraph.contracts.relation import compare
from agentgraph.model.contract import Contract, Schema
from agentgraph.model.graph import StateField
from agentgraph.model.source import Source

CODE = "AG405"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")

_LIST: Schema = {"type": "array"}
_NO_LISTS = {"text": "a text", "number": "a number", "truth": "a truth value", "mapping": "a dict"}
_OF_LISTS = ("append", "upsert")


class _Written(Struct, frozen=True):
    by: str
    schema: Schema
    owner: str | None = None
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


def find(flow: Flow) -> Iterator[Fault]:
    if flow.adopted is not None:
        yield from _of_adopted(flow)
        return
    for field in flow.spec.state:
        if field.reducer is None:
            continue
        faults = list(_of_field(field))
        yield from faults
        if not any(fault.severity != "note" for fault in faults):
            yield from _of_writers(flow, field)


def _of_adopted(flow: Flow) -> Iterator[Fault]:
    """What is added to a list and is none."""
    adopted = flow.adopted
    for facts in adopted.nodes.values() if adopted is not None else ():
        for _, write in writes(facts):
            reducer = adopted.reducers.get(write.key) if adopted is not None else None
            kind = adopted.state.types.get(write.key) if adopted is not None else None
            if adds(reducer) and get_origin(kind) is list and write.shape in _NO_LISTS:
                yield Fault(
                    message=f"{facts.name} writes {_NO_LISTS[write.shape]} to {write.key}, and its reducer adds lists",
                    at=f"{facts.name}.{write.key}",
                    source=write.source,
                    help=f"write a list of one to {write.key}",
                )


def _of_field(field: StateField) -> Iterator[Fault]:
    holds = field.contract.accepted
    said = None if field.gives is None else field.gives.produced
    gives = _LIST if field.reducer in _OF_LISTS else said
    if gives is not None and overlap(gives, holds).overlaps == "no":
        made = "lists" if field.gives is None else field.gives.name
        yield _field_fault(
            field, f"{_short(field)} makes {made}, and {field.name} is {field.contract.name}"
        )
    elif field.reducer in _OF_LISTS:
        if field.has_default and not isinstance(field.default, list):
            yield _field_fault(
                field, f"{field.name} does not begin as a list, and {field.reducer} adds to one"
            )
        element = _element(field)
        verdict = compare(list_of(element), holds) if element is not None else None
        if verdict is not None and verdict.status == "incompatible":
            yield Fault(
                message=f"{field.reducer} may make a {field.name} that its type refuses",
                severity="note",
                at=field.name,
                source=field.source,
                reasons=tuple(f"$.{field.name}{r.path[1:]}: {r.sentence}" for r in verdict.reasons),
                help="it is checked where it is read; bound what is written, or the field less",
            )


def _field_fault(field: StateField, message: str) -> Fault:
    return Fault(
        message=message,
        severity=_severity(field),
        at=field.name,
        source=field.source,
        help=f"give {field.name} the type that its reducer makes, or another reducer",
    )


def _of_writers(flow: Flow, field: StateField) -> Iterator[Fault]:
    takes = _taken(field)
    told: set[str] = set()
    for written in _writers(flow, field) if takes is not None else ():
        verdict = compare(written.schema, takes)
        if verdict.status != "incompatible" or written.by in told:
            continue
        told.add(written.by)
        as_list = compare(list_of(written.schema), takes).status == "compatible"
        yield Fault(
            message=f"{written.by} -> the reducer of {field.name}: the contract does not hold",
            severity=_severity(field),
            at=f"{written.by}.{field.name}",
            source=written.source,
            owner=written.owner,
            witness={field.name: verdict.witness},
            has_witness=verdict.has_witness,
            reasons=(
                *(
                    f"$.{field.name}{reason.path[1:]}: {reason.sentence}"
                    for reason in verdict.reasons
                ),
                f"declared: {field.name}, reduced by {_short(field)}{in_brackets(field.source)}",
            ),
            help=f"write a list of one: {_short(field)} takes a list of new elements"
            if as_list
            else f"write what {_short(field)} takes",
        )


def _taken(field: StateField) -> Schema | None:
    """What the reducer takes as an update; None where that cannot be told."""
    if field.reducer not in _OF_LISTS:
        return field.takes.accepted if field.takes is not None else None
    element = _element(field)
    return list_of(element) if element is not None else _LIST


def _element(field: StateField) -> Schema | None:
    accepted = Contract(field.contract.name, field.contract.accepted, field.contract.accepted)
    element = element_of(accepted)
    return None if element is None else element.produced


def _writers(flow: Flow, field: StateField) -> Iterator[_Written]:
    for port in flow.spec.input.ports:
        if port.field == field.name:
            place = flow.spec.input.source
            yield _Written("input", port.contract.produced, source=place)
    for run in flow.web.runs:
        agent = flow.agents.get(run.node)
        if agent is None:
            continue
        owner = owner_of(flow, run.node)
        if run.spread is not None:
            if run.spread.into == field.name:
                made = list_of(updates_of(agent))
                yield _Written(run.node, made, owner, run.spread.source)
            continue
        for write in agent.writes:
            if write.field == field.name:
                yield _Written(run.node, write.contract.produced, owner, agent.source)


def _severity(field: StateField) -> Severity:
    """Of a reducer of the user's we know what it says, not what it does."""
    return "error" if field.reducer in _OF_LISTS else "warning"


def _short(field: StateField) -> str:
    return (field.reducer or "").rpartition(":")[2].rpartition(".")[2]
