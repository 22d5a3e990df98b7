"""A branch that is never taken.

## What

Nothing that can be in the state when the decision is made leads to this branch, case or guarded
edge: its label is not among the values, or earlier cases take all of it.

## Why

Dead code in a graph is usually a label that was renamed on one side only.

## Example

    class Intent(BaseModel):
        intent: Literal["order", "refund"]

    Route(classify, on="intent", to={"order": look_up, "refnd": check_refund})

## Instead

Correct the label or the guard, or take the branch out.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Option, Run
from agentgraph.check.walks import nearest, owner_of, seen_by_exits
from agentgraph.model.plan import Choose

CODE = "AG303"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    for number in sorted(flow.dead, key=lambda run: flow.declared.rank[run]):
        if number not in flow.known.left:
            continue  # itself behind a branch that is never taken
        run = flow.web.runs[number]
        normal = [option for options in flow.declared.web.normal[number] for option in options]
        for option in flow.dead[number]:
            if option.kind == "taken" and option.marks and option in normal:
                yield _fault(flow, run, option)


def _fault(flow: Flow, run: Run, option: Option) -> Fault:
    what = "branch" if isinstance(option.exit, Choose) else "edge"
    close = _close(flow, run, option)
    return Fault(
        message=f"the {what} from {run.node} to {option.target} is never taken",
        at=run.node,
        source=option.source,
        owner=owner_of(flow, run.node),
        reasons=tuple(guard.text for guard, held in option.tests if held),
        help=f"did you mean {close!r}?" if close else f"correct it, or take the {what} out",
        because=frozenset({("route", run.node, str(option.exit.way))}),
    )


def _close(flow: Flow, run: Run, option: Option) -> str | None:
    exit_ = option.exit
    if not isinstance(exit_, Choose) or exit_.by != "field" or not exit_.on:
        return None
    label = next((b.label for b in exit_.branches if b.target == option.target), None)
    values: list[str] = []
    for item in flow.items_of(seen_by_exits(flow, run), exit_.on):
        contract = item.definition.contract
        schema = contract.produced if contract else True
        if isinstance(schema, dict):
            values += [value for value in schema.get("enum", ()) if isinstance(value, str)]
    return nearest(label, values) if isinstance(label, str) else None
