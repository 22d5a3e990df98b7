"""Mistakes in the ways between agents: one at a time, as people make them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from agentgraph.model.graph import (
    END,
    START,
    EdgeSpec,
    Way,
)
from agentgraph.model.guard import Guard
from tests.properties.check_changes import Change, Mutant
from tests.properties.check_graphs import LIST, RESULTS, SCALARS, contract
from tests.properties.check_tidy import ALL_VALUES

T = TypeVar("T")


def move_an_edge(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.target != END)
    target = change.other(edge.target, [a.name for a in change.spec.agents])
    return change.with_way(edge, replace(edge, target=target))


def end_an_edge_early(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.target != END)
    return change.with_way(edge, replace(edge, target=END, join=False, adapter=None))


def drop_an_edge(change: Change) -> Mutant:
    return change.with_way(change.edge(lambda e: not e.on_failure))


def add_an_edge(change: Change) -> Mutant:
    edge = change.edge(lambda e: not e.on_failure)
    target = change.other(edge.target, [a.name for a in change.spec.agents])
    return change.with_way(edge, edge, EdgeSpec(sources=(edge.sources[0],), target=target))


def join_to_plain_edges(change: Change) -> Mutant:
    joined = {w.target for w in change.spec.ways if isinstance(w, EdgeSpec) and w.join}
    name = change.pick(sorted(joined))
    ways = tuple(
        replace(w, join=False) if isinstance(w, EdgeSpec) and w.target == name else w
        for w in change.spec.ways
    )
    split: list[Way] = []
    for way in ways:
        if isinstance(way, EdgeSpec) and way.target == name and len(way.sources) > 1:
            split += [replace(way, sources=(source,)) for source in way.sources]
        else:
            split.append(way)
    return Mutant(replace(change.spec, ways=tuple(split)), frozenset({name}))


def plain_edges_to_a_join(change: Change) -> Mutant:
    edge = change.edge(lambda e: not e.join and e.target != END)
    return change.with_way(edge, replace(edge, join=True))


def drop_a_source_of_a_join(change: Change) -> Mutant:
    edge = change.edge(lambda e: len(e.sources) > 1)
    gone = change.pick(edge.sources)
    return change.with_way(edge, replace(edge, sources=tuple(s for s in edge.sources if s != gone)))


def drop_a_guard(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.when is not None)
    return change.with_way(edge, replace(edge, when=None))


def add_a_guard(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.when is None and not e.on_failure)
    name, value = change.pick(SCALARS), change.pick(ALL_VALUES)
    return change.with_way(edge, replace(edge, when=_guard(name, {"const": value})))


def _guard(name: str, leaf: Any) -> Guard:
    return Guard({"properties": {name: leaf}, "required": [name]}, (name,), f"{name} {leaf}")


def change_a_guard(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.when is not None and len(e.when.fields) == 1)
    assert edge.when is not None
    name = edge.when.fields[0]
    bound = {"type": "number", "minimum": change.pick([0, 1, 2])}
    return change.with_way(edge, replace(edge, when=_guard(name, bound)))


def drop_a_bound(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.at_most is not None)
    return change.with_way(edge, replace(edge, at_most=None, otherwise=None))


def drop_what_follows_a_bound(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.otherwise is not None)
    return change.with_way(edge, replace(edge, otherwise=None))


def retarget_a_failure_edge(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.on_failure)
    names = [END, *(a.name for a in change.spec.agents)]
    target = change.other(edge.target, names)
    join = edge.join and target != END
    return change.with_way(edge, replace(edge, target=target, join=join, adapter=None))


def drop_a_failure_edge(change: Change) -> Mutant:
    return change.with_way(change.edge(lambda e: e.on_failure))


def add_a_failure_edge(change: Change) -> Mutant:
    edge = change.edge(lambda e: START not in e.sources and not e.on_failure)
    target = change.pick([END, *(a.name for a in change.spec.agents)])
    more = EdgeSpec(sources=(edge.sources[0],), target=target, on_failure=True)
    return change.with_way(edge, edge, more)


def drop_an_adapter(change: Change) -> Mutant:
    edge = change.edge(lambda e: e.adapter is not None)
    found = change.with_way(edge, replace(edge, adapter=None))
    agents = tuple(a for a in change.spec.agents if a.name != edge.adapter)
    return Mutant(replace(found.spec, agents=agents), found.touched)


def drop_a_branch(change: Change) -> Mutant:
    route = change.route(lambda r: len(r.cases) > 1)
    case = change.pick(route.cases)
    return change.with_way(
        route, replace(route, cases=tuple(c for c in route.cases if c is not case))
    )


def drop_otherwise(change: Change) -> Mutant:
    route = change.route(lambda r: r.otherwise is not None)
    return change.with_way(route, replace(route, otherwise=None))


def swap_the_order_of_cases(change: Change) -> Mutant:
    route = change.route(lambda r: r.by == "cases" and len(r.cases) > 1)
    return change.with_way(route, replace(route, cases=tuple(reversed(route.cases))))


def swap_two_branches(change: Change) -> Mutant:
    route = change.route(lambda r: len({c.target for c in r.cases}) > 1)
    targets = [case.target for case in route.cases]
    pairs = zip(route.cases, [*targets[1:], targets[0]], strict=True)
    cases = tuple(replace(case, target=target) for case, target in pairs)
    return change.with_way(route, replace(route, cases=cases))


def route_on_another_field(change: Change) -> Mutant:
    route = change.route(lambda r: r.by == "field")
    name = change.other(route.on or "")
    return change.with_way(route, replace(route, on=name))


def answer_more_than_there_are_branches(change: Change) -> Mutant:
    route = change.route(lambda r: r.by == "function" and r.otherwise is None)
    return change.with_way(route, replace(route, returns=contract([0, 1, 2, 3])))


def map_over_another_field(change: Change) -> Mutant:
    way = change.map()
    names = [RESULTS, *SCALARS] if way.over == LIST else [LIST]
    return change.with_way(way, replace(way, over=change.pick(names)))


def map_into_another_field(change: Change) -> Mutant:
    way = change.map()
    return change.with_way(way, replace(way, into=change.pick([*SCALARS, LIST])))


def map_each_as_another_field(change: Change) -> Mutant:
    way = change.map()
    reads = [r.field for r in change.spec.agent(way.target).reads if r.field != way.each]
    return change.with_way(way, replace(way, each=change.pick(reads)))


def map_to_another_agent_plainly(change: Change) -> Mutant:
    way = change.map()
    return change.with_way(way, EdgeSpec(sources=(way.agent,), target=way.target))
