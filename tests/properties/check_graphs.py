"""Small random graphs over few values: every shape that a plan can have, most of them wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
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
)
from agentgraph.model.guard import Guard

SCALARS = ("a", "b", "c", "d")
LIST, RESULTS, ELEMENT = "items", "results", "item"


def contract(values: list[Any]) -> Contract:
    schema = {"enum": values}
    return Contract("values", schema, schema)


def lists(values: list[Any], most: int = 1) -> Contract:
    schema = {"type": "array", "items": {"enum": values}, "maxItems": most}
    return Contract("list", schema, schema)


class Maker:
    """One random graph."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.has_map = self.random.random() < 0.3
        self.names = [f"n{i}" for i in range(self.random.randint(2, 6))]
        self.types = {name: self.some_values() for name in SCALARS}

    def some_values(self) -> list[Any]:
        return self.random.sample([0, 1, 2], self.random.choice([1, 2, 2, 3]))

    def spec(self) -> GraphSpec:
        for _ in range(50):
            spec = self._spec()
            try:
                lower_graph(spec)
            except DeclarationError:
                continue
            return spec
        raise AssertionError("no graph came of it")

    def _spec(self) -> GraphSpec:
        agents = [self.agent(name) for name in self.names]
        mapped = self.random.choice(self.names) if self.has_map else None
        if mapped:
            agents = [self.item_agent(a) if a.name == mapped else a for a in agents]
        state = [self.state_field(name) for name in SCALARS]
        if self.has_map:
            state += [StateField(name=n, contract=lists([0, 1, 2])) for n in (LIST, RESULTS)]
            state[-2:-1] = [StateField(name=LIST, contract=lists([0, 1]))]
        inputs = self.random.sample(SCALARS, self.random.randint(0, 3))
        ports = [self.port(name) for name in inputs]
        if self.has_map:
            ports.append(Port(field=LIST, contract=lists([0, 1])))
        output = self.random.sample(SCALARS, self.random.randint(0, 2))
        return GraphSpec(
            name="g",
            input=Interface(contract=contract([]), ports=tuple(ports)),
            output=Interface(
                contract=contract([]),
                ports=tuple(Port(field=n, contract=contract([0, 1, 2])) for n in output),
            ),
            state=tuple(state),
            agents=tuple(agents),
            ways=tuple(self.ways(mapped)),
        )

    def port(self, name: str) -> Port:
        return Port(
            field=name, contract=contract(self.types[name]), required=self.random.random() < 0.7
        )

    def state_field(self, name: str) -> StateField:
        roll = self.random.random()
        return StateField(
            name=name,
            contract=contract([0, 1, 2]),
            reducer="max" if roll < 0.15 else None,
            kept=self.random.random() < 0.2,
            has_default=roll < 0.25,
            default=0,
        )

    def agent(self, name: str) -> AgentSpec:
        reads = self.random.sample(SCALARS, self.random.choice([0, 0, 1, 1, 2]))
        writes = self.random.sample(SCALARS, self.random.choice([0, 1, 1, 2]))
        produced = {field_: self.some_values() for field_ in writes}
        optional = [f for f in writes if self.random.random() < 0.2]
        return AgentSpec(
            name=name,
            kind="function",
            reads=tuple(
                Read(
                    field=f,
                    parameter=f,
                    contract=contract(
                        [0, 1, 2] if self.random.random() < 0.7 else self.some_values()
                    ),
                    required=self.random.random() < 0.85,
                )
                for f in reads
            ),
            output=self.output(produced, optional),
            writes=tuple(
                Write(field=f, contract=contract(produced[f]), key=f, always=f not in optional)
                for f in writes
            ),
        )

    def output(self, produced: dict[str, list[Any]], optional: list[str]) -> Contract:
        whole: dict[str, Any] = {
            "type": "object",
            "properties": {f: {"enum": values} for f, values in produced.items()},
            "required": [f for f in produced if f not in optional],
            "additionalProperties": False,
        }
        if len(produced) == 2 and self.random.random() < 0.5:
            # A union: which values go together.
            parts = [
                {**whole, "properties": {**whole["properties"], f: {"enum": values[:1]}}}
                for f, values in produced.items()
            ]
            whole = {"anyOf": parts}
        return Contract("output", whole, whole)

    def item_agent(self, agent: AgentSpec) -> AgentSpec:
        read = Read(field=ELEMENT, parameter=ELEMENT, contract=contract([0, 1]))
        values = self.some_values()
        return AgentSpec(
            name=agent.name,
            kind="function",
            reads=(*agent.reads[:1], read),
            output=contract(values),
            writes=(Write(field="d", contract=contract(values)),),
        )

    def guard(self) -> Guard:
        name = self.random.choice(SCALARS)
        value = self.random.choice([0, 1, 2])
        leaf = self.random.choice(
            [{"const": value}, {"not": {"const": value}}, {"type": "number", "minimum": value}]
        )
        return Guard({"properties": {name: leaf}, "required": [name]}, (name,), f"{name} {leaf}")

    def target(self) -> str:
        return self.random.choice([*self.names, *self.names, END])

    def ways(self, mapped: str | None) -> Iterator[Any]:
        free = [n for n in self.names if n != mapped]
        yield EdgeSpec(sources=(START,), target=self.random.choice(free or self.names))
        if mapped:
            source = self.random.choice(free) if free else START
            yield MapSpec(agent=source, over=LIST, each=ELEMENT, target=mapped, into=RESULTS)
        for name in [START, *self.names]:
            for _ in range(
                self.random.choice([0, 1, 1, 2]) if name != START else self.random.choice([0, 0, 1])
            ):
                yield self.way(name, mapped)

    def way(self, name: str, mapped: str | None) -> Any:
        def target() -> str:
            for _ in range(20):
                found = self.target()
                if found != mapped:
                    return found
            return END

        roll = self.random.random()
        if roll < 0.3:
            label_field = self.random.choice(SCALARS)
            labels = self.random.sample([0, 1, 2], self.random.choice([1, 2, 3]))
            return RouteSpec(
                agent=name,
                by="field",
                on=label_field,
                cases=tuple(Case(target=target(), label=label) for label in labels),
                otherwise=target() if self.random.random() < 0.4 else None,
            )
        if roll < 0.4:
            return RouteSpec(
                agent=name,
                by="cases",
                cases=tuple(Case(target=target(), when=self.guard()) for _ in range(2)),
                otherwise=target() if self.random.random() < 0.6 else None,
            )
        if roll < 0.6:
            others = [n for n in self.names if n != name]
            more = self.random.sample(others, min(len(others), self.random.choice([0, 1])))
            return EdgeSpec(sources=(name, *more), target=target(), join=True)
        bounded = self.random.random() < 0.25
        return EdgeSpec(
            sources=(name,),
            target=target(),
            when=self.guard() if self.random.random() < 0.3 else None,
            at_most=1 if bounded else None,
            otherwise=target() if bounded and self.random.random() < 0.5 else None,
            on_failure=name != START and self.random.random() < 0.15,
        )


def forward(spec: GraphSpec) -> GraphSpec:
    """The same graph without loops, bounds and reducers: what would lead back leads to END.

    Every turn of it ends, and every value that its contracts allow can really come about.
    """
    place = {agent.name: number for number, agent in enumerate(spec.agents)}
    place |= {START: -1, END: len(place)}

    def onward(sources: tuple[str, ...], target: str) -> str:
        return target if place[target] > max(place[source] for source in sources) else END

    ways: list[Any] = []
    for way in spec.ways:
        if isinstance(way, EdgeSpec):
            target = onward(way.sources, way.target)
            join = way.join and target != END
            ways.append(replace(way, target=target, join=join, at_most=None, otherwise=None))
        elif isinstance(way, RouteSpec):
            sources = (way.agent,)
            cases = tuple(replace(c, target=onward(sources, c.target)) for c in way.cases)
            otherwise = onward(sources, way.otherwise) if way.otherwise else None
            ways.append(replace(way, cases=cases, otherwise=otherwise))
        elif onward((way.agent,), way.target) == way.target:
            ways.append(way)
    state = tuple(replace(field, reducer=None) for field in spec.state)
    return replace(spec, ways=tuple(ways), state=state)
