"""Mistakes, one at a time, as people make them: each changes a graph at one random place.

A kind gives the changed graph with the names that it touched (agents and fields), or None where the
graph has no place for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import Contract
from agentgraph.model.graph import (
    END,
    START,
    EdgeSpec,
    GraphSpec,
    MapSpec,
    Port,
    RouteSpec,
    StateField,
    Way,
)
from agentgraph.model.guard import Guard
from tests.properties.check_graphs import LIST, RESULTS, SCALARS, contract, lists
from tests.properties.check_tidy import ALL_VALUES, without_agent
from tests.properties.check_values import scalars

T = TypeVar("T")


@dataclass(frozen=True)
class Mutant:
    """A graph with a mistake in it, and the names that stand where it was made."""

    spec: GraphSpec
    touched: frozenset[str]

    __hash__ = None  # type: ignore[assignment]


class Change:
    """One graph to be changed."""

    def __init__(self, spec: GraphSpec, random: Random) -> None:
        self.spec = spec
        self.random = random

    def pick(self, found: Sequence[T]) -> T:
        if not found:
            raise NoPlaceError
        return self.random.choice(found)

    def agent(self, wanted: Callable[[AgentSpec], object] = lambda _: True) -> AgentSpec:
        return self.pick([a for a in self.spec.agents if a.graph is None and wanted(a)])

    def edge(self, wanted: Callable[[EdgeSpec], object] = lambda _: True) -> EdgeSpec:
        return self.pick([w for w in self.spec.ways if isinstance(w, EdgeSpec) and wanted(w)])

    def route(self, wanted: Callable[[RouteSpec], object] = lambda _: True) -> RouteSpec:
        return self.pick([w for w in self.spec.ways if isinstance(w, RouteSpec) and wanted(w)])

    def map(self) -> MapSpec:
        return self.pick([w for w in self.spec.ways if isinstance(w, MapSpec)])

    def field(self, wanted: Callable[[StateField], object] = lambda _: True) -> StateField:
        return self.pick([f for f in self.spec.state if wanted(f)])

    def other(self, name: str, names: Sequence[str] = SCALARS) -> str:
        return self.pick([other for other in names if other != name])

    def with_agent(self, old: AgentSpec, new: AgentSpec, *more: str) -> Mutant:
        agents = tuple(new if one is old else one for one in self.spec.agents)
        return Mutant(replace(self.spec, agents=agents), frozenset({old.name, *more}))

    def with_way(self, old: Way, *new: Way) -> Mutant:
        ways: list[Way] = []
        for way in self.spec.ways:
            ways += new if way is old else [way]
        names = {name for way in (old, *new) for name in ends_of(way)}
        return Mutant(replace(self.spec, ways=tuple(ways)), frozenset(names))

    def with_field(self, old: StateField, new: StateField) -> Mutant:
        state = tuple(new if one is old else one for one in self.spec.state)
        return Mutant(replace(self.spec, state=state), frozenset({old.name}))

    def with_ports(self, role: str, old: Port, *new: Port) -> Mutant:
        interface = getattr(self.spec, role)
        ports: list[Port] = []
        for port in interface.ports:
            ports += new if port is old else [port]
        changed: Any = {role: replace(interface, ports=tuple(ports))}
        names = frozenset({old.field, START if role == "input" else END})
        return Mutant(replace(self.spec, **changed), names)


class NoPlaceError(Exception):
    """The graph has no place for this mistake."""


def mutant(kind: str, spec: GraphSpec, random: Random) -> Mutant | None:
    """The graph with a mistake of that kind; None where it has no place for it."""
    try:
        found = KINDS[kind](Change(spec, random))
    except NoPlaceError:
        return None
    return None if found.spec == spec else found


def ends_of(way: Way) -> set[str]:
    """The names at the ends of a way, and of the field that it decides on."""
    found: list[str | None]
    if isinstance(way, EdgeSpec):
        guarded = way.when.fields if way.when else ()
        found = [*way.sources, way.target, way.otherwise, way.adapter, *guarded]
    elif isinstance(way, RouteSpec):
        found = [way.agent, *(case.target for case in way.cases), way.otherwise, way.on]
        found += [field for case in way.cases if case.when for field in case.when.fields]
    else:
        found = [way.agent, way.target, way.over, way.into, way.each]
    return {name for name in found if name}


def _rewritten(agent: AgentSpec, writes: Sequence[Write]) -> AgentSpec:
    """The agent with other results, each on its own."""
    whole = {
        "type": "object",
        "properties": {str(w.key): w.contract.produced for w in writes},
        "required": [w.key for w in writes if w.always],
        "additionalProperties": False,
    }
    return replace(agent, writes=tuple(writes), output=Contract("output", whole, whole))


def _writer(change: Change) -> AgentSpec:
    return change.agent(lambda a: a.writes and a.writes[0].key is not None)


def _without(items: Sequence[T], one: T) -> list[T]:
    return [item for item in items if item is not one]


def _instead(items: Sequence[T], old: T, new: T) -> list[T]:
    return [new if item is old else item for item in items]


def drop_a_write(change: Change) -> Mutant:
    agent = _writer(change)
    write = change.pick(agent.writes)
    return change.with_agent(agent, _rewritten(agent, _without(agent.writes, write)), write.field)


def rename_what_is_written(change: Change) -> Mutant:
    agent = _writer(change)
    write = change.pick(agent.writes)
    name = change.pick([f for f in SCALARS if f not in {w.field for w in agent.writes}])
    writes = _instead(agent.writes, write, replace(write, field=name))
    return change.with_agent(agent, replace(agent, writes=tuple(writes)), write.field, name)


def rename_what_is_read(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(r.field in SCALARS for r in a.reads))
    read = change.pick([r for r in agent.reads if r.field in SCALARS])
    name = change.pick([f for f in SCALARS if f not in {r.field for r in agent.reads}])
    reads = _instead(agent.reads, read, replace(read, field=name, parameter=name))
    return change.with_agent(agent, replace(agent, reads=tuple(reads)), read.field, name)


def write_more_values(change: Change) -> Mutant:
    agent = _writer(change)
    write = change.pick([w for w in agent.writes if w.field in SCALARS])
    wider = contract([*ALL_VALUES])
    writes = _instead(agent.writes, write, replace(write, contract=wider))
    return change.with_agent(agent, _rewritten(agent, writes), write.field)


def make_a_result_optional(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(w.always and w.key for w in a.writes))
    write = change.pick([w for w in agent.writes if w.always])
    writes = _instead(agent.writes, write, replace(write, always=False))
    return change.with_agent(agent, _rewritten(agent, writes), write.field)


def _change_read(change: Change, read: Read, agent: AgentSpec, **more: Any) -> Mutant:
    reads = _instead(agent.reads, read, replace(read, **more))
    return change.with_agent(agent, replace(agent, reads=tuple(reads)), read.field)


def narrow_what_is_read(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(r.field in SCALARS for r in a.reads))
    read = change.pick([r for r in agent.reads if r.field in SCALARS])
    return _change_read(change, read, agent, contract=contract([change.pick(ALL_VALUES)]))


def require_what_may_be_absent(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(not r.required for r in a.reads))
    read = change.pick([r for r in agent.reads if not r.required])
    return _change_read(change, read, agent, required=True)


def read_another_type(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(r.field in SCALARS for r in a.reads))
    read = change.pick([r for r in agent.reads if r.field in SCALARS])
    return _change_read(change, read, agent, contract=lists([0, 1]))


def read_one_more(change: Change) -> Mutant:
    agent = change.agent()
    name = change.pick([f for f in SCALARS if f not in {r.field for r in agent.reads}])
    read = Read(field=name, parameter=name, contract=contract(ALL_VALUES))
    return change.with_agent(agent, replace(agent, reads=(*agent.reads, read)), name)


def drop_a_reducer(change: Change) -> Mutant:
    field = change.field(lambda f: f.reducer == "larger")
    return change.with_field(field, replace(field, reducer=None))


def drop_a_default(change: Change) -> Mutant:
    field = change.field(lambda f: f.has_default and f.reducer is None)
    return change.with_field(field, replace(field, has_default=False, default=None))


def drop_kept(change: Change) -> Mutant:
    field = change.field(lambda f: f.kept)
    return change.with_field(field, replace(field, kept=False))


def add_kept(change: Change) -> Mutant:
    field = change.field(lambda f: not f.kept and f.name in SCALARS)
    return change.with_field(field, replace(field, kept=True))


def add_a_parallel_writer(change: Change) -> Mutant:
    edge = change.edge(lambda e: not e.on_failure and e.adapter is None)
    name = change.pick(SCALARS)
    made = AgentSpec(name="late", kind="function", output=contract([]))
    made = _rewritten(made, [Write(field=name, contract=contract(ALL_VALUES), key=name)])
    ways = (
        EdgeSpec(sources=(change.pick(edge.sources),), target="late"),
        EdgeSpec(sources=("late",), target=END),
    )
    spec = replace(change.spec, agents=(*change.spec.agents, made), ways=(*change.spec.ways, *ways))
    return Mutant(spec, frozenset({"late", name}))


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
    return change.with_way(route, replace(route, cases=tuple(_without(route.cases, case))))


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


def delete_an_agent(change: Change) -> Mutant:
    agent = change.agent()
    spec = without_agent(change.spec, agent.name)
    readers = {r.field for r in agent.reads} | {w.field for w in agent.writes}
    return Mutant(spec, frozenset({agent.name, *readers}))


def narrow_the_output(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.output.ports if p.field in SCALARS])
    narrow = contract([change.pick(ALL_VALUES)])
    return change.with_ports("output", port, replace(port, contract=narrow))


def promise_an_optional_output(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.output.ports if not p.required])
    return change.with_ports("output", port, replace(port, required=True))


def promise_one_output_more(change: Change) -> Mutant:
    known = {p.field for p in change.spec.output.ports}
    name = change.pick([f for f in SCALARS if f not in known])
    output = change.spec.output
    ports = (*output.ports, Port(field=name, contract=contract(ALL_VALUES)))
    spec = replace(change.spec, output=replace(output, ports=ports))
    return Mutant(spec, frozenset({name, END}))


def make_an_input_optional(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.input.ports if p.required])
    if any(p.has_default for p in change.spec.input.ports):
        raise NoPlaceError
    return change.with_ports("input", port, replace(port, required=False))


def require_an_optional_input(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.input.ports if not p.required])
    return change.with_ports(
        "input", port, replace(port, required=True, has_default=False, default=None)
    )


def drop_an_input(change: Change) -> Mutant:
    return change.with_ports("input", change.pick(change.spec.input.ports))


def widen_the_input(change: Change) -> Mutant:
    ports = [p for p in change.spec.input.ports if p.field in SCALARS]
    port = change.pick([p for p in ports if len(scalars(p.contract.produced)) < 3])
    return change.with_ports("input", port, replace(port, contract=contract(ALL_VALUES)))


KINDS: dict[str, Callable[[Change], Mutant]] = {
    made.__name__.replace("_", " "): made
    for made in (
        drop_a_write,
        rename_what_is_written,
        rename_what_is_read,
        write_more_values,
        make_a_result_optional,
        narrow_what_is_read,
        require_what_may_be_absent,
        read_another_type,
        read_one_more,
        drop_a_reducer,
        drop_a_default,
        drop_kept,
        add_kept,
        add_a_parallel_writer,
        move_an_edge,
        end_an_edge_early,
        drop_an_edge,
        add_an_edge,
        join_to_plain_edges,
        plain_edges_to_a_join,
        drop_a_source_of_a_join,
        drop_a_guard,
        add_a_guard,
        change_a_guard,
        drop_a_bound,
        drop_what_follows_a_bound,
        retarget_a_failure_edge,
        drop_a_failure_edge,
        add_a_failure_edge,
        drop_an_adapter,
        drop_a_branch,
        drop_otherwise,
        swap_the_order_of_cases,
        swap_two_branches,
        route_on_another_field,
        answer_more_than_there_are_branches,
        map_over_another_field,
        map_into_another_field,
        map_each_as_another_field,
        map_to_another_agent_plainly,
        delete_an_agent,
        narrow_the_output,
        promise_an_optional_output,
        promise_one_output_more,
        make_an_input_optional,
        require_an_optional_input,
        drop_an_input,
        widen_the_input,
    )
}
