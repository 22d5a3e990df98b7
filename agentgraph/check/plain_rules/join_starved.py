"""A list edge waits for a node that is not always started.

## What

`add_edge([a, b], c)` starts `c` when all of its sources have run. There is a way on which one of them runs
and another one never does.

## Why

`c` then never starts, and the run ends without a word. With a checkpointer the half that has come is kept: on the
next turn `c` may start too early.

## Example

    add_conditional_edges("read", steps, ["references", "test"])     # may name one of them only
    add_edge(["references", "test"], "decide")

## Instead

Start all sources in any case, or lead each to the target by an edge of its own, with `defer=True` on the target
where it has to wait.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.arrivals import Region
from agentgraph.check.flow.dominators import dominators
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Option
from agentgraph.check.flow.pruning import reach_without, without
from agentgraph.check.plain.certain import is_opaque
from agentgraph.model.graph import END
from agentgraph.model.plan import Choose, Join

CODE = "AG804"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or is_opaque(adopted):
        return
    for join in flow.plan.joins:
        if join.barrier and not _is_unsure(flow, join):
            lacking = [one for one in _waits(flow, join) if _can_do_without(flow, join, one)]
            if lacking:
                yield _fault(flow, join, [flow.web.runs[_run(flow, one)].node for one in lacking])


def _is_unsure(flow: Flow, join: Join) -> bool:
    """Whether some router before it may do otherwise than the plan has it."""
    assert flow.adopted is not None
    before = flow.reach.ancestors[flow.web.started[join.barrier]]
    return any(
        option.exit.way in flow.adopted.unsure
        for run in flow.web.runs
        if (before >> run.number) & 1
        for option in flow.web.options(run.number)
    )


def _waits(flow: Flow, join: Join) -> list[int]:
    return [place for place in flow.web.arrivals.get(join.barrier, ()) if place in flow.known.at]


def _run(flow: Flow, place: int) -> int:
    wait = flow.web.wait(place)
    assert wait is not None
    return wait.run


def _can_do_without(flow: Flow, join: Join, place: int) -> bool:
    """Whether another source may arrive while this one does not."""
    places = flow.web.arrivals[join.barrier]
    # A branch to END means to stop: what does not start then is not meant to.
    stopping = {run.number: _ending(flow, run.number) for run in flow.web.runs}
    web = without(flow.web, {run: options for run, options in stopping.items() if options})
    reach = reach_without(web, flow.declared)
    markers: dict[int, list[int]] = {}
    for run in reach.order:
        for mark in web.successors(run):
            markers.setdefault(mark, []).append(run)
    if any(run not in reach.order for run in markers.get(place, [_run(flow, place)])):
        return False
    region = Region(reach, dominators(reach), markers, join.barrier)
    return region.possible(1 << places.index(place))


def _ending(flow: Flow, run: int) -> list[Option]:
    """The options by which a decision ends, where it has others."""
    found: list[Option] = []
    for options in flow.web.normal[run]:
        ends = [o for o in options if isinstance(o.exit, Choose) and o.target in (END, None)]
        found += ends if len(ends) < len(options) else []
    return found


def _fault(flow: Flow, join: Join, lacking: list[str]) -> Fault:
    assert flow.adopted is not None
    names = " or ".join(lacking)
    place = flow.adopted.joins.get((join.sources, join.node))
    return Fault(
        message=f"{join.node} never starts where {names} is left out: it waits for all of {', '.join(join.sources)}",
        at=join.node,
        source=place.source if place is not None else None,
        help=f"start {names} in any case, or give {join.node} an edge of its own from each, and defer=True",
    )
