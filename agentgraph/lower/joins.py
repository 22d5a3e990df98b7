"""Which nodes are joins, who arrives there, and in what order they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentgraph.lower.rings import levels
from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec
from agentgraph.model.plan import Exit, Join, Node, targets


def join_nodes(spec: GraphSpec, hops: Mapping[int, str]) -> frozenset[str]:
    """The nodes that wait: targets of join edges, or the adapters in front of them."""
    return frozenset(
        hops.get(index, way.target)
        for index, way in enumerate(spec.ways)
        if isinstance(way, EdgeSpec) and way.join and hops.get(index, way.target) != END
    )


def find_joins(
    start: Sequence[Exit], nodes: Sequence[Node], waiting: frozenset[str]
) -> tuple[Join, ...]:
    """The joins, in rank order; every node with any exit into one is among its sources."""
    if not waiting:
        return ()
    ways_out = {START: exit_targets(start)}
    for node in nodes:
        ways_out[node.name] = exit_targets((*node.exits, *node.failure))
    sources: dict[str, list[str]] = {node.name: [] for node in nodes if node.name in waiting}
    for source, found in ways_out.items():
        for target in found:
            if target in sources:
                sources[target].append(source)
    return tuple(
        Join(node=name, sources=tuple(sources[name]), rank=rank)
        for rank, name in enumerate(_ranked(list(sources), ways_out))
    )


def exit_targets(exits: Sequence[Exit]) -> tuple[str, ...]:
    """Every node that the exits can lead to, each once; END is none."""
    found = dict.fromkeys(target for exit_ in exits for target in targets(exit_))
    found.pop(END, None)
    return tuple(found)


def _ranked(names: list[str], ways_out: Mapping[str, Sequence[str]]) -> list[str]:
    """A join before all that it leads to; those that lead to each other as declared."""
    if len(names) < 2:
        return names
    depth = levels(ways_out)
    return sorted(names, key=lambda name: depth[name])
