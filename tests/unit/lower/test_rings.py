"""Who leads to each other, against networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from agentgraph.lower.rings import levels

NAMES = [f"n{n}" for n in range(12)]
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4, unique=True), min_size=1
).map(
    lambda found: found | {to: [] for tos in list(found.values()) for to in tos if to not in found}
)


@given(GRAPHS)
def test_names_are_ordered_as_networkx_orders_their_rings(ways: dict[str, list[str]]) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(ways)
    graph.add_edges_from((name, to) for name, tos in ways.items() for to in tos)
    rings = list(nx.strongly_connected_components(graph))
    assert levels(ways) == {name: -number for number, ring in enumerate(rings) for name in ring}
    for name, tos in ways.items():
        assert all(levels(ways)[name] <= levels(ways)[to] for to in tos)


def test_a_chain_may_be_long() -> None:
    names = [f"n{n}" for n in range(5_000)]
    ways = {name: [to] for name, to in pairwise(names)} | {names[-1]: []}
    found = levels(ways)
    assert sorted(names, key=lambda name: found[name]) == names
