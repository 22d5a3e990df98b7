"""Nothing limits how long a call to the outside may take.

## What

A tool that says `open_world=True`, or `needs=` a service, has no timeout, and neither has what calls
it: the agent or, for all its agents, the graph or the project. Or an agent that `needs=` a service has none. Models
are left alone, for their clients have limits of their own; so are tools that don't say where they
reach.

An agent's timeout covers what its body calls. It does not cover what a model calls: there the tool
needs its own.

## Why

The other side's connection stays open and says nothing more. The turn then hangs, and with it a
worker and whoever waits for the answer, until somebody restarts it.

## Example

    @tool(read_only=True, needs="carrier")
    def track_parcel(code: str) -> Parcel: ...

## Instead

`@tool(timeout=5)`, `@agent(timeout=10)`, or once for all agents: `Graph(timeout=30)`, or `timeout = 30`
in `[tool.agentgraph.run]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.reliance import every_agent, timeout_of
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.tool import ToolSpec

CODE = "AG502"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    told: set[tuple[str, object]] = set()
    for path, agent in every_agent(flow):
        covered = timeout_of(flow, agent) is not None
        if agent.needs is not None and agent.kind == "function" and not covered:
            yield _agent(path, agent)
            continue
        for tool in agent.tools:
            key = (tool.name, tool.source)
            if key not in told and _waits(tool) and (agent.kind == "model" or not covered):
                told.add(key)
                yield _tool(path, agent, tool)


def _waits(tool: ToolSpec) -> bool:
    outside = tool.needs is not None or (tool.open_world and "open_world" in tool.hints)
    return outside and tool.policies.timeout is None


def _agent(path: str, agent: AgentSpec) -> Fault:
    return Fault(
        message=f"nothing limits how long {path} may wait for {agent.needs}",
        at=path,
        source=agent.source,
        owner=agent.owner,
        help="@agent(timeout=10), or Graph(timeout=...) for all agents",
    )


def _tool(path: str, agent: AgentSpec, tool: ToolSpec) -> Fault:
    by_model = agent.kind == "model"
    return Fault(
        message=f"nothing limits how long {tool.name} may wait for {tool.needs or 'the outside'}",
        at=f"{path}.{tool.name}",
        source=tool.source or agent.source,
        owner=tool.owner or agent.owner,
        reasons=(
            f"called by: {'the model of ' if by_model else ''}{path}{in_brackets(agent.source)}",
        ),
        help="@tool(timeout=5)" + ("" if by_model else f", or @agent(timeout=10) on {agent.name}"),
    )
