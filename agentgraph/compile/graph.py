"""`compile_graph`: a declared graph, checked, as an ordinary LangGraph graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentgraph.call.pipeline import needs_model
from agentgraph.call.prepared import effective, prepare
from agentgraph.check.analysis import labels_met
from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding
from agentgraph.compile.deciding import deciders
from agentgraph.compile.degrading import degrades
from agentgraph.compile.door import ContractGraph
from agentgraph.compile.engine import Runner, build
from agentgraph.compile.entry import Entry
from agentgraph.compile.foreign import foreign_graph
from agentgraph.compile.growing import can_rebuild
from agentgraph.compile.metering import Metering
from agentgraph.compile.nested import nested_runner
from agentgraph.compile.nodes import Surroundings, body_runner
from agentgraph.compile.stored import Stored
from agentgraph.declare.graph import Graph
from agentgraph.errors import AgentgraphError, CheckFailedError, Problem, SettingsError
from agentgraph.lower.plan import lower_graph
from agentgraph.model.facts import ModelFacts
from agentgraph.model.plan import Node
from agentgraph.model.policy import Policies
from agentgraph.observe.events import Sink
from agentgraph.remember.ports import Circuits, Journal


def compile_graph(
    graph: Graph,
    *,
    checkpointer: Any = None,
    store: Any = None,
    cache: Any = None,
    journal: Journal | None = None,
    models: Mapping[str, Any] | None = None,
    facts: Mapping[str, ModelFacts] | None = None,
    sink: Sink | None = None,
    circuits: Circuits | None = None,
    policies: Policies | None = None,
) -> ContractGraph:
    """The graph as a LangGraph compiled graph: `invoke`, `ainvoke`, `stream`, `get_state` and all else work.

    Input and output are JSON objects (instances of the input class are taken too).
    `checkpointer` is any LangGraph saver, `store` any LangGraph store. `journal` keeps what calls
    have recorded beside the saver's checkpoints, so that a resumed run pays for nothing twice: a
    `checkpoints.RedisJournal`, also where the graph is awaited. `models` maps roles to
    langchain-core chat models; `"default"` serves roles without one of their own. `facts` are
    what is known of them (`load_facts`): their clearances are checked, and their prices are what
    a budget of `cost` is counted in. `sink` is told of every event (streaming with
    `stream_mode="custom"` shows the same, as JSON). `circuits` are circuit breakers that other
    processes have, too (`Memory.circuits`); None: this process has its own.
    `policies` hold for what has none nearer (`load_policies`).

    CheckFailedError: the checker proved errors; all findings are in it. SettingsError: a
    model-backed agent has no model and no fallback.
    """
    errors = [
        one
        for one in check_graph(graph, models=facts, policies=policies)
        if one.severity == "error"
    ]
    if errors:
        raise CheckFailedError(
            [_problem(finding) for finding in errors], f"graph {graph.spec.name} does not check"
        )
    wanted = None if graph.context is None else getattr(graph.context, "__name__", "context")
    surroundings = Surroundings(
        dict(models or {}),
        sink,
        wanted,
        dict(facts or {}),
        circuits,
        by_step=can_rebuild(checkpointer),
        policies=policies or Policies(),
        labelled=labels_met(graph.spec),
    )
    lacking = [error for error in _lacking(graph, surroundings, "") if error is not None]
    if lacking:
        raise SettingsError([Problem(str(error)) for error in lacking], "models are missing")
    engine = {"checkpointer": checkpointer, "store": store, "cache": cache}
    compiled = _compiled(graph, "", surroundings, **engine)
    compiled.journal = journal
    return compiled


def _compiled(
    graph: Graph, prefix: str, surroundings: Surroundings, *, counted: bool = False, **engine: Any
) -> ContractGraph:
    """`counted`: it is within a graph that has a budget."""
    spec = graph.spec
    surroundings = surroundings.within(spec)
    plan = lower_graph(spec)
    counted = counted or spec.budget is not None
    runners = {
        node.name: _runner(graph, node, prefix, surroundings, counted=counted)
        for node in plan.nodes
    }
    compiled = build(
        spec,
        plan,
        runners,
        functions=deciders(graph.functions, spec.name),
        reducers={spec.field(field).reducer or field: how for field, how in graph.reducers.items()},
        context_schema=graph.context,
        name=spec.name,
        by_step=surroundings.by_step,
        metering=Metering(prefix.removesuffix(".") or spec.name, spec.budget) if counted else None,
        **engine,
    )
    compiled.entry = Entry(spec, graph.input_type)
    compiled.stored = Stored(spec, plan, compiled.growing)
    compiled.labelled = surroundings.labels is not None
    compiled.config = {
        **(compiled.config or {}),
        "metadata": {**((compiled.config or {}).get("metadata") or {}), **compiled.stored.stamp},
    }
    return compiled


def _runner(
    graph: Graph, node: Node, prefix: str, surroundings: Surroundings, *, counted: bool
) -> Runner:
    agent = graph.agents[node.agent]
    label = prefix + node.name
    may_fail = bool(node.failure)
    if agent.spec.kind == "graph":
        inner = _compiled(
            _graph_of(agent.implementation), f"{label}.", surroundings, counted=counted
        )
        return nested_runner(
            agent.spec, inner, label, surroundings, may_fail=may_fail, marks=degrades(graph.spec)
        )
    if agent.spec.kind == "langgraph":
        return nested_runner(
            agent.spec,
            foreign_graph(agent),
            label,
            surroundings,
            may_fail=may_fail,
            marks=False,
        )
    prepared = prepare(
        agent, label, effective(graph.spec.policies, surroundings.policies), graph.finders
    )
    return body_runner(prepared, surroundings, may_fail=may_fail, marks=degrades(graph.spec))


def _lacking(graph: Graph, surroundings: Surroundings, prefix: str) -> list[AgentgraphError | None]:
    found: list[AgentgraphError | None] = []
    for name, agent in graph.agents.items():
        if agent.spec.kind == "graph":
            found += _lacking(_graph_of(agent.implementation), surroundings, f"{prefix}{name}.")
        elif agent.spec.kind == "model":
            found.append(needs_model(agent.spec, prefix + name, surroundings.models))
    return found


def _graph_of(implementation: object) -> Graph:
    if not isinstance(implementation, Graph):
        raise TypeError("an agent of kind 'graph' is carried out by a Graph")
    return implementation


def _problem(finding: Finding) -> Problem:
    source = finding.source
    file, line = (source.file, source.line) if source else (None, None)
    return Problem(
        f"{finding.code}: {finding.message}", finding.place, file, line, finding.help or ""
    )
