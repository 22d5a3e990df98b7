"""Two guarded edges that were meant as alternatives, and are both taken at their border.

## What

Two edges leave an agent, one guarded from a number upwards, the other up to the same number, and both
include it. For that one value both are taken.

## Why

Everywhere else exactly one of them is: so that is what was meant. At the border two agents
run side by side, and what follows happens twice, or clashes.

## Example

    Edge(rate, publish, when=field("score") >= 0.7),
    Edge(rate, rewrite, when=field("score") <= 0.7),      # and exactly 0.7?

Guards that overlap in more than one number are taken for what they say: both. So are guards on
texts, where a value like "both" is often meant for two agents.

## Instead

Let one of them leave the border out (`<` for `<=`), or say that one is taken:
`Route(rate, cases=[(field("score") >= 0.7, publish)], otherwise=rewrite)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.walks import owner_of, seen_by_exits
from agentgraph.contracts.guards import narrow, overlap
from agentgraph.model.contract import Json
from agentgraph.model.guard import Guard
from agentgraph.model.plan import Go

CODE = "AG302"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    for number in flow.reach.order:
        if number not in flow.known.left:
            continue
        run = flow.web.runs[number]
        guarded = [
            exit_
            for options in flow.web.normal[number]
            if options and isinstance(exit_ := options[0].exit, Go) and _is_half_line(exit_.when)
        ]
        for one, other in combinations(guarded, 2):
            if one.when is None or other.when is None or one.target == other.target:
                continue
            border = _border(one.when, other.when)
            if border is not None and _may_be(flow, run, one.when.fields[0], border):
                yield _fault(flow, run, one, other, border)


def _is_half_line(guard: Guard | None) -> bool:
    """Whether it asks of one field that it is at or above, or at or below, a number."""
    return guard is not None and len(guard.fields) == 1 and _bound(guard) is not None


def _bound(guard: Guard) -> tuple[str, Json] | None:
    """Which bound the guard sets, and where; it is included."""
    (name,) = guard.fields
    schema = guard.schema
    leaf = schema.get("properties", {}).get(name) if isinstance(schema, dict) else None
    if not isinstance(leaf, dict):
        return None
    if set(leaf) == {"type", "minimum"} or set(leaf) == {"type", "maximum"}:
        (kind,) = set(leaf) - {"type"}
        return kind, leaf[kind]
    if set(leaf) == {"not"} and isinstance(leaf["not"], dict):
        # What is not below a bound is at or above it.
        opposite = {"exclusiveMaximum": "minimum", "exclusiveMinimum": "maximum"}
        for kind, meant in opposite.items():
            if kind in leaf["not"]:
                return meant, leaf["not"][kind]
    return None


def _border(one: Guard, other: Guard) -> Json:
    """The one number that two guards of one field share; None where they share none, or more."""
    first, second = _bound(one), _bound(other)
    if one.fields != other.fields or first is None or second is None or first[0] == second[0]:
        return None
    return first[1] if first[1] == second[1] else None


def _may_be(flow: Flow, run: Run, field: str, value: Json) -> bool:
    """Whether the field can have the value when the edges are looked at."""
    here: Json = {"properties": {field: {"const": value}}, "required": [field]}
    for item in flow.items_of(seen_by_exits(flow, run), field):
        if item.definition.kind in ("absent", "assumed"):
            continue
        known = flow.questions.schema_of([item])
        if overlap(narrow(known, here), True).overlaps == "yes":
            return True
    return False


def _fault(flow: Flow, run: Run, one: Go, other: Go, border: Json) -> Fault:
    assert one.when is not None
    assert other.when is not None
    (field,) = one.when.fields
    return Fault(
        message=f"both {one.target} and {other.target} follow {run.node} when {field} is {border}",
        at=f"{run.node}.{field}",
        source=other.source,
        owner=owner_of(flow, run.node),
        witness={field: border},
        has_witness=True,
        reasons=(one.when.text, other.when.text),
        help="let one of them leave the border out, or use a Route, which takes exactly one way",
        root=frozenset({("border", *sorted((one.target, other.target)))}),
    )
