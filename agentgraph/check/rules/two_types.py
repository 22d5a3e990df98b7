"""A field that is written with two types.

## What

The state is inferred from the agents, and two of them write the same field with types of which neither
fits the other.

## Why

One name for two things: whoever reads the field gets now one, now the other. Where the state is
declared, its type says what is meant; here nobody has said it.

## Example

    @agent(writes="result")
    def search(query: str) -> list[str]: ...

    @agent(writes="result")
    def summarise(text: str) -> str: ...

## Instead

Give each its own field, or declare the field's type in `state=`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.reach import bits
from agentgraph.check.walks import owner_of, writer_of
from agentgraph.check.where import in_brackets
from agentgraph.contracts.describe import describe

CODE = "AG406"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    for field in flow.spec.state:
        if field.declared:
            continue
        written = _written(flow, field.name)
        pair = next(
            (
                (one, other)
                for n, one in enumerate(written)
                for other in written[n + 1 :]
                if _differ(flow, one, other)
            ),
            None,
        )
        if pair is not None:
            yield _fault(flow, *pair)


def _written(flow: Flow, field: str) -> list[Item]:
    items = (flow.items.all[number] for number in bits(flow.items.of_field.get(field, 0)))
    kinds = ("input", "write", "collected")
    return [item for item in items if item.definition.kind in kinds and not item.atoms]


def _differ(flow: Flow, one: Item, other: Item) -> bool:
    first, second = one.definition.contract, other.definition.contract
    if first is None or second is None or one.definition.node == other.definition.node:
        return False
    field = one.definition.field
    return all(
        flow.questions.produced_within(produced, wider, field) == "incompatible"
        for produced, wider in ((first, second), (second, first))
    )


def _fault(flow: Flow, one: Item, other: Item) -> Fault:
    first, second = one.definition, other.definition
    assert first.contract is not None
    assert second.contract is not None
    return Fault(
        message=f"{first.field} is written with two types, by {writer_of(first)} and by {writer_of(second)}",
        at=f"{writer_of(second)}.{first.field}",
        source=second.source,
        owner=owner_of(flow, second.node or ""),
        reasons=tuple(
            f"{writer_of(d)} writes {describe(d.contract)}{in_brackets(d.source)}"
            for d in (first, second)
            if d.contract is not None
        ),
        help="give each a field of its own, or declare the type in state=",
        root=frozenset({("definition", str(first.number)), ("definition", str(second.number))}),
    )
