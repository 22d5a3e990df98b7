"""A declared graph, lowered: what is checked is what runs."""

from __future__ import annotations

from agentgraph.lower.adapters import Hops, place_adapters
from agentgraph.lower.exits import exits_by_source
from agentgraph.lower.joins import find_joins, join_nodes
from agentgraph.lower.refusals import refuse_broken
from agentgraph.model.graph import START, GraphSpec
from agentgraph.model.plan import Counter, Exit, Go, Node, Plan

_Exits = dict[str, list[Exit]]


def lower_graph(spec: GraphSpec) -> Plan:
    """The plan of `spec`: helper nodes, joins, loop counters, per-turn clearing.

    Deterministic, and cheap: linear in agents and ways. DeclarationError: names that
    nobody declared, or a Map that leads into a join.
    """
    hops = place_adapters(spec)
    refuse_broken(spec, join_nodes(spec, hops.by_way))
    normal, failure = exits_by_source(spec, hops.by_way)
    nodes = _nodes(spec, hops, normal, failure)
    start = tuple(normal.get(START, ()))
    return Plan(
        graph=spec.name,
        start=start,
        nodes=nodes,
        joins=find_joins(start, nodes, join_nodes(spec, hops.by_way)),
        counters=tuple(counter.field for counter in _counters(start, nodes)),
        clears=tuple(field.name for field in spec.state if not field.kept),
    )


def _nodes(spec: GraphSpec, hops: Hops, normal: _Exits, failure: _Exits) -> tuple[Node, ...]:
    agents = tuple(
        Node(
            name=agent.name,
            agent=agent.name,
            exits=tuple(normal.get(agent.name, ())),
            failure=tuple(failure.get(agent.name, ())),
            source=agent.source,
        )
        for agent in spec.agents
        if agent.name not in hops.only_adapters
    )
    return agents + hops.nodes


def _counters(start: tuple[Exit, ...], nodes: tuple[Node, ...]) -> list[Counter]:
    every = [*start, *(exit_ for node in nodes for exit_ in (*node.exits, *node.failure))]
    return [exit_.counter for exit_ in every if isinstance(exit_, Go) and exit_.counter]
