"""A graph to be changed at one random place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from agentgraph.model.agent import AgentSpec
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
from tests.properties.check_graphs import SCALARS

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
