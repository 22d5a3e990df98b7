"""It cannot be told whether a contract holds; it is guarded when the graph runs.

## What

A value reaches a place, and no proof was found that it fits there, nor a value that shows that it
does not. Or the accepting type demands more than its schema can say (a validator in Python), so
that fitting the schema is no full proof.

## Why

"Cannot tell" is neither yes nor no. The framework holds every such value against the contract
before the agent starts; what does not fit stops the run there, and not later.

## Example

    class Order(BaseModel):
        code: str

        @field_validator("code")
        @classmethod
        def known_code(cls, code: str) -> str: ...       # no schema can say this

## Instead

Say it in the type where a schema can (`Literal`, `pattern`, bounds); hand on the type itself,
so that both sides demand the same; or accept the note.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.coverage import gaps
from agentgraph.check.finding import Fault
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.effects import Need
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.taken import Taking
from agentgraph.check.walks import owner_of, takings, writer_of
from agentgraph.check.where import in_brackets

CODE = "AG102"
SEVERITY = "note"


def find(flow: Flow) -> Iterator[Fault]:
    told: set[tuple[int, int]] = set()
    sure = _Sure(flow)
    for taking in takings(flow):
        for number in bits(sure.without(taking)):
            item = flow.items.all[number]
            key = (item.definition.number, id(taking.need))
            if key not in told:
                told.add(key)
                why = _why(flow, taking.need, item)
                yield _fault(taking, item, why, owner_of(flow, taking.run.node))
    for gap in gaps(flow):
        if not gap.certain:
            yield Fault(
                message=f"cannot tell whether a {gap.what} after {gap.run.node} is always taken",
                at=gap.run.node,
                source=gap.source,
                owner=owner_of(flow, gap.run.node),
                witness=gap.witness,
                has_witness=gap.has_witness,
                reasons=(gap.why,) if gap.why else (),
                help="add a branch or otherwise= for the rest",
            )


class _Sure:
    """The values of which it is known whether they suit, by the field and the type that is asked for."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._known: dict[tuple[str, int], tuple[int, int]] = {}

    def without(self, taking: Taking) -> int:
        """Of the values that are taken, the others."""
        key = (taking.need.field, id(taking.need.contract))
        known, doubtful = self._known.get(key, (0, 0))
        for number in bits(taking.values & ~known):
            item = self._flow.items.all[number]
            if item.definition.kind not in ("absent", "assumed") and _why(
                self._flow, taking.need, item
            ):
                doubtful |= 1 << number
        self._known[key] = known | taking.values, doubtful
        return taking.values & doubtful


def _why(flow: Flow, need: Need, item: Item) -> str:
    answer = flow.questions.fits(item, need.contract)
    if answer.status == "undecided":
        return answer.why_undecided
    refines = need.contract.refines
    produced = item.definition.contract
    if (
        answer.status == "compatible"
        and refines
        and not (produced and set(refines) <= set(produced.refines))
    ):
        return f"the type demands more than its schema says: {'; '.join(refines)}"
    return ""


def _fault(taking: Taking, item: Item, why: str, owner: str | None) -> Fault:
    reader, definition = taking.run.node, item.definition
    return Fault(
        message=f"{writer_of(definition)} -> {reader}: cannot tell whether the contract holds",
        at=f"{reader}.{taking.need.field}",
        source=taking.source,
        owner=owner,
        reasons=(
            f"$.{taking.need.field}: {why}",
            f"written by: {writer_of(definition)}{in_brackets(definition.source)}",
        ),
        help="it is checked when the graph runs; say it in the type to have it proved",
        because=frozenset({("definition", str(definition.number))}),
    )
