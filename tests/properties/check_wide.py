"""Larger random graphs, with all that a user can declare: mostly onward, with bounded ways back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from agentgraph.errors import DeclarationError
from agentgraph.lower.plan import lower_graph
from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import Contract
from agentgraph.model.graph import (
    END,
    START,
    Case,
    EdgeSpec,
    GraphSpec,
    Interface,
    MapSpec,
    Port,
    RouteSpec,
    StateField,
    Way,
)
from agentgraph.model.guard import Guard
from tests.properties.check_graphs import ELEMENT, LIST, RESULTS, SCALARS, Maker, contract, lists

NOTED = "noted"
"""A list that a reducer adds to."""


class WideMaker(Maker):
    """One random graph of 2 to `most` agents, whose names begin with `prefix`.

    Those of `inner` stand in it as agents, where there is room. A `small` one has few values
    and nothing that grows, so that all that can happen in it can be tried.
    """

    def __init__(
        self,
        seed: int,
        most: int = 15,
        *,
        prefix: str = "n",
        inner: Sequence[GraphSpec] = (),
        small: bool = False,
    ) -> None:
        super().__init__(seed)
        self.inner = inner
        self.longest = 1 if small else 2
        self.small = small
        self.name = "g" if prefix == "n" else f"{prefix}graph"
        self.prefix = prefix
        self.names = [f"{prefix}{number}" for number in range(self.random.randint(2, most))]
        self.joins = set(self.random.sample(self.names, len(self.names) // 4))
        self.mapped = self.random.choice(self.names[1:]) if self.has_map else None
        self.joins.discard(self.mapped or "")
        self._with_inner()
        self.more: list[AgentSpec] = []

    def spec(self) -> GraphSpec:
        for _ in range(50):
            self.more = []
            spec = self._wide()
            try:
                lower_graph(spec)
            except DeclarationError:
                continue
            return spec
        raise AssertionError("no graph came of it")

    def _with_inner(self) -> None:
        """Graphs take the places of some agents."""
        places = [n for n in self.names if n != self.mapped]
        for graph, name in zip(self.inner, self.random.sample(places, len(places)), strict=False):
            self.names[self.names.index(name)] = graph.name
            if name in self.joins:
                self.joins = {*self.joins - {name}, graph.name}

    def _wide(self) -> GraphSpec:
        agents = [self._agent(name) for name in self.names]
        ways = [way for name in [START, *self.names] for way in self._ways_from(name)]
        ways += self._ways_into_rest(ways)
        ports = [self.port(n) for n in self.random.sample(SCALARS, self.random.randint(1, 4))]
        if self.has_map:
            ports.append(Port(field=LIST, contract=lists([0, 1], self.longest)))
        if self.random.random() < 0.3:
            ports = [replace(p, required=False, has_default=True, default=1)
                     if p.field != LIST and 1 in self.types[p.field] else replace(p, required=True)
                     for p in ports]  # fmt: skip
        output = self.random.sample(SCALARS, self.random.randint(0, 3))
        return GraphSpec(
            name=self.name,
            input=Interface(contract=contract([]), ports=tuple(ports)),
            output=Interface(
                contract=contract([]),
                ports=tuple(
                    Port(field=n, contract=self._wider(n), required=self.random.random() < 0.8)
                    for n in output
                ),
            ),
            state=tuple(self._state()),
            agents=(*agents, *self.more),
            ways=tuple(ways),
            declares_state=True,
        )

    def _wider(self, name: str) -> Contract:
        return contract([0, 1, 2] if self.random.random() < 0.6 else self.types[name])

    def _state(self) -> Iterator[StateField]:
        for name in SCALARS:
            field = self.state_field(name)
            yield replace(field, reducer=field.reducer and "larger")
        if self.has_map:
            yield StateField(name=LIST, contract=lists([0, 1], self.longest))
            yield StateField(name=RESULTS, contract=_open_list([0, 1, 2]))
        yield StateField(
            name=NOTED,
            contract=_open_list([0, 1]),
            reducer="append",
            kept=not self.small and self.random.random() < 0.5,
            has_default=True,
            default=[],
        )

    def _agent(self, name: str) -> AgentSpec:
        for graph in self.inner:
            if graph.name == name:
                return agent_of(graph)
        if name == self.mapped:
            return self.item_agent(self.agent(name))
        made = self.agent(name)
        roll = self.random.random()
        if roll < 0.12:
            whole = lists([0, 1])
            return replace(made, output=whole, writes=(Write(field=NOTED, contract=whole),))
        if roll < 0.2 and self.has_map:
            read = Read(field=RESULTS, parameter=RESULTS, contract=_open_list([0, 1, 2]))
            return replace(made, reads=(*made.reads, read))
        if roll < 0.28:
            read = Read(field=NOTED, parameter=NOTED, contract=_open_list([0, 1]))
            return replace(made, reads=(*made.reads, read))
        return made

    def _later(self, name: str, count: int = 1) -> list[str]:
        place = self.names.index(name) if name != START else -1
        rest = [n for n in self.names[place + 1 :] if n != self.mapped]
        near = rest[:3] if self.random.random() < 0.7 else rest
        found = self.random.sample(near, min(count, len(near)))
        return [*found, *[END] * (count - len(found))]

    def _ways_from(self, name: str) -> Iterator[Way]:
        draw = self.random.random()
        if draw < 0.3:
            yield self._a_route(name)
        elif draw < 0.4:
            one, other = self._later(name, 2)
            guard = self.guard()
            yield EdgeSpec(sources=(name,), target=one, when=guard)
            yield EdgeSpec(sources=(name,), target=other, when=negated(guard))
        else:
            for target in dict.fromkeys(self._later(name, self.random.choice([1, 1, 1, 2, 2, 3]))):
                yield self._an_edge(name, target)
        if name != START and self.random.random() < 0.12:
            yield EdgeSpec(sources=(name,), target=self._later(name)[0], on_failure=True)
        if name != START and self.random.random() < 0.1:
            yield self._back(name)

    def _an_edge(self, name: str, target: str) -> EdgeSpec:
        edge = EdgeSpec(sources=(name,), target=target, join=target in self.joins)
        roll = self.random.random()
        if roll < 0.1:
            return replace(edge, when=self.guard())
        if roll < 0.16:
            return replace(edge, at_most=1, otherwise=self._later(name)[0])
        if roll < 0.22 and target != END and self.mapped not in (name, target):
            return replace(edge, adapter=self._adapter())
        return edge

    def _adapter(self) -> str:
        made = self.agent(f"{self.prefix}fit{len(self.more)}")
        while not made.writes:
            made = self.agent(made.name)
        self.more.append(made)
        return made.name

    def _back(self, name: str) -> EdgeSpec:
        before = [n for n in self.names[: self.names.index(name) + 1] if n != self.mapped]
        return EdgeSpec(
            sources=(name,),
            target=self.random.choice(before or [END]),
            at_most=self.random.choice([1, 2]),
            when=self.guard() if self.random.random() < 0.4 else None,
            otherwise=self._later(name)[0] if self.random.random() < 0.7 else None,
        )

    def _a_route(self, name: str) -> RouteSpec:
        by: Any = self.random.choice(["field", "field", "cases", "function"])
        otherwise = self._later(name)[0] if self.random.random() < 0.3 else None
        if by == "cases":
            cases = tuple(Case(target=t, when=self._guards()) for t in self._later(name, 2))
            return RouteSpec(agent=name, by=by, cases=cases, otherwise=otherwise)
        on = self.random.choice(SCALARS)
        labels = self.random.sample([0, 1, 2], self.random.choice([2, 3]))
        targets = self._later(name, len(labels))
        if self.random.random() < 0.15 and name != START:
            targets[0] = self.random.choice(self.names[: self.names.index(name) + 1])
            targets[0] = END if targets[0] == self.mapped else targets[0]
        cases = tuple(
            Case(target=to, label=label) for to, label in zip(targets, labels, strict=True)
        )
        if by == "field":
            return RouteSpec(agent=name, by=by, on=on, cases=cases, otherwise=otherwise)
        return RouteSpec(
            agent=name,
            by=by,
            # A name for each function: those of graphs within others have a START too.
            on=f"pick_{name}" if name != START else f"pick_{self.prefix}_START",
            cases=cases,
            otherwise=otherwise,
            reads=self.agent(name).reads[:1],
            returns=contract(labels),
        )

    def _guards(self) -> Guard:
        one = self.guard()
        roll = self.random.random()
        if roll < 0.75:
            return one
        other = self.guard()
        keyword = "allOf" if roll < 0.88 else "anyOf"
        fields = tuple(dict.fromkeys((*one.fields, *other.fields)))
        return Guard({keyword: [one.schema, other.schema]}, fields, f"{keyword} of two")

    def _ways_into_rest(self, ways: list[Way]) -> Iterator[Way]:
        """What nothing leads to gets a way in: joins of several, the Map, plain edges."""
        for name in self.names:
            before = [n for n in self.names[: self.names.index(name)] if n != self.mapped]
            if name == self.mapped:
                source = self.random.choice([*before[-4:], START])
                yield MapSpec(agent=source, over=LIST, each=ELEMENT, target=name, into=RESULTS)
                if not any(isinstance(w, EdgeSpec) and name in w.sources for w in ways):
                    yield EdgeSpec(sources=(name,), target=self._later(name)[0])
            elif name in self.joins and before:
                sources = self.random.sample(before[-5:], min(2, len(before[-5:])))
                yield EdgeSpec(sources=tuple(sources), target=name, join=True)
            elif not _leads_to(ways, name):
                source = self.random.choice([*before[-4:], START] if before else [START])
                yield EdgeSpec(sources=(source,), target=name)


def agent_of(graph: GraphSpec) -> AgentSpec:
    """The graph as an agent, as `declare` makes one of it."""
    ports = graph.output.ports
    whole = {
        "type": "object",
        "properties": {port.field: port.contract.produced for port in ports},
        "required": [port.field for port in ports if port.required],
        "additionalProperties": False,
    }
    return AgentSpec(
        name=graph.name,
        kind="graph",
        reads=tuple(
            Read(
                field=port.field,
                parameter=port.field,
                contract=port.contract,
                required=port.required,
                has_default=port.has_default,
                default=port.default,
            )
            for port in graph.input.ports
        ),
        output=Contract("output", whole, whole),
        writes=tuple(
            Write(field=port.field, contract=port.contract, key=port.field, always=port.required)
            for port in ports
        ),
        graph=graph,
    )


def _open_list(values: list[Any]) -> Contract:
    schema = {"type": "array", "items": {"enum": values}}
    return Contract("list", schema, schema)


def negated(guard: Guard) -> Guard:
    """What `~` makes of a guard on one field."""
    (name,) = guard.fields
    leaf: Any = guard.schema["properties"][name]  # type: ignore[index]
    inner = leaf.get("not", {"not": leaf})
    return Guard({"properties": {name: inner}, "required": [name]}, guard.fields, f"~{guard.text}")


def _leads_to(ways: list[Way], name: str) -> bool:
    for way in ways:
        targets = (
            [case.target for case in way.cases] if isinstance(way, RouteSpec) else [way.target]
        )
        if name in targets or (not isinstance(way, MapSpec) and way.otherwise == name):
            return True
    return False
