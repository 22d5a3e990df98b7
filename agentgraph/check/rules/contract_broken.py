"""A value that reaches an agent does not fit what the agent takes.

## What

Some value that one agent (or the input, or a default) may write reaches another that reads
it, and its contract refuses that value. The finding shows such a value.

## Why

The run stops there, on the first such value: in production, at night.

## Example

    class Intent(BaseModel):
        reason_code: Literal["damaged", "late", "other"]

    @agent
    def check_refund(reason_code: Literal["damaged", "late"]) -> Decision: ...

"other" reaches `check_refund`, which accepts "damaged" and "late".

## Instead

Narrow what is produced, widen what is accepted, or route the odd values elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import is_adapted, misfit_fault, misfits

CODE = "AG101"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    for group in misfits(flow):
        if not any(is_adapted(flow, misfit) for misfit in group):
            yield misfit_fault(flow, group)
