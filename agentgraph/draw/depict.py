"""From a `GraphSpec` to a `Picture`: every declared agent and way becomes a box or links."""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.draw.links import links_of
from agentgraph.draw.picture import Box, BoxKind, Picture
from agentgraph.lower.adapters import place_adapters
from agentgraph.lower.joins import join_nodes
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import END, START, GraphSpec


def depict(spec: GraphSpec) -> Picture:
    """The picture of a graph and of all graphs inside it."""
    hops = place_adapters(spec)
    links = tuple(links_of(spec, hops))
    used = {name for link in links for name in (link.source, link.target)}
    joins = join_nodes(spec, hops.by_way)
    ends: list[tuple[str, BoxKind]] = [(START, "start"), (END, "end")]
    start, end = (
        [Box(id=name, agent="", kind=kind)] if name in used else [] for name, kind in ends
    )
    nodes = [(agent.name, agent) for agent in spec.agents if agent.name not in hops.only_adapters]
    nodes += [(node.name, spec.agent(node.agent)) for node in hops.nodes]
    boxes = [_box(name, agent, joins=name in joins) for name, agent in nodes]
    return Picture(name=spec.name, version=spec.version, boxes=(*start, *boxes, *end), links=links)


def _box(name: str, agent: AgentSpec, *, joins: bool) -> Box:
    return Box(
        id=name,
        agent=agent.name,
        kind=agent.kind,
        notes=tuple(_notes(name, agent)),
        joins=joins,
        inner=depict(agent.graph) if agent.graph is not None else None,
    )


def _notes(name: str, agent: AgentSpec) -> Iterator[str]:
    if agent.name != name:
        yield f"runs {agent.name}"
    match agent.kind:
        case "model":
            yield f"model {agent.model}" if agent.model else "model"
        case "person":
            yield "asks a person"
        case "graph" if agent.graph is not None and agent.graph.name != name:
            yield f"graph {agent.graph.name}"
        case "langgraph":
            yield "LangGraph graph"
        case "graph" | "function":
            pass
    if agent.tools:
        yield "uses " + ", ".join(tool.name for tool in agent.tools)
    if agent.policies.fallbacks:
        yield "else " + ", ".join(
            fallback.name if fallback.kind == "agent" else _stand_in(fallback.kind, fallback.name)
            for fallback in agent.policies.fallbacks
        )


def _stand_in(kind: str, name: str) -> str:
    return f"model {name}" if kind == "model" else "a fixed value"
