"""Graphs that run side by side hand the same key back.

## What

Two nodes that may run at the same moment both write a key without a reducer, and one of them is a graph, which hands
back every key of its output, also those that it was given and left as they were.

## Why

LangGraph stops the run: a key without a reducer takes one value a step.

## Example

    builder.add_node("prices", price_graph)      # both have `ticker` in their state
    builder.add_node("rumours", rumour_graph)

## Instead

Give the inner graphs an `output_schema` with what they found and no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.clashes import clashes
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.places import facts_of
from agentgraph.check.plain.sending import is_inner

CODE = "AG812"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    found: dict[tuple[int, ...], list[str]] = {}
    for field, group in clashes(flow) if flow.adopted is not None else ():
        inner = [run for run in group if is_inner(flow, run)]
        if inner and all(_gives(flow, run, field) for run in inner):
            found.setdefault(tuple(group), []).append(field)
    for runs, fields in found.items():
        yield _fault(flow, [flow.web.runs[run].node for run in runs], fields)


def _gives(flow: Flow, run: int, field: str) -> bool:
    """Whether a graph certainly hands the key back: one of its nodes writes it always, or it is given it."""
    facts = facts_of(flow, flow.web.runs[run].node)
    inner = facts.inner if facts is not None else None
    if inner is None:
        return False
    if field in inner.input.types:
        state = flow.known.at.get(run, {})
        known = [item for fact in state.values() for item in flow.items_of(fact, field)]
        return any(item.definition.kind != "absent" for item in known)
    return any(w.field == field and w.always for a in inner.spec.agents for w in a.writes)


def _fault(flow: Flow, names: list[str], fields: list[str]) -> Fault:
    places = [place for name in names if (f := facts_of(flow, name)) and (place := f.source)]
    keys = ", ".join(fields)
    return Fault(
        message=f"{', '.join(names[:-1])} and {names[-1]} hand back {keys} at the same moment",
        at=f"{names[-1]}.{fields[0]}",
        source=min(places, default=None),
        help=f"give the inner graphs an output_schema without {keys}",
        root=frozenset(("clash", name, field) for name in names for field in fields),
    )
