"""Who meets which labelled data: agents, what stands in for them, their models and tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from agentgraph.check.carrying import carries
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.marks import Mark
from agentgraph.check.labels import everyone
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.tool import ToolSpec


class Meeting(Struct, frozen=True, eq=False):
    """An agent that reads labelled data, or is told it by a tool.

    `node` is where it stands, `agent` itself or what stands in for it there. `labels` has, by
    label, the field that bears it ("": a tool's result) and the mark with the way it came.
    """

    node: str
    agent: AgentSpec
    labels: Mapping[str, tuple[str, Mark]]

    @property
    def name(self) -> str:
        """The agent, as a sentence names it."""
        own = self.agent.name
        return own if own == self.node else f"{own}, which stands in for {self.node}"

    @property
    def at(self) -> str:
        return self.node if self.agent.name == self.node else f"{self.node}.{self.agent.name}"


def meetings(flow: Flow) -> Iterator[Meeting]:
    """Every agent of this graph that meets labelled data, in flow order; graphs within it apart.

    Where a graph is used in several ways, an agent comes once for each set of labels that it meets.
    """
    seen: set[tuple[str, str, frozenset[str]]] = set()
    for bearing in flow.bearings:
        for number in flow.reach.order:
            node = flow.web.runs[number].node
            standing = flow.agents.get(node)
            if standing is None or standing.graph is not None or number not in flow.known.at:
                continue
            for one in everyone(standing):
                met = bearing.met_by(number, one)
                key = (node, one.name, frozenset(met))
                if met and key not in seen:
                    seen.add(key)
                    yield Meeting(node, one, met)


def takes(tool: ToolSpec, label: str, parameter: str | None = None) -> bool:
    """Whether the tool's arguments, or the one named, can carry data of that label."""
    schema = tool.arguments.produced  # what else is given is dropped
    if parameter is None or not isinstance(schema, dict):
        return carries(schema, label)
    properties = schema.get("properties", {})
    if parameter not in properties:
        return False
    return carries({**properties[parameter], "$defs": schema.get("$defs", {})}, label)


def how_it_came(mark: Mark) -> tuple[str, ...]:
    """The way of a label, a line for each step."""
    origin, *steps = mark.trail()
    return (
        f"{mark.label}: {origin.what}{in_brackets(origin.source)}",
        *(f"then: {step.what}{in_brackets(step.source)}" for step in steps),
    )
