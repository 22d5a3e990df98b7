"""Adapters become nodes of their own, one for each edge that names one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from agentgraph.model.graph import EdgeSpec, GraphSpec, RouteSpec, Way
from agentgraph.model.plan import Go, Node


class Hops(Struct, frozen=True):
    """The helper nodes.

    `by_way` names the helper of each way (an index into `GraphSpec.ways`) that has one;
    `only_adapters` are the agents that stand nowhere else, so that they get no node of
    their own.
    """

    nodes: tuple[Node, ...]
    by_way: dict[int, str]
    only_adapters: frozenset[str]

    __hash__ = None  # type: ignore[assignment]


def place_adapters(spec: GraphSpec) -> Hops:
    """A helper for each edge with an adapter, named after it, numbered where that is taken."""
    adapted = [
        (index, way)
        for index, way in enumerate(spec.ways)
        if isinstance(way, EdgeSpec) and way.adapter is not None
    ]
    standing = {name for way in spec.ways for name in way_ends(way)}
    only = frozenset(way.adapter for _, way in adapted if way.adapter) - standing
    taken = {agent.name for agent in spec.agents} - only
    nodes: list[Node] = []
    by_way: dict[int, str] = {}
    for index, way in adapted:
        adapter = way.adapter or ""
        name = _free_name(adapter, taken)
        taken.add(name)
        by_way[index] = name
        go = Go(target=way.target, way=index, source=way.source)
        nodes.append(Node(name=name, agent=adapter, exits=(go,), helper=True, source=way.source))
    return Hops(tuple(nodes), by_way, only)


def way_ends(way: Way) -> Iterator[str]:
    """Every name that a way leads from or to, adapters apart."""
    if isinstance(way, EdgeSpec):
        yield from way.sources
        yield way.target
        if way.otherwise is not None:
            yield way.otherwise
        return
    yield way.agent
    if isinstance(way, RouteSpec):
        yield from (case.target for case in way.cases)
        if way.otherwise is not None:
            yield way.otherwise
    else:
        yield way.target


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name
