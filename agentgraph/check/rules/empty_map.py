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

from agentgraph.check.coverage import how_bad
from agentgraph.check.finding import Fault, Severity
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.walks import owner_of
from agentgraph.model.plan import Spread

CODE = "AG209"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
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
