"""Random graphs with joins, for real LangGraph and for the simulator alike.

Each node decides by a hash of the graph's seed, its name, and how often it has run this turn
(or which element it was given), and writes its decisions to fields of its own; guards and
routes read them there. So a run is random, and the same every time.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from agentgraph.model.agent import AgentSpec, Read
from agentgraph.model.contract import ANYTHING
from agentgraph.model.graph import (
    END,
    START,
    Case,
    EdgeSpec,
    GraphSpec,
    MapSpec,
    RouteSpec,
    Way,
)
from tests.unit.compile.making import agent, equals, graph

INPUT = "seed"
"""The one input: what START's guards and routes decide by, and the salt of all decisions."""


@dataclass(frozen=True)
class Sample:
    """A random graph. `decisions` are the fields that each source writes, with their kinds."""

    seed: int
    spec: GraphSpec
    decisions: Mapping[str, Sequence[tuple[str, str, Any]]]
    failing: frozenset[str]
    functions: Mapping[str, Any]


@dataclass
class _Making:
    random: Random
    names: list[str]
    joins: set[str]
    ways: list[Way] = field(default_factory=list)
    adapters: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    decisions: dict[str, list[tuple[str, str, Any]]] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)
    maps: int = 0

    def later(self, source: str, count: int = 1) -> list[str]:
        place = -1 if source == START else self.names.index(source)
        rest = self.names[place + 1 :]
        # Near ones more often, so that graphs are deep and not only wide.
        near = rest[:4] if self.random.random() < 0.7 else rest
        return self.random.sample(near, min(count, len(near)))

    def decision(self, source: str, kind: str, choices: Any = None) -> str:
        name = f"{kind}_{len(self.ways)}_{len(self.fields)}"
        self.fields.append(name)
        self.decisions.setdefault(source, []).append((name, kind, choices))
        return name

    def guard(self, source: str) -> Any:
        return equals(self.decision(source, "yes"), True)


def sample(seed: int) -> Sample:
    """The graph of that seed: 2 to 15 nodes, at least one join."""
    random = Random(seed)
    names = [f"n{number:02}" for number in range(random.randint(2, 15))]
    wanted = max(1, round(len(names) * random.uniform(0.05, 0.5)))
    making = _Making(random, names, set(random.sample(names, wanted)))
    for name in names:
        _ways_into(making, name)
    for name in names:
        _more_ways(making, name)
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        _way_back(making)
    random.shuffle(making.ways)
    return _finished(seed, making)


def _ways_into(making: _Making, name: str) -> None:
    random = making.random
    before = making.names[: making.names.index(name)]
    if name not in making.joins:
        source = random.choice([*before[-4:], START]) if before else START
        making.ways.append(_edge(making, [source], name))
        return
    count = random.choice([1, 2, 2, 2, 3, 3])
    sources = random.sample(before[-5:], min(count, len(before[-5:])))
    if not sources or random.random() < 0.1:
        sources.append(START)
    making.ways.append(_edge(making, sources, name, join=True))


def _edge(making: _Making, sources: list[str], target: str, *, join: bool = False) -> EdgeSpec:
    random = making.random
    edge = EdgeSpec(sources=tuple(sources), target=target, join=join)
    if len(sources) == 1 and random.random() < 0.3:
        edge = replace(edge, when=making.guard(sources[0]))
    if random.random() < 0.08 and START not in sources:
        edge = replace(edge, on_failure=True)
    elif random.random() < 0.1:
        edge = replace(edge, at_most=random.randint(1, 2), otherwise=_otherwise(making, target))
    if not join and random.random() < 0.06:
        name = f"fit{len(making.adapters)}"
        making.adapters.append(name)
        edge = replace(edge, adapter=name)
    return edge


def _otherwise(making: _Making, source: str) -> str | None:
    return making.random.choice([None, END, *making.later(source)])


def _more_ways(making: _Making, name: str) -> None:
    random = making.random
    later = making.later(name, 3)
    if not later:
        return
    draw = random.random()
    if draw < 0.25:
        making.ways.append(_route(making, name, [*later, END][: random.randint(2, 4)]))
    elif draw < 0.4 and making.maps < 2:
        plain = [target for target in later if target not in making.joins]
        if plain:
            making.maps += 1
            over, into = making.decision(name, "list"), f"into_{len(making.ways)}"
            making.fields.append(into)
            making.ways.append(
                MapSpec(agent=name, over=over, each="each", target=plain[0], into=into)
            )
    elif draw < 0.75:
        making.ways.append(_edge(making, [name], later[0]))


def _route(making: _Making, name: str, targets: list[str]) -> RouteSpec:
    random = making.random
    otherwise = targets.pop() if len(targets) > 1 and random.random() < 0.5 else None
    labels = [f"to{number}" for number in range(len(targets))]
    choices = [*labels, "else"] if otherwise else labels
    on = making.decision(name, "pick", choices)
    pairs = list(zip(labels, targets, strict=True))
    by = random.choice(["field", "cases", "function"])
    if by == "cases":
        cases = tuple(Case(target=target, when=equals(on, label)) for label, target in pairs)
        return RouteSpec(agent=name, by="cases", cases=cases, otherwise=otherwise)
    cases = tuple(Case(target=target, label=label) for label, target in pairs)
    if by == "field":
        return RouteSpec(agent=name, by="field", on=on, cases=cases, otherwise=otherwise)
    making.functions[on] = lambda given: given.get(on)
    return RouteSpec(
        agent=name,
        by="function",
        on=on,
        cases=cases,
        otherwise=otherwise,
        reads=(Read(field=on, parameter=on, contract=ANYTHING),),
    )


def _way_back(making: _Making) -> None:
    """A bounded loop; into a join it makes circles of joins, too."""
    random = making.random
    source = random.choice(making.names)
    target = random.choice(making.names[: making.names.index(source) + 1])
    making.ways.append(
        EdgeSpec(
            sources=(source,),
            target=target,
            at_most=random.randint(1, 2),
            otherwise=_otherwise(making, source),
            when=making.guard(source) if random.random() < 0.3 else None,
        )
    )


def _finished(seed: int, making: _Making) -> Sample:
    agents = [_agent(name, making) for name in [*making.names, *making.adapters]]
    counts = [f"count_{one.name}" for one in agents]
    spec = graph(
        *making.ways,
        agents=agents,
        state=[*counts, *making.fields],
        inputs=[INPUT, *(name for name, _, _ in making.decisions.get(START, ()))],
    )
    failing = {
        source
        for way in making.ways
        if isinstance(way, EdgeSpec) and way.on_failure
        for source in way.sources
    }
    return Sample(seed, spec, making.decisions, frozenset(failing), making.functions)


def _agent(name: str, making: _Making) -> AgentSpec:
    count = f"count_{name}"
    writes = [count, *(field for field, _, _ in making.decisions.get(name, ()))]
    return agent(name, [INPUT, count, "each"], writes)


def given_input(sample: Sample, turn: int) -> dict[str, Any]:
    """The input of that turn."""
    salt = f"{sample.seed}.{turn}"
    return {INPUT: salt, **_decided(sample, START, salt)}


def act(sample: Sample, name: str, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """What node `name` writes, given the fields that it reads; None: it gives up."""
    count = given.get(f"count_{name}", 0)
    salt = f"{given[INPUT]}/{name}/{count}/{given.get('each', '')}"
    if name in sample.failing and _number(salt, "fails") % 3 == 0:
        return None
    return {f"count_{name}": count + 1, **_decided(sample, name, salt)}


def _decided(sample: Sample, name: str, salt: str) -> dict[str, Any]:
    return {
        name: _value(kind, choices, _number(salt, name), salt)
        for name, kind, choices in sample.decisions.get(name, ())
    }


def _value(kind: str, choices: Any, number: int, salt: str) -> Any:
    if kind == "yes":
        return number % 10 < 6
    if kind == "pick":
        return choices[number % len(choices)]
    return [f"{zlib.crc32(salt.encode())}:{index}" for index in range([0, 0, 1, 2, 3][number % 5])]


def _number(*parts: str) -> int:
    # The low bits of a CRC follow the last character too closely to be used as they are.
    return zlib.crc32("|".join(parts).encode()) * 2654435761 % 2**32 >> 8
