"""`Graph`: agents and ways become one checked-for-shape `GraphSpec`, and the bodies that go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agentgraph.declare.assemble import Assembly
from agentgraph.declare.body import Body
from agentgraph.declare.graph_agent import GraphAgent
from agentgraph.declare.markers import Reducer
from agentgraph.declare.options import label_set
from agentgraph.declare.own_guards import Guards, finders_of, guard_problems, guard_specs
from agentgraph.declare.places import caller, place_of_call
from agentgraph.declare.ways import Edge, Map, Route
from agentgraph.model.agent import AgentLike
from agentgraph.model.graph import GraphSpec
from agentgraph.model.policy import Budget, CircuitBreaker, Limit, Objective, Policies, Retry

Ways = Sequence[Edge | Route | Map]


class Graph:
    """An agent system, declared. Data: it checks, draws, compiles and runs by functions of the front door.

    `spec` is the graph as plain data; `agents` the bodies by name, `functions` the route
    functions by name, `reducers` the reducers by field; `input_type`, `output_type` and
    `context` are the classes as given. DeclarationError: all that is wrong, with places.

    `timeout` and `retry` hold for its agents, and `breaker` for those of its agents and tools that
    need a service or a model, where they have none of their own. `limits` are those of pools: of one's own naming, or
    "inference" (model-backed agents), "retrieval" (read-only tools), "tools" (all others). `guards` say what may be in no text that any of its agents and tools reads or
    writes; `finders` are those of one's own, by name. `permits` are the effects that tools may have here ("write", "destructive", "open_world"; None:
    all), `clears` the labels of data that may rest in memory and traces (None: all), `budget`
    what a turn may take at most, `objective` what it is meant to keep to.
    """

    def __init__(
        self,
        name: str,
        *,
        edges: Ways,
        input: Any = None,  # noqa: A002  # the user's word for it
        output: Any = None,
        state: Any = None,
        context: Any = None,
        version: str | None = None,
        description: str = "",
        owner: str | None = None,
        timeout: float | None = None,
        retry: Retry | None = None,
        breaker: CircuitBreaker | None = None,
        limits: Sequence[Limit] = (),
        guards: Guards = (),
        permits: set[str] | frozenset[str] | None = None,
        clears: set[str] | frozenset[str] | None = None,
        budget: Budget | None = None,
        objective: Objective | None = None,
    ) -> None:
        frame = caller()
        self._edges = tuple(edges)
        self._interfaces = (input, output, state)
        self._base: dict[str, Any] = {
            "name": name,
            "version": version,
            "description": description or (frame.f_globals.get("__doc__") or "").strip(),
            "owner": owner,
            "policies": Policies(
                timeout=timeout,
                retry=retry,
                breaker=breaker,
                limits=tuple(limits),
                guards=guard_specs(guards),
            ),
            "permits": None if permits is None else tuple(sorted(label_set(permits))),
            "clears": None if clears is None else tuple(sorted(label_set(clears))),
            "budget": budget,
            "objective": objective,
            "source": place_of_call(frame),
        }
        self.input_type = input
        self.output_type = output
        self.context = context
        self.finders = finders_of(guards)
        self._problems = tuple(guard_problems(name, guards))
        self._assemble({})

    def _assemble(self, replaced: Mapping[str, AgentLike]) -> None:
        assembly = Assembly(self._base["name"], self._base["source"], replaced)
        for problem in self._problems:
            assembly.report(problem.message, self._base["source"], problem.where, problem.help)
        self.spec: GraphSpec = assembly.spec(self._edges, *self._interfaces, base=self._base)
        self.agents: Mapping[str, AgentLike] = assembly.agents
        self.functions: Mapping[str, Body] = assembly.functions
        self.reducers: Mapping[str, Reducer] = assembly.state.reducers
        self._replaced = dict(replaced)
        self._as_agent: GraphAgent | None = None

    def replace(self, **replacements: AgentLike) -> Graph:
        """A copy in which these agents are replaced by others that keep the same contract.

        For tests and variants. DeclarationError: no such agent, or the replacement reads,
        writes or produces something else.
        """
        copy = object.__new__(Graph)
        copy.__dict__.update(self.__dict__)
        copy._assemble({**self._replaced, **replacements})  # one's own copy
        return copy

    def named(
        self,
        name: str,
        *,
        reads: Mapping[str, str] | None = None,
        writes: str | Mapping[str, str] | None = None,
    ) -> GraphAgent:
        """The graph as an agent of another graph, under a name of its own.

        `reads` maps input fields to the outer state's fields; `writes` names the outer field
        for the whole output, or maps output fields to outer fields.
        """
        return GraphAgent(self, name, reads or {}, writes)

    @property
    def as_agent(self) -> GraphAgent:
        """The graph as an agent: its input is what it reads, its output what it writes."""
        if self._as_agent is None:
            self._as_agent = self.named(self.spec.name)
        return self._as_agent

    def __repr__(self) -> str:
        return f"<Graph {self.spec.name}: {len(self.spec.agents)} agents>"
