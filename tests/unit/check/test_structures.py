"""The small algorithms that the analysis stands on, against plain ones."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from agentgraph.check.flow.combine import combined
from agentgraph.check.flow.definitions import Items
from agentgraph.check.flow.dominators import dominators
from agentgraph.check.flow.gather import Gather
from agentgraph.check.flow.places import web_of
from agentgraph.check.flow.reach import bits, reach_of
from agentgraph.lower.plan import lower_graph
from tests.properties.check_graphs import Maker


@given(st.lists(st.integers(0, 2**40)), st.data())
def test_a_union_over_many_is_the_union_of_each(values: list[int], data: st.DataObject) -> None:
    mask = data.draw(st.integers(0, 2 ** len(values) - 1))
    expected = 0
    for position in bits(mask):
        expected |= values[position]
    gather = Gather(values)
    for but in range(len(values)):
        assert gather.of(mask, but) == expected


@given(st.integers(0, 100_000))
def test_dominators_rings_and_ancestors_are_those_of_networkx(seed: int) -> None:
    reach = reach_of(web_of(lower_graph(Maker(seed).spec())))
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(reach.after)))
    graph.add_edges_from((a, b) for a, found in enumerate(reach.after) for b in found)
    reached = {0} | nx.descendants(graph, 0)
    assert set(reach.order) == reached
    known = dominators(reach)
    expected = nx.immediate_dominators(graph.subgraph(reached), 0)
    assert {run: known[run] for run in reached if run} == {
        run: before for run, before in expected.items() if run
    }
    for component in nx.strongly_connected_components(graph):
        assert len({reach.rings[run] for run in component}) == 1
    for run in graph:
        assert set(bits(reach.ancestors[run])) == nx.ancestors(graph, run) | {run}


def test_an_item_holds_out_only_where_nothing_that_rules_it_out_must_come() -> None:
    items = Items()
    absent, written = items.define("x", "absent"), items.define("x", "write")
    facts = [1 << absent, 1 << written]
    assert combined(items, facts, lambda _: True) == 1 << absent | 1 << written
    # The second source comes whenever the first does: then it has been written.
    assert combined(items, facts, lambda lacking: lacking != 0b10) == 1 << written
    assert combined(items, [0, 0], lambda _: True) == 0
