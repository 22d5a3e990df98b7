"""What a decision has tested is overwritten at the same moment.

## What

A route or a guarded edge leads to an agent because of what a field holds, and the agent reads that
field. But beside the agent whose way was decided another one runs, and writes something to the
field that the test would not have let through.

## Why

All agents of a step see the state as it was before it, and their writes come after. So the test is
right about a value that is gone when the next agent starts.

## Example

    Edge(START, triage), Edge(START, watch),             # watch writes status, too
    Route(triage, on="status", to={"open": serve, "shut": decline}),

`serve` may start with the status "shut", which `watch` has written meanwhile.

## Instead

Decide after both are done: lead them into a join, and let the route leave that. Or let the other
write a field of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from agentgraph.check.finding import Fault, Root
from agentgraph.check.flow.atoms import Atom
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.paths import is_carried_to
from agentgraph.check.flow.places import Option, Run
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.check.uses import written_by
from agentgraph.check.walks import misfits, owner_of
from agentgraph.check.where import in_brackets
from agentgraph.contracts.relation import Verdict, compare

CODE = "AG306"
SEVERITY = "warning"


class _Race(Struct, eq=False):
    """After `run`, `atom` was found to hold; `item` may be written meanwhile, and does not satisfy it."""

    run: Run
    atom: Atom
    option: Option
    item: Item
    writer: Run
    verdict: Verdict
    readers: list[Run] = field(default_factory=list)


def find(flow: Flow) -> Iterator[Fault]:
    found: dict[tuple[int, int], _Race] = {}
    for number in flow.reach.order:
        if number and number in flow.known.at and flow.beside.exact:
            for race in _races(flow, flow.web.runs[number]):
                key = (number, race.item.definition.number)
                found.setdefault(key, race).readers += race.readers
    wrong = _wrong_at(flow) if found else {}
    for race in found.values():
        yield _fault(flow, race, wrong)


def _races(flow: Flow, run: Run) -> Iterator[_Race]:
    tested = {
        atom.field for option in flow.web.options(run.number) for atom in flow.atoms.of(option)
    }
    written = {item.definition.field for item in written_by(flow, run)}
    for other, item in _beside(flow, run, tested - written):
        for option in flow.web.options(run.number):
            readers = [r for r in _targets(flow, option) if _reads(flow, r, item)]
            atoms = [atom for atom in flow.atoms.of(option) if atom.field == item.definition.field]
            for atom in atoms if readers else ():
                verdict = compare(flow.questions.schema_of([item]), atom.schema)
                if verdict.status == "incompatible":
                    yield _Race(run, atom, option, item, other, verdict, readers)


def _beside(flow: Flow, run: Run, fields: set[str]) -> Iterator[tuple[Run, Item]]:
    """What may be written to the fields while the run is under way."""
    here = flow.known.at[run.number][ALL]
    for number in bits(flow.beside.runs(run.number)) if fields else ():
        if number == run.number or number not in flow.known.at:
            continue
        other = flow.web.runs[number]
        items = [
            item
            for item in written_by(flow, other)
            if item.definition.field in fields and item.definition.kind == "write"
        ]
        if items and flow.states.both(here, flow.known.at[number][ALL]):
            yield from ((other, item) for item in items)


def _targets(flow: Flow, option: Option) -> list[Run]:
    runs = flow.web.runs
    return [runs[mark] for mark in option.marks if mark < len(runs) and not runs[mark].spread]


def _reads(flow: Flow, run: Run, item: Item) -> bool:
    return any(need.field == item.definition.field for need in flow.effects.of[run.number].needs)


def _wrong_at(flow: Flow) -> dict[int, set[int]]:
    """Per definition that does not fit somewhere, the runs where it does not."""
    found: dict[int, set[int]] = {}
    for misfit in (one for group in misfits(flow) for one in group):
        found.setdefault(misfit.item.definition.number, set()).add(misfit.taking.run.number)
    return found


def _fault(flow: Flow, race: _Race, wrong: dict[int, set[int]]) -> Fault:
    name = race.item.definition.field
    readers = list(dict.fromkeys(race.readers))
    return Fault(
        message=f"{race.writer.node} may overwrite {name} while the way after {race.run.node} is decided on it",
        at=f"{race.run.node}.{name}",
        source=race.option.source,
        owner=owner_of(flow, race.run.node),
        witness=race.verdict.witness,
        has_witness=race.verdict.has_witness,
        reasons=(
            *(f"tested: {guard.text}" for guard, held in race.option.tests if held),
            f"written by: {race.writer.node}{in_brackets(race.writer.source)}, in the same step",
            *(f"read by: {one.node}{in_brackets(one.source)}" for one in readers),
        ),
        help=f"decide when both are done, or let {race.writer.node} write a field of its own",
        root=_explained(flow, race, readers, wrong),
    )


def _explained(
    flow: Flow, race: _Race, readers: list[Run], wrong: dict[int, set[int]]
) -> frozenset[Root]:
    """The misfits of the value, where it is this race alone that brings it there."""
    definition = race.item.definition
    there = wrong.get(definition.number, set())
    alone = there <= {one.number for one in readers} and not any(
        is_carried_to(flow, race.item.number, run) for run in there
    )
    return frozenset({("definition", str(definition.number))} if there and alone else ())
