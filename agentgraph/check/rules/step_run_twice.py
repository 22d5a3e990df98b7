"""An agent that ways of different length start more than once.

## What

Outside any loop, an agent is started, and while it runs something else is under way that will start
it again: two plain edges lead to it, from ways that do not end at the same moment.

## Why

Each start is a run of its own: the model is paid twice, what follows happens twice, and the later run
overwrites the earlier one's result. (Ways of equal length start it once.)

## Example

    Edge(plan, search), Edge(search, rank), Edge(rank, answer),
    Edge(plan, look_up), Edge(look_up, answer),       # answer runs after look_up, and after rank

## Instead

Make it a join, which waits for all that is to come: `Edge([rank, look_up], answer)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.check.plain.places import edge_at
from agentgraph.check.walks import owner_of
from agentgraph.model.source import Source

CODE = "AG207"
SEVERITY = "warning"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    joins = {join.node for join in flow.plan.joins}
    told: list[int] = []
    for number in flow.reach.order:
        run = flow.web.runs[number]
        if number not in flow.known.at or run.spread or run.node in joins:
            continue
        # In a loop, running again is the point; and what follows a doubled step is doubled by it.
        if (flow.reach.in_ring >> number) & 1 or not flow.beside.exact:
            continue
        if any((flow.reach.ancestors[number] >> other) & 1 for other in told):
            continue
        late = [other for other in bits(_under_way(flow, number)) if _together(flow, number, other)]
        if late:
            told.append(number)
            yield _fault(flow, run, [flow.web.runs[other].node for other in late])


def _under_way(flow: Flow, number: int) -> int:
    """What may run beside the agent and leads to it."""
    return flow.beside.runs(number) & flow.reach.ancestors[number] & ~(1 << number)


def _together(flow: Flow, one: int, other: int) -> bool:
    if other not in flow.known.at or flow.web.runs[other].spread:
        return other in flow.known.at
    return bool(flow.states.both(flow.known.at[one][ALL], flow.known.at[other][ALL]))


def _fault(flow: Flow, run: Run, late: list[str]) -> Fault:
    sources = [flow.web.runs[before].node for before in flow.reach.before[run.number]]
    waits = f"let it wait: Edge([{', '.join(dict.fromkeys(sources))}], {run.node})"
    if flow.adopted is not None:
        names = ", ".join(repr(name) for name in dict.fromkeys(sources))
        waits = f"let it wait: add_edge([{names}], {run.node!r})"
    return Fault(
        message=f"{run.node} may run more than once: {late[0]} is still under way when it starts",
        at=run.node,
        source=_first_edge(flow, run, sources) or run.source,
        owner=owner_of(flow, run.node),
        reasons=(f"started by: {', '.join(dict.fromkeys(sources))}",),
        help=waits,
    )


def _first_edge(flow: Flow, run: Run, sources: list[str]) -> Source | None:
    """Where the first of the edges into a node of an adopted graph was added."""
    if flow.adopted is None:
        return None
    found = [place for one in sources if (place := edge_at(flow.adopted, one, run.node))]
    return min(found, default=None)
