"""Declared ways become exits of the nodes that they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from agentgraph.model.graph import EdgeSpec, GraphSpec, MapSpec, RouteSpec
from agentgraph.model.plan import Branch, Choose, Counter, Exit, Go, Spread

ExitsBySource = dict[str, list[Exit]]


def exits_by_source(
    spec: GraphSpec, hops: Mapping[int, str]
) -> tuple[ExitsBySource, ExitsBySource]:
    """The exits of every source, START among them, in declared order.

    First the usual ones, then those taken when the source has given up. `hops` names the
    helper of each way that has one.
    """
    normal: ExitsBySource = defaultdict(list)
    failure: ExitsBySource = defaultdict(list)
    counters: set[str] = set()
    for index, way in enumerate(spec.ways):
        match way:
            case EdgeSpec():
                side = failure if way.on_failure else normal
                for source in dict.fromkeys(way.sources):
                    side[source].append(_go(way, index, source, hops.get(index), counters))
            case RouteSpec():
                normal[way.agent].append(_choose(way, index))
            case MapSpec():
                normal[way.agent].append(_spread(way, index))
    return normal, failure


def _go(way: EdgeSpec, index: int, source: str, hop: str | None, counters: set[str]) -> Go:
    return Go(
        target=hop or way.target,
        when=way.when,
        counter=_counter(way, source, counters),
        otherwise=way.otherwise,
        way=index,
        source=way.source,
    )


def _counter(way: EdgeSpec, source: str, taken: set[str]) -> Counter | None:
    """A counter of its own for each source: two sources of one join would count a turn twice.

    Named by its ends and not by its index, so that a checkpoint survives a new edge
    elsewhere; the colon keeps it apart from every field a user can name.
    """
    if way.at_most is None:
        return None
    name = f"count:{source}:{way.target}"
    number = 2
    while name in taken:
        name, number = f"count:{source}:{way.target}:{number}", number + 1
    taken.add(name)
    return Counter(field=name, at_most=way.at_most)


def _choose(way: RouteSpec, index: int) -> Choose:
    return Choose(
        by=way.by,
        on=way.on,
        branches=tuple(
            Branch(target=case.target, label=case.label, when=case.when, source=case.source)
            for case in way.cases
        ),
        otherwise=way.otherwise,
        reads=way.reads,
        returns=way.returns,
        way=index,
        source=way.source,
    )


def _spread(way: MapSpec, index: int) -> Spread:
    return Spread(
        over=way.over,
        each=way.each,
        target=way.target,
        into=way.into,
        way=index,
        source=way.source,
    )
