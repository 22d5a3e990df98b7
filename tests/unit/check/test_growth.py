"""What checking costs grows with the graph as it should: counted in steps, for no clock is steady."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentgraph.check.engine import check_graph
from agentgraph.check.flow.flow import Flow, analyse
from agentgraph.lower.plan import lower_graph
from agentgraph.model.graph import GraphSpec
from benchmarks import _graphs as made

SHAPES: dict[str, Callable[[int], GraphSpec]] = {
    "layers": lambda size: made.layers(10 * size),
    "side by side": made.side_by_side,
    "chains": lambda size: made.chains(4, size),
    "loops within loops": made.loops_within_loops,
    "joins in a row": made.joins_in_a_row,
    "labels": lambda size: made.branches(size, by_guards=False),
    "guards": lambda size: made.branches(size, by_guards=True),
}


def flow_of(spec: GraphSpec) -> Flow:
    return analyse(spec, lower_graph(spec))


def effort(flow: Flow) -> dict[str, int]:
    return {
        "visits": flow.fixpoint._visits,
        "steps": flow.beside._steps,
        "facts": sum(len(state) for state in flow.known.at.values()),
        "items": len(flow.items.all),
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_graph_costs_twice_as_much(shape: str) -> None:
    once, twice = (effort(flow_of(SHAPES[shape](size))) for size in (40, 80))
    for what, spent in twice.items():
        assert spent <= 2.2 * once[what] + 20, what


def test_loops_side_by_side_cost_no_more_than_their_pairs() -> None:
    flow = flow_of(made.loops_side_by_side(12, 6))
    pairs = sum(found.bit_count() for found in flow.beside.of)
    assert flow.beside.exact
    assert flow.beside._steps < pairs / 2


def test_what_was_asked_once_of_contracts_is_not_asked_again() -> None:
    small, large = (flow_of(made.layers(count)).questions.asked for count in (2_000, 4_000))
    assert large < 1.2 * small


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_wrong_with_the_shapes(shape: str) -> None:
    assert [f for f in check_graph(SHAPES[shape](10)) if f.severity == "error"] == []


def test_flags_and_faults_are_found_out() -> None:
    assert [f for f in check_graph(made.flags(6)) if f.severity == "error"] == []
    told = check_graph(made.faulty(100))
    assert sum(f.code == "AG401" for f in told) == 10
    assert any(f.code == "AG101" for f in told)
