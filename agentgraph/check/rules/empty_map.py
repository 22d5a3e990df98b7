"""What follows an empty Map never happens.

## What

A Map may go over an empty list, and its target has no way out that is taken in any case: so with
no element, nothing comes after it.

## Why

Of an empty list nothing runs. The framework then goes on by the target's edges without a guard;
where there are none (a route, guarded edges, nothing at all) the way just ends, and what was
to come after is skipped in silence.

## Example

    Map(plan, over="cities", each="city", to=search, into="offers"),
    Route(search, on="mood", to={"cheap": book_cheap, "fine": book_fine}),

No city, no search, and so no booking.

## Instead

Lead the target on by a plain edge, and decide in the agent after it; or see to it that the list
is never empty (`Annotated[list[str], MinLen(1)]`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentgraph.check.coverage import how_bad
from agentgraph.check.finding import Fault, Severity
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.plain.places import writes
from agentgraph.check.walks import owner_of
from agentgraph.check.where import shown_place
from agentgraph.model.graph import END
from agentgraph.model.plan import Go, Spread

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted

CODE = "AG209"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    if flow.adopted is not None:
        yield from _sent_to_nobody(flow)
        return
    for number in flow.reach.order:
        place = flow.web.stops.get(number)
        if place is None or place not in flow.known.at:
            continue
        spreads = [
            exit_
            for options in flow.web.normal[number]
            if options and isinstance(exit_ := options[0].exit, Spread)
        ]
        severity = how_bad(flow, number) if spreads else None
        if severity is not None:
            yield _fault(flow, flow.web.runs[number], spreads[0], severity)


def _sent_to_nobody(flow: Flow) -> Iterator[Fault]:
    """Routers of an adopted graph that send for each element of a list that may have none."""
    adopted = flow.adopted
    for branch in adopted.branches if adopted is not None else ():
        outcomes = branch.body.outcomes if branch.body is not None else ()
        if (
            adopted is None
            or branch.body is None
            or len(outcomes) != 1
            or not outcomes[0].maybe_none
        ):
            continue
        for target in outcomes[0].targets:
            keys = {read.key for read in branch.body.reads}
            facts = adopted.nodes.get(branch.node)
            emptied = [w for _, w in writes(facts) if w.key in keys and w.may_be_empty]
            if target.repeats and target.sends and emptied and _goes_on(adopted, target.label):
                over = emptied[0].key
                yield Fault(
                    message=f"nothing follows where {over} is empty after {branch.node}",
                    severity="warning",
                    at=f"{branch.node}.{over}",
                    source=target.source,
                    witness={over: []},
                    has_witness=True,
                    reasons=(f"filled by a condition: {shown_place(emptied[0].source)}",),
                    help=f"name a node for that case: [...] or {_after(adopted, target.label)!r}",
                )
                break


def _goes_on(adopted: Adopted, node: object) -> bool:
    return any(source == node and target != "__end__" for source, target in _edges(adopted))


def _after(adopted: Adopted, node: object) -> str:
    return next(t for s, t in _edges(adopted) if s == node and t != "__end__")


def _edges(adopted: Adopted) -> list[tuple[str, str]]:
    exits = [(node.name, one) for node in adopted.plan.nodes for one in node.exits]
    return [(name, one.target) for name, one in exits if isinstance(one, Go) and one.target != END]


def _fault(flow: Flow, run: Run, spread: Spread, severity: Severity) -> Fault:
    return Fault(
        message=f"nothing follows where {spread.over} is empty after {run.node}",
        severity=severity,
        at=f"{run.node}.{spread.over}",
        source=spread.source,
        owner=owner_of(flow, run.node),
        witness={spread.over: []},
        has_witness=True,
        reasons=(f"{spread.target} has no edge that is taken in any case",),
        help=f"lead {spread.target} on by a plain edge, or let {spread.over} never be empty",
    )
