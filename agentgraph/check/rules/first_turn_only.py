"""It works on the first turn only.

## What

A kept field begins a later turn with what an earlier one has left. On the first turn its default, or its
absence, protects what looks at it; on the second an agent that reads it refuses what is there, a
route has no branch for it, or the output is not allowed to be it.

## Why

Tests ask one question. The conversation breaks at the second.

## Example

    class State(BaseModel):
        stage: Annotated[Literal["new", "done"], kept] = "new"

    Route(START, on="stage", to={"new": greet}),        # and when it is "done"?

## Instead

Say what happens to what the last turn has left: another branch, a wider type. Or write the field
before it is read; or do not keep it, and it is new on each turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msgspec import Struct

from agentgraph.check.coverage import gaps
from agentgraph.check.endings import ill_typed
from agentgraph.check.finding import Fault
from agentgraph.check.flow.definitions import Definition
from agentgraph.check.flow.flow import Flow, analyse
from agentgraph.check.flow.paths import way_to
from agentgraph.check.flow.reach import bits
from agentgraph.check.walks import misfits, owner_of, writer_of
from agentgraph.check.where import in_brackets
from agentgraph.model.contract import Json
from agentgraph.model.graph import END
from agentgraph.model.source import Source

CODE = "AG408"
SEVERITY = "error"


class _Break(Struct, frozen=True, eq=False):
    """Something that does not hold for `definitions`; `keys` name its places, whatever the turn."""

    keys: frozenset[str]
    node: str
    what: str
    definitions: tuple[Definition, ...]
    run: int | None = None
    witness: Json = None
    has_witness: bool = False
    reasons: tuple[str, ...] = ()
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


def find(flow: Flow) -> Iterator[Fault]:
    held = _held(flow)
    broken = [
        one
        for one in (_breaks(flow) if held else ())
        if all(definition.number in held for definition in one.definitions)
    ]
    if not broken:
        return
    first = {key for one in _breaks(_first_turn(flow)) for key in one.keys}
    by_field: dict[str, list[_Break]] = {}
    for one in broken:
        if not one.keys & first:
            by_field.setdefault(one.definitions[0].field, []).append(one)
    for found in by_field.values():
        yield _fault(flow, found)


def _held(flow: Flow) -> set[int]:
    """The definitions with which a later turn may begin."""
    found = 0
    for run in flow.known.left:
        found |= flow.effects.left_by(run)
    return {flow.items.all[number].definition.number for number in bits(found)}


def _first_turn(flow: Flow) -> Flow:
    """What is known where nothing is left from before."""
    state = tuple(replace(field, kept=False) for field in flow.spec.state)
    return analyse(replace(flow.spec, state=state), flow.plan, flow.questions)


def _breaks(flow: Flow) -> Iterator[_Break]:
    for group in misfits(flow):
        one = group[0]
        field, node = one.taking.need.field, one.taking.run.node
        answer = flow.questions.fits(one.item, one.taking.need.contract)
        yield _Break(
            frozenset(f"read {misfit.taking.run.node}.{field}" for misfit in group),
            node,
            f"{node} takes {field} as it is",
            tuple(dict.fromkeys(misfit.item.definition for misfit in group)),
            one.taking.run.number,
            answer.witness,
            answer.has_witness,
            answer.reasons,
            one.taking.source,
        )
    yield from _undecided(flow)
    for port in flow.spec.output.ports:
        for item in ill_typed(flow, port):
            answer = flow.questions.fits(item, port.contract)
            yield _Break(
                frozenset({f"output {port.field}"}),
                END,
                f"the output {port.field} holds",
                (item.definition,),
                None,
                answer.witness,
                answer.has_witness,
                answer.reasons,
                item.definition.source,
            )


def _undecided(flow: Flow) -> Iterator[_Break]:
    for gap in gaps(flow):
        if gap.certain and gap.writers:
            node = gap.run.node
            yield _Break(
                frozenset({f"gap {node} {gap.way}"}),
                node,
                f"a {gap.what} after {node} is taken",
                gap.writers,
                gap.run.number,
                gap.witness,
                gap.has_witness,
                gap.reasons,
                gap.source,
            )


def _fault(flow: Flow, broken: list[_Break]) -> Fault:
    one = broken[0]
    writers = list(dict.fromkeys(d for other in broken for d in other.definitions))
    field = writers[0].field
    return Fault(
        message=f"{one.what} on the first turn only: {field} is kept",
        at=f"{one.node}.{field}",
        source=one.source,
        owner=owner_of(flow, one.node),
        witness=one.witness,
        has_witness=one.has_witness,
        path=_two_turns(flow, writers[0], one.run),
        reasons=(
            *one.reasons,
            *(
                f"written by: {writer_of(d)}{in_brackets(d.source)}, on an earlier turn"
                for d in writers
            ),
        ),
        help=f"say what follows when {field} is what the last turn left, or do not keep it",
        root=frozenset(("definition", str(d.number)) for d in writers),
    )


def _two_turns(flow: Flow, writer: Definition, run: int | None) -> tuple[str, ...]:
    """A way to the writer, and in the next turn one to where it breaks."""
    runs = [one.number for one in flow.web.runs if one.node == writer.node]
    reached = next((number for number in runs if number in flow.known.at), None)
    if reached is None or run is None:
        return ()
    return (*way_to(flow, reached), *way_to(flow, run))
