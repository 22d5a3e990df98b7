"""Small graphs for the tests of lowering and compiling: specs by hand, runners that keep a log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.runnables import RunnableConfig

from agentgraph.compile.engine import Failure, Runner, build
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
from agentgraph.model.plan import Plan

ANY = Contract("any", True, True)
Body = Callable[[dict[str, Any]], Any]


def edge(source: str | Sequence[str], target: str, **more: Any) -> EdgeSpec:
    join = not isinstance(source, str)
    sources = (source,) if isinstance(source, str) else tuple(source)
    return EdgeSpec(sources=sources, target=target, join=join, **more)


def route(agent: str, on: str, to: Mapping[Any, str], otherwise: str | None = None) -> RouteSpec:
    cases = tuple(Case(target=target, label=label) for label, target in to.items())
    return RouteSpec(agent=agent, by="field", on=on, cases=cases, otherwise=otherwise)


def mapped(agent: str, over: str, target: str, into: str, each: str = "each") -> MapSpec:
    return MapSpec(agent=agent, over=over, each=each, target=target, into=into)


def equals(name: str, value: Any) -> Guard:
    schema = {"properties": {name: {"const": value}}, "required": [name]}
    return Guard(schema, (name,), f"{name} == {value!r}")


def agent(
    name: str, reads: Iterable[str] = (), writes: Iterable[str] = (), **more: Any
) -> AgentSpec:
    return AgentSpec(
        name=name,
        kind="function",
        reads=tuple(Read(field=f, parameter=f, contract=ANY, required=False) for f in reads),
        writes=tuple(Write(field=f, contract=ANY, key=f, always=False) for f in writes),
        output=ANY,
        **more,
    )


def graph(
    *ways: Way,
    agents: Sequence[AgentSpec] = (),
    state: Sequence[StateField | str] = (),
    inputs: Sequence[Port | str] = (),
    outputs: Sequence[str] | None = None,
) -> GraphSpec:
    """A spec; agents and fields that are only named get the plainest declaration."""
    known = {one.name: one for one in agents}
    for way in ways:
        for name in _names(way):
            known.setdefault(name, agent(name))
    fields = [_state_field(f) for f in state]
    ports = tuple(
        f if isinstance(f, Port) else Port(field=f, contract=ANY, required=False) for f in inputs
    )
    missing = {port.field for port in ports} - {f.name for f in fields}
    fields += [_state_field(name) for name in sorted(missing)]
    named = outputs if outputs is not None else [f.name for f in fields]
    return GraphSpec(
        name="g",
        input=Interface(contract=ANY, ports=ports),
        output=Interface(
            contract=ANY, ports=tuple(Port(field=f, contract=ANY, required=False) for f in named)
        ),
        state=tuple(fields),
        agents=tuple(known.values()),
        ways=ways,
    )


def _names(way: Way) -> list[str]:
    found: list[str | None]
    if isinstance(way, EdgeSpec):
        found = [*way.sources, way.target, way.otherwise, way.adapter]
    elif isinstance(way, RouteSpec):
        found = [way.agent, *(case.target for case in way.cases), way.otherwise]
    else:
        found = [way.agent, way.target]
    return [name for name in found if name is not None and name not in {START, END}]


def _state_field(one: StateField | str) -> StateField:
    return one if isinstance(one, StateField) else StateField(name=one, contract=ANY)


@dataclass
class Log:
    """Every run that finished: (superstep, node), in order of finishing."""

    runs: list[tuple[int, str]] = field(default_factory=list)

    def steps(self) -> list[Counter[str]]:
        """Which nodes ran, superstep by superstep, how often each."""
        found: dict[int, Counter[str]] = {}
        for step, name in self.runs:
            found.setdefault(step, Counter())[name] += 1
        return [found[step] for step in sorted(found)]

    def names(self) -> list[list[str]]:
        """The same, as sorted names."""
        return [sorted(step.elements()) for step in self.steps()]


def runner(name: str, log: Log, body: Body | None, reads: Sequence[str] = ()) -> Runner:
    def run(given: dict[str, Any], config: RunnableConfig) -> dict[str, Any] | Failure:
        result = body(given) if body else {}
        log.runs.append((config.get("metadata", {})["langgraph_step"], name))
        return result if result is not None else {}

    async def arun(given: dict[str, Any], config: RunnableConfig) -> dict[str, Any] | Failure:
        await asyncio.sleep(0)
        return run(given, config)

    return Runner(reads=tuple(reads), invoke=run, ainvoke=arun)


@dataclass
class Built:
    app: Any
    log: Log
    plan: Plan

    def run(self, given: Mapping[str, Any] | None = None, config: Any = None) -> list[list[str]]:
        """The names that ran, superstep by superstep, of this call alone."""
        self.log.runs.clear()
        self.app.invoke({} if given is None else dict(given), config)
        return self.log.names()


def make(spec: GraphSpec, bodies: Mapping[str, Body] | None = None, **more: Any) -> Built:
    """The graph compiled, with `bodies` by node name; a node without one writes nothing."""
    plan = lower_graph(spec)
    log = Log()
    runners = {
        node.name: runner(
            node.name,
            log,
            (bodies or {}).get(node.name),
            [read.field for read in spec.agent(node.agent).reads],
        )
        for node in plan.nodes
    }
    return Built(build(spec, plan, runners, **more), log, plan)
