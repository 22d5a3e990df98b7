"""A graph and all the graphs within it, analysed together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from agentgraph.check.flow.flow import Flow, analyse
from agentgraph.check.flow.marks import Bearing
from agentgraph.check.labels import bearings_of, everyone, says_labels
from agentgraph.check.questions import Questions
from agentgraph.lower.plan import lower_graph
from agentgraph.model.facts import ModelFacts
from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Plan

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted


def analyse_all(
    spec: GraphSpec,
    plan: Plan | None = None,
    models: Mapping[str, ModelFacts] | None = None,
) -> list[Flow]:
    """The analysis of the graph, and of those within it, each once: labels and all.

    `plan` and `models` as of `check_graph`.
    """
    questions = Questions()
    graphs = _with_inner(spec)
    plans = [plan or lower_graph(spec), *(lower_graph(inner) for inner in graphs[1:])]
    flows = [analyse(one, made, questions, models) for one, made in zip(graphs, plans, strict=True)]
    bearings: dict[int, list[Bearing]] = {}
    for one, bearing in bearings_of(spec, lambda inner: flows[graphs.index(inner)]):
        bearings.setdefault(graphs.index(one), []).append(bearing)
    for number, flow in enumerate(flows):
        flow.bearings = tuple(bearings.get(number, ()))
        flow.within = {
            node: flows[graphs.index(agent.graph)]
            for node, agent in flow.agents.items()
            if agent.graph is not None
        }
    return flows


def labels_met(spec: GraphSpec) -> list[tuple[GraphSpec, dict[str, tuple[str, ...]]]]:
    """Of the graph, and of those within it, the labels that data of each state field may bear.

    As declared, and as the flow of data brings them there. [] where nothing bears any.
    """
    if not any(says_labels(one) for one in _with_inner(spec)):
        return []
    return [(flow.spec, _labels_in(flow)) for flow in analyse_all(spec)]


def _labels_in(flow: Flow) -> dict[str, tuple[str, ...]]:
    met: dict[str, set[str]] = {}
    for field in flow.spec.state:
        met.setdefault(field.name, set()).update(field.labels)
    for agent in flow.spec.agents:
        for write in agent.writes:
            met.setdefault(write.field, set()).update(write.labels)
    for bearing in flow.bearings:
        for fields in bearing.read.values():
            for name, marks in fields.items():
                met.setdefault(name, set()).update(marks)
    return {name: tuple(sorted(labels)) for name, labels in met.items() if labels}


def analyse_adopted(adopted: Adopted, models: Mapping[str, ModelFacts] | None = None) -> list[Flow]:
    """The analysis of a graph of another framework, and of those within it, each once."""
    questions = Questions()
    graphs = _all_adopted(adopted)
    flows = {id(one): analyse(one.spec, one.plan, questions, models, adopted=one) for one in graphs}
    for one in graphs:
        flows[id(one)].within = {
            name: flows[id(facts.inner)]
            for name, facts in one.nodes.items()
            if facts.inner is not None
        }
    return list(flows.values())


def _all_adopted(adopted: Adopted) -> list[Adopted]:
    found = [adopted]
    for one in found:
        for facts in one.nodes.values():
            if facts.inner is not None and not any(facts.inner is other for other in found):
                found.append(facts.inner)
    return found


def _with_inner(spec: GraphSpec) -> list[GraphSpec]:
    """The graph and those within it, each once."""
    found = [spec]
    for one in found:
        for agent in one.agents:
            for other in everyone(agent):
                if other.graph is not None and other.graph not in found:
                    found.append(other.graph)
    return found
