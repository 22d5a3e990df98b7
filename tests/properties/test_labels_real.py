"""Labels on real LangGraph: whatever a node is ever handed bears no label that was not predicted.

Random graphs (joins, loops, maps, adapters, failure edges) get fields whose values are the very
labels that they bear: each body writes what it read, less what it removes, and its own. So a
run shows which label really came where, and the checker must have said so.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import InvalidUpdateError

from agentgraph.check.flow.flow import Flow, analyse
from agentgraph.check.labels import bearings_of
from agentgraph.compile.engine import Failure, Runner, build
from agentgraph.lower.plan import lower_graph
from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.graph import GraphSpec, StateField
from tests.properties.random_graphs import Sample, act, given_input, sample
from tests.unit.compile.making import ANY

GRAPHS = 100 * int(os.environ.get("AGENTGRAPH_HUNT", "1"))
TURNS = 4
DATA = tuple(f"d{number}" for number in range(5))
Claim = tuple[str, str, str]
"""At this node, this field bears this label."""


def union(old: list[str], new: list[str]) -> list[str]:
    return sorted({*old, *new})


def labelled(one: Sample) -> Sample:
    """The sample, with data that bears labels; some fields are kept, some reduced."""
    random = Random(one.seed)
    fields = tuple(
        StateField(
            name=name,
            contract=ANY,
            labels=(f"of_{name}",) if random.random() < 0.4 else (),
            kept=random.random() < 0.2,
            reducer="union" if random.random() < 0.4 else None,
        )
        for name in DATA
    )
    into = [way.into for way in one.spec.ways if way.kind == "map"]
    agents = tuple(_with_data(agent, random, into) for agent in one.spec.agents)
    ports = tuple(replace(one.spec.input.ports[0], field=name, required=False) for name in DATA[:2])
    entry = replace(one.spec.input, ports=(*one.spec.input.ports, *ports))
    spec = replace(one.spec, state=(*one.spec.state, *fields), agents=agents, input=entry)
    return replace(one, spec=_without_clashes(spec))


def _without_clashes(spec: GraphSpec) -> GraphSpec:
    """Of agents that may run side by side, one alone writes a field that nothing combines."""
    flow = analyse(spec, lower_graph(spec))
    reduced = {one.name for one in spec.state if one.reducer}
    writers: dict[str, int] = {}
    kept: dict[str, AgentSpec] = {}
    for agent in spec.agents:
        runs = [run.number for run in flow.web.runs if run.agent == agent.name]
        beside = 0
        for run in runs:
            beside |= flow.beside.runs(run)
        mine = sum(1 << run for run in runs)
        alone = {f for f in DATA if f in reduced or not beside & (writers.get(f, 0) | mine)}
        writes = tuple(w for w in agent.writes if w.field not in DATA or w.field in alone)
        for write in writes:
            writers[write.field] = writers.get(write.field, 0) | mine
        kept[agent.name] = replace(agent, writes=writes)
    return replace(spec, agents=tuple(kept[agent.name] for agent in spec.agents))


def _with_data(agent: AgentSpec, random: Random, into: list[str]) -> AgentSpec:
    reads = random.sample([*DATA, *into], random.randint(1, 3))
    writes = random.sample(DATA, random.randint(1, 3))
    own = (f"by_{agent.name}",) if random.random() < 0.3 else ()
    removes = tuple(f"of_{name}" for name in DATA if random.random() < 0.15)
    return replace(
        agent,
        reads=(
            *agent.reads,
            *(Read(field=f, parameter=f, contract=ANY, required=False) for f in reads),
        ),
        writes=(
            *agent.writes,
            *(Write(field=f, contract=ANY, key=f, always=False, labels=own) for f in writes),
        ),
        removes=removes,
    )


@dataclass
class Bodies:
    """Runs the nodes, and notes which labels came where."""

    sample: Sample
    seen: set[Claim] = field(default_factory=set)

    def run(self, node: str, agent: AgentSpec, given: Mapping[str, Any]) -> Any:
        read = set()
        for one in agent.reads:
            labels = set(_labels(given.get(one.field))) if _is_data(one.field) else set()
            self.seen |= {(node, one.field, label) for label in labels}
            read |= labels
        update = act(self.sample, agent.name, given)
        if update is None:
            return Failure("gave up")
        for write in agent.writes:
            if (
                write.field in DATA
                and zlib.crc32(f"{write.field}{len(self.seen)}{agent.name}".encode()) % 4
            ):
                declared = self.sample.spec.field(write.field).labels
                borne = ({*read, *declared} - set(agent.removes)) | set(write.labels)
                update[write.field] = sorted(borne)
        return update

    def runner(self, node: str, agent: AgentSpec) -> Runner:
        async def ainvoke(given: dict[str, Any], _: Any) -> Any:
            return self.run(node, agent, given)

        reads = tuple(dict.fromkeys(read.field for read in agent.reads))
        return Runner(
            reads=reads, invoke=lambda given, _: self.run(node, agent, given), ainvoke=ainvoke
        )


def _is_data(name: str) -> bool:
    return name in DATA or name.startswith("into_")


def _labels(value: Any) -> Iterator[str]:
    """The labels that a value is, or that are within the results of a Map."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name in DATA:
                yield from _labels(part)
    elif isinstance(value, list):
        for part in value:
            yield from _labels(part)
    elif isinstance(value, str):
        yield value


def observed(one: Sample) -> set[Claim]:
    """What came where in a few turns on one thread."""
    plan, bodies = lower_graph(one.spec), Bodies(one)
    agents = {agent.name: agent for agent in one.spec.agents}
    runners = {node.name: bodies.runner(node.name, agents[node.agent]) for node in plan.nodes}
    app = build(
        one.spec,
        plan,
        runners,
        functions=one.functions,
        reducers={"union": union},
        checkpointer=InMemorySaver(),
    )
    for turn in range(TURNS):
        given = {**given_input(one, turn), **{name: _own(one.spec, name) for name in DATA[:2]}}
        config: Any = {
            "configurable": {"thread_id": "t"},
            "recursion_limit": 200,
            "max_concurrency": 1,
        }
        with suppress(InvalidUpdateError):  # two rounds of a Map at once
            app.invoke(given, config)
    return bodies.seen


def _own(spec: GraphSpec, name: str) -> list[str]:
    return list(spec.field(name).labels)


def predicted(flow: Flow) -> set[Claim]:
    """What the checker says may come where."""
    found: set[Claim] = set()
    for _, bearing in bearings_of(flow.spec, lambda _: flow):
        for run, fields in bearing.read.items():
            node = flow.web.runs[run].node
            found |= {(node, name, label) for name, marks in fields.items() for label in marks}
    return found


def test_every_label_that_came_was_foretold_and_many_that_were_foretold_came() -> None:
    came = foretold = both = 0
    for seed in range(GRAPHS):
        one = labelled(sample(seed))
        real = observed(one)
        said = predicted(analyse(one.spec, lower_graph(one.spec)))
        assert real <= said, (seed, sorted(real - said))
        came, foretold, both = came + len(real), foretold + len(said), both + len(real & said)
    assert came > 10 * GRAPHS
    # Decisions fall by chance, and in four turns not every way is gone: 39 of 100 claims came true.
    assert both > 0.33 * foretold, f"{both} of {foretold}"


@pytest.mark.parametrize("seed", range(3))
def test_the_way_of_each_label_begins_where_it_is_declared(seed: int) -> None:
    one = labelled(sample(seed))
    flow = analyse(one.spec, lower_graph(one.spec))
    ((_, bearing),) = bearings_of(one.spec, lambda _: flow)
    for fields in bearing.read.values():
        for marks in fields.values():
            for label, mark in marks.items():
                origin, *steps = mark.trail()
                assert origin.before is None
                kind, _, name = label.partition("_")
                assert name in origin.what if kind == "of" else origin.node == name
                assert all(step.node for step in steps)
