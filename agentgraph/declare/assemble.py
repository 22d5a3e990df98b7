"""Putting a graph together: every declared thing normalised, every problem collected."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from agentgraph.declare.agent import Agent
from agentgraph.declare.agent_spec import Options
from agentgraph.declare.body import Body, read_signature
from agentgraph.declare.interface import unknown_name
from agentgraph.declare.options import (
    bound_problems,
    effect_problems,
    label_problems,
    policy_problems,
    pool_problems,
    version_problems,
)
from agentgraph.declare.replacing import as_agent, renamed, replacement_problems
from agentgraph.declare.state import State
from agentgraph.declare.tool import Tool
from agentgraph.declare.way_specs import WaySpecs
from agentgraph.declare.ways import Edge, Map, Route, mapped_only
from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.agent import AgentLike
from agentgraph.model.graph import END, START, GraphSpec, Way
from agentgraph.model.source import Source

_RESERVED = {START, END, "__start__", "__end__"}


class Assembly:
    """One graph being put together. `agents`, `functions` and `state` hold what was found."""

    def __init__(self, name: str, source: Source, replaced: Mapping[str, AgentLike]) -> None:
        self.name = name
        self.source = source
        self.agents: dict[str, AgentLike] = {}
        self.functions: dict[str, Body] = {}
        self.state = State()
        self.problems: list[Problem] = []
        self._replaced = replaced
        self._originals: dict[str, object] = {}
        self._broken: set[int] = set()
        self._mapped: set[int] = set()
        self._for_map: dict[int, AgentLike] = {}

    def spec(
        self,
        edges: tuple[Edge | Route | Map, ...],
        input_: Any,
        output: Any,
        state: Any,
        base: dict[str, Any],
    ) -> GraphSpec:
        """The graph as data. DeclarationError: everything that is wrong with it."""
        self._check_options(base)
        self._mapped = mapped_only(edges)
        ways = tuple(way for edge in edges for way in WaySpecs(self).of(edge))
        self.problems += [
            self._at(unknown_name(name, self.agents, "replace()"), self.source)
            for name in self._replaced
            if name not in self.agents
        ]
        if state is not None:
            self.state.add_class(state)
        entry = self.state.add_interface(input_, "input")
        leave = self.state.add_interface(output, "output")
        specs = tuple(agent.spec for agent in self.agents.values())
        self.state.infer(specs, ways)
        self._check_ways(ways)
        self.problems += [self._at(problem, self.source) for problem in self.state.problems]
        if self.problems:
            raise DeclarationError(self.problems, f"graph {self.name!r} does not hold together")
        return GraphSpec(
            **base,
            input=entry,
            output=leave,
            state=tuple(self.state.fields.values()),
            agents=specs,
            ways=ways,
            declares_state=state is not None,
        )

    def agent_name(self, thing: Any, source: Source, role: str) -> str:
        """The name of the agent that stands in an edge; it becomes part of the graph.

        What is no agent is reported, and gets a name that cannot clash.
        """
        agent = self._as_agent(thing, source, role)
        if agent is None:
            return "?"
        agent = self._as_mapped(agent)
        try:
            name = agent.spec.name
        except DeclarationError as error:
            if id(agent) not in self._broken:
                self._broken.add(id(agent))
                self.problems += error.problems
            return "?"
        return self._register(name, agent, source)

    def adapter_name(self, edge: Edge) -> str:
        """The name of the agent that stands between; a plain typed function becomes one."""
        adapter: Any = edge.adapt
        if inspect.isfunction(adapter):
            name: str = adapter.__name__
            if getattr(self._originals.get(name), "__wrapped__", None) is adapter:
                return name
            adapter = Agent(adapter, Options(), Body(adapter, read_signature(adapter, edge.names)))
        return self.agent_name(adapter, edge.source, "adapter")

    def report(self, message: str, source: Source, where: str = "", help_: str = "") -> None:
        """Add a problem at a place of the user's code."""
        self.problems.append(
            self._at(Problem(message, where=where or self.name, help=help_), source)
        )

    def _as_agent(self, thing: Any, source: Source, role: str) -> AgentLike | None:
        if isinstance(thing, Tool):
            help_ = "call it from an agent that has it in tools=[...]"
            self.report(f"the {role} {thing.name} is a tool, not an agent", source, help_=help_)
            return None
        if (agent := as_agent(thing)) is not None:
            return agent
        if isinstance(thing, str):
            known = sorted(self.agents)
            hint = (
                f"name the agent itself, not a string; known here: {', '.join(known)}"
                if known
                else "name the agent itself, not a string"
            )
            self.report(f"the {role} {thing!r} is not an agent of this graph", source, help_=hint)
        elif callable(thing):
            name = getattr(thing, "__name__", repr(thing))
            self.report(
                f"the {role} {name} is a plain function, not an agent",
                source,
                help_=f"put @agent above def {name}",
            )
        else:
            self.report(
                f"the {role} {thing!r} is not an agent",
                source,
                help_="give an agent, a graph, or END",
            )
        return None

    def _as_mapped(self, agent: AgentLike) -> AgentLike:
        """The agent as only Maps lead to it, if they do; the same one each time."""
        if id(agent) in self._mapped and isinstance(agent, Agent):
            return self._for_map.setdefault(id(agent), agent.for_map())
        return agent

    def _register(self, name: str, agent: AgentLike, source: Source) -> str:
        if name in _RESERVED or not name.isidentifier():
            self.report(
                f"{name!r} cannot be an agent's name",
                source,
                help_="use a Python identifier other than START and END",
            )
        known = self._originals.setdefault(name, agent)
        if known is not agent:
            self.report(
                f"two different agents are called {name!r}",
                source,
                help_=f'give one of them a name of its own: .named("{name}_2")',
            )
        elif name not in self.agents:
            self.agents[name] = self._replacement(name, agent)
        return name

    def _replacement(self, name: str, agent: AgentLike) -> AgentLike:
        other = self._replaced.get(name)
        if other is None:
            return agent
        fitting = as_agent(other)
        if fitting is None:
            shown = getattr(other, "__name__", repr(other))
            problem = Problem(
                f"{shown} is not an agent", f"replace({name}=)", help="put @agent above"
            )
            self.problems.append(self._at(problem, self.source))
            return agent
        if agent in self._for_map.values() and isinstance(fitting, Agent):
            fitting = fitting.for_map(name)
        try:
            if fitting.spec.name != name:
                fitting = renamed(fitting, name)
            found = replacement_problems(name, agent.spec, fitting.spec)
        except DeclarationError as error:
            self.problems += error.problems
            return agent
        self.problems += [
            self._at(problem, fitting.spec.source or self.source) for problem in found
        ]
        return fitting

    def _check_options(self, base: Mapping[str, Any]) -> None:
        if not self.name or not isinstance(self.name, str):
            self.report("a graph needs a name", self.source, where="Graph")
        found = [
            *version_problems(self.name, base["version"]),
            *policy_problems(self.name, base["policies"]),
            *pool_problems(self.name, base["policies"].limits),
            *effect_problems(self.name, base["permits"]),
            *label_problems(self.name, clears=base["clears"] or ()),
            *bound_problems(f"{self.name}.budget", base["budget"]),
            *bound_problems(f"{self.name}.objective", base["objective"]),
        ]
        self.problems += [self._at(problem, self.source) for problem in found]

    def _check_ways(self, ways: tuple[Way, ...]) -> None:
        starts = any(
            START in way.sources if way.kind == "edge" else way.agent == START for way in ways
        )
        if not starts:
            self.report(
                "nothing leads out of START", self.source, help_="add Edge(START, first_agent)"
            )
        reserved = [name for name in self.state.fields if name.startswith("__")]
        for name in reserved:
            self.report(
                f"{name!r} cannot be a state field",
                self.source,
                help_="names with two leading underscores are the framework's",
            )

    @staticmethod
    def _at(problem: Problem, source: Source) -> Problem:
        if problem.file is not None:
            return problem
        return Problem(problem.message, problem.where, source.file, source.line, problem.help)
