"""What an agent writes does not fit the field of the state.

## What

The state names the type of a field, and an agent writes values to it that this type refuses.

## Why

Every other agent relies on the state's type. A value that does not keep to it would rest in the
checkpoint, and stop a run where it is read, far from where it was written.

## Example

    class State(TypedDict, total=False):
        amount: float

    @agent(writes="amount")
    def tell_amount(query: str) -> float | None: ...

## Instead

Narrow what the agent returns, or widen the field's type in the state.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import owner_of
from agentgraph.check.where import in_brackets

CODE = "AG104"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    state = {field.name: field for field in flow.spec.state if field.declared and not field.reducer}
    mapped = {run.node for run in flow.web.runs if run.spread is not None}
    for run in flow.web.runs:
        if run.node in mapped and flow.declared.rank[run.number] < 0:
            continue  # it runs for elements alone, and what it writes is collected
        effect = flow.effects.of[run.number]
        for field, number in (*effect.always.items(), *effect.maybe.items()):
            item = flow.items.all[number]
            known = state.get(field)
            if known is None or item.definition.kind == "empty" or item.definition.contract is None:
                continue
            answer = flow.questions.fits(item, known.contract)
            if answer.status != "incompatible":
                continue
            yield Fault(
                message=f"{run.node} -> the state's {field}: the contract does not hold",
                at=f"{run.node}.{field}",
                source=item.definition.source,
                owner=owner_of(flow, run.node),
                witness=answer.witness,
                has_witness=answer.has_witness,
                reasons=(*answer.reasons, f"declared: {field}{in_brackets(known.source)}"),
                help=f"narrow what {run.node} writes to {field}, or widen the field",
                # What reads the same value and refuses it is a consequence.
                root=frozenset({("definition", str(item.definition.number))}),
            )
