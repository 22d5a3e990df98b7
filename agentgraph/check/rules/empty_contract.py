"""A contract that no value satisfies.

## What

What an agent takes or gives, or a field of the state, the input or the output, has a type that
admits no value at all.

## Why

Nothing can ever fit. The first run that gets there stops, whatever it carries.

## Example

    class Order(BaseModel):
        amount: Annotated[int, Field(ge=10, le=5)]

## Instead

Correct the bounds, the pattern or the union.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.model.contract import Contract
from agentgraph.model.source import Source

CODE = "AG103"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    told: set[str] = set()
    for contract, reading, at, source in _contracts(flow):
        schema = contract.produced if reading == "gives" else contract.accepted
        if contract.name not in told and flow.questions.admits_nothing(schema):
            told.add(contract.name)
            yield Fault(
                message=f"no value satisfies {contract.name}",
                at=at,
                source=source,
                help="correct the bounds, the pattern or the union",
                root=frozenset({("empty", contract.name)}),
            )


def _contracts(flow: Flow) -> Iterator[tuple[Contract, str, str, Source | None]]:
    spec = flow.spec
    for field in spec.state:
        yield field.contract, "takes", field.name, field.source
    for port in spec.input.ports:
        yield port.contract, "takes", f"START.{port.field}", spec.input.source
    for port in spec.output.ports:
        yield port.contract, "takes", f"END.{port.field}", spec.output.source
    for agent in flow.agents.values():
        for read in agent.reads:
            yield read.contract, "takes", f"{agent.name}.{read.field}", agent.source
        for write in agent.writes:
            yield write.contract, "gives", f"{agent.name}.{write.field}", agent.source
