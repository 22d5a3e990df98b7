"""What happens in small random graphs was predicted; what cannot happen is not called an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from agentgraph.check.engine import check_graph
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow, analyse
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from tests.properties.check_graphs import Maker, forward
from tests.properties.check_worlds import Fault, World

GRAPHS = 600
MOMENTS = 1_500


def run_of(flow: Flow, key: tuple[str, bool]) -> int:
    node, mapped = key
    if not mapped:
        return flow.web.plain[node]
    return next(run.number for run in flow.web.runs if run.node == node and run.spread)


def matches(item: Item, value: tuple[Any, str] | None) -> bool:
    """Whether an item tells of a value with this history."""
    definition = item.definition
    if value is None:
        return definition.kind == "absent"
    found, by = value
    kind, _, node = by.partition(":")
    if definition.kind != kind or (node and definition.node != node):
        return False
    return all(
        jsonschema_rs.Draft202012Validator(atom.schema).is_valid({atom.field: found})
        for atom in item.atoms
        if atom.field == definition.field
    )


def unpredicted(flow: Flow, world: World) -> list[str]:
    found = []
    for key, views in world.seen.starts.items():
        run = run_of(flow, key)
        fact = flow.known.given.get(run, 0) if key[1] else flow.known.at.get(run, {}).get(ALL, 0)
        fields = [r.field for r in world.agents[key[0]].reads] if key[1] else flow.effects.fields
        for view in views:
            found += [
                f"{key}: {field} = {view.get(field)}"
                for field in fields
                if not any(matches(item, view.get(field)) for item in flow.items_of(fact, field))
            ]
    for pair in world.seen.pairs:
        one, other = pair
        if not (flow.beside.runs(run_of(flow, one)) >> run_of(flow, other)) & 1:
            found.append(f"{sorted(pair)} side by side")
    for key in world.seen.twins:
        run = run_of(flow, key)
        if not (flow.beside.runs(run) >> run) & 1:
            found.append(f"{key} beside itself")
    for state in world.seen.ends:
        for port in flow.spec.output.ports:
            items = [
                flow.items.all[n] for n in bits(flow.known.end & flow.items.of_field[port.field])
            ]
            if not any(matches(item, state.get(port.field)) for item in items):
                found.append(f"end: {port.field} = {state.get(port.field)}")
    return sorted(set(found))


CODES = {
    "absent": {"AG401"},
    "misfit": {"AG101"},
    # What is decided on several fields at once may be left undecided, and is then noted.
    "no branch": {"AG301", "AG102"},
    "clash": {"AG402"},
    "no output": {"AG105", "AG203", "AG301"},
    "bad output": {"AG105"},
}


HAPPENING = {"AG101", "AG105", "AG203", "AG209", "AG301", "AG401", "AG402"}
"""Codes of errors that a turn runs into; the others are faults of the graph as it is written."""


def unreported(faults: set[Fault], findings: list[Any]) -> list[Fault]:
    told = {pair for finding in findings for pair in _told(finding)}
    return [
        fault
        for fault in faults
        if not any(
            (code, word) in told for code in CODES[fault.kind] for word in (fault.field, fault.node)
        )
        and not (fault.kind == "no output" and any(code in ("AG301", "AG209") for code, _ in told))
    ]


def _told(finding: Any) -> Iterator[tuple[str, str]]:
    """Codes with the names that go with them, those of related findings included."""
    for text in (f"{finding} {finding.place} {' '.join(finding.reasons)}", *finding.related):
        for code in re.findall(r"AG\d\d\d", text):
            yield from ((code, word) for word in re.findall(r"\w+", text))


@pytest.fixture(scope="module")
def explored() -> list[tuple[int, Flow, World, bool]]:
    found = []
    for seed in range(GRAPHS):
        spec = Maker(seed).spec()
        world = World(spec)
        complete = world.explore(MOMENTS)
        found.append((seed, analyse(spec, world.plan), world, complete))
    return found


def test_all_that_happens_was_predicted(explored: list[tuple[int, Flow, World, bool]]) -> None:
    wrong = {
        seed: lost[:5] for seed, flow, world, _ in explored if (lost := unpredicted(flow, world))
    }
    assert wrong == {}
    starts = sum(len(views) for _, _, world, _ in explored for views in world.seen.starts.values())
    turns = sum(world.seen.turns for _, _, world, _ in explored)
    print(f"{len(explored)} graphs, {starts} starts seen, {turns} turns that ended: all predicted")
    assert starts > 10 * GRAPHS
    assert turns > GRAPHS


def test_every_fault_that_happens_is_reported(
    explored: list[tuple[int, Flow, World, bool]],
) -> None:
    silent = {}
    clean = 0
    for seed, flow, world, _ in explored:
        findings = check_graph(flow.spec, plan=flow.plan)
        clean += not any(f.severity == "error" for f in findings)
        if lost := unreported(world.seen.faults, findings):
            silent[seed] = lost
    print(f"{len(explored)} graphs, {clean} without an error")
    assert silent == {}
    assert clean > GRAPHS / 50


def test_what_cannot_go_wrong_is_hardly_ever_called_an_error() -> None:
    """Random wiring makes coincidences that no analysis of this kind tells apart; they stay rare."""
    harmless = alarmed = harmful = 0
    for seed in range(GRAPHS):
        world = World(forward(Maker(seed).spec()))
        if not world.explore(MOMENTS):
            continue
        findings = check_graph(world.spec, plan=world.plan)
        assert not unpredicted(analyse(world.spec, world.plan), world), seed
        assert not unreported(world.seen.faults, findings), seed
        if world.seen.faults:
            harmful += 1
            continue
        harmless += 1
        alarmed += any(f.severity == "error" and f.code in HAPPENING for f in findings)
    print(f"{harmful} harmful, all told; {harmless} harmless, {alarmed} of them called an error")
    assert harmless > GRAPHS / 5
    assert alarmed <= harmless / 50
