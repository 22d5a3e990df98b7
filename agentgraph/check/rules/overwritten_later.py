"""What one agent wrote is overwritten by another that only happens to come later.

## What

Two ways run side by side, and both write the same field. One is longer, so its agent writes later,
over what the other wrote, and nobody has read that by then.

## Why

No step has two writers, so nothing stops the run. Which of the two is lost depends on how many
steps each way has: put one more agent into the shorter way, and it is the other.

## Example

    Edge(plan, search), Edge(search, rank),      # rank writes "offers"
    Edge(plan, look_up),                         # look_up writes "offers", a step before
    Edge([rank, look_up], answer),               # answer never sees what look_up found

## Instead

Let each write a field of its own, give the field a reducer, or run one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.paths import way_to
from agentgraph.check.flow.places import Run
from agentgraph.check.flow.states import ALL
from agentgraph.check.plain.places import written_at
from agentgraph.check.uses import Uses, written_by
from agentgraph.check.walks import owner_of
from agentgraph.check.where import in_brackets

CODE = "AG409"
SEVERITY = "warning"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    writers: dict[str, list[tuple[Run, Item]]] = {}
    for number in flow.reach.order:
        run = flow.web.runs[number]
        if number in flow.known.at and not run.spread:
            for item in written_by(flow, run):
                if item.definition.kind == "write":
                    writers.setdefault(item.definition.field, []).append((run, item))
    several = {field: found for field, found in writers.items() if len(found) > 1}
    uses = Uses(flow) if several else None
    for found in several.values():
        for run, item in found:
            if uses is not None and item not in uses:
                later = [
                    r for r, other in found if other in uses and _comes_after(flow, item, run, r)
                ]
                if later:
                    yield _fault(flow, item, run, later[0])


def _comes_after(flow: Flow, item: Item, run: Run, later: Run) -> bool:
    """Whether `later` starts when `run`, on another way, has written the item."""
    reach = flow.reach
    if not flow.beside.exact or not flow.known.at[later.number][ALL] & flow.items.alike(
        item.number
    ):
        return False
    if (flow.beside.of[run.number] >> later.number) & 1:
        return False
    if (reach.in_ring >> run.number) & 1 or (reach.in_ring >> later.number) & 1:
        return False
    there, back = reach.ancestors[later.number], reach.ancestors[run.number]
    return not (there >> run.number) & 1 and not (back >> later.number) & 1


def _fault(flow: Flow, item: Item, run: Run, later: Run) -> Fault:
    field = item.definition.field
    return Fault(
        message=f"{later.node} overwrites the {field} of {run.node}, which nobody has read",
        at=f"{later.node}.{field}",
        source=written_at(flow, later.node, field) or later.source,
        owner=owner_of(flow, later.node),
        path=way_to(flow, later.number),
        reasons=(
            f"written by: {run.node}{in_brackets(run.source)}, at the same time but sooner",
            f"written by: {later.node}{in_brackets(later.source)}",
        ),
        help=f"let each write a field of its own, or give {field} a reducer",
        root=frozenset({("definition", str(item.definition.number))}),
    )
