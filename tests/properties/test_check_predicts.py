"""What happens in small random graphs was predicted; what cannot happen is not called an error."""

from __future__ import annotations

import pytest

from agentgraph.check.engine import check_graph
from agentgraph.check.flow.flow import Flow, analyse
from tests.hunts.mistakes import alarms
from tests.properties.check_exploring import Exploration, Seen
from tests.properties.check_graphs import Maker, forward
from tests.properties.check_predictions import HAPPENING, unpredicted, unreported
from tests.properties.check_worlds import World

GRAPHS = 600
MOMENTS = 1_500


@pytest.fixture(scope="module")
def explored() -> list[tuple[int, Flow, Seen]]:
    found = []
    for seed in range(GRAPHS):
        spec = Maker(seed).spec()
        exploration = Exploration(World(spec), MOMENTS)
        exploration.run()
        found.append((seed, analyse(spec, exploration.world.plan), exploration.seen))
    return found


def test_all_that_happens_was_predicted(explored: list[tuple[int, Flow, Seen]]) -> None:
    wrong = {seed: lost[:5] for seed, flow, seen in explored if (lost := unpredicted(flow, seen))}
    assert wrong == {}
    starts = sum(len(views) for _, _, seen in explored for views in seen.starts.values())
    turns = sum(seen.turns for _, _, seen in explored)
    print(f"{len(explored)} graphs, {starts} starts seen, {turns} turns that ended: all predicted")
    assert starts > 10 * GRAPHS
    assert turns > GRAPHS


def test_every_fault_that_happens_is_reported(
    explored: list[tuple[int, Flow, Seen]],
) -> None:
    silent = {}
    clean = 0
    for seed, flow, seen in explored:
        findings = check_graph(flow.spec, plan=flow.plan)
        clean += not any(f.severity == "error" for f in findings)
        if lost := unreported(seen.faults, findings):
            silent[seed] = lost
    print(f"{len(explored)} graphs, {clean} without an error")
    assert silent == {}
    assert clean > GRAPHS / 50


def test_what_cannot_go_wrong_is_hardly_ever_called_an_error() -> None:
    """Random wiring makes coincidences that no analysis of this kind tells apart; they stay rare."""
    harmless = alarmed = harmful = 0
    for seed in range(GRAPHS):
        world = World(forward(Maker(seed).spec()))
        exploration = Exploration(world, MOMENTS)
        if not exploration.run():
            continue
        seen = exploration.seen
        findings = check_graph(world.spec, plan=world.plan)
        assert not unpredicted(analyse(world.spec, world.plan), seen), seed
        assert not unreported(seen.faults, findings), seed
        if seen.faults:
            harmful += 1
            continue
        harmless += 1
        alarmed += any(f.severity == "error" and f.code in HAPPENING for f in findings)
    print(f"{harmful} harmful, all told; {harmless} harmless, {alarmed} of them called an error")
    assert harmless > GRAPHS / 5
    assert alarmed <= harmless / 50


def test_loops_are_hardly_ever_called_an_error_in_vain() -> None:
    """Apart from turns that never end, of which nothing else can be told."""
    harmless = alarmed = 0
    for seed in range(GRAPHS, 2 * GRAPHS):
        exploration = Exploration(World(Maker(seed).spec()), MOMENTS)
        if not exploration.run() or exploration.seen.faults or exploration.is_endless():
            continue
        world = exploration.world
        harmless += 1
        alarmed += bool(alarms(check_graph(world.spec, plan=world.plan), exploration))
    print(f"{harmless} harmless, {alarmed} of them called an error")
    assert harmless > GRAPHS / 10
    assert alarmed <= harmless / 25
