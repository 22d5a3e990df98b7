"""A body calls a tool that is not on the agent's list.

## What

The body of an agent, a function that it calls, or one of its tools calls a tool that `tools=` does
not name.

## Why

The list is what the agent may do, whatever a prompt talked a model into. A call of anything else is
refused when it comes to it: that branch of the body has never run.

## Example

    @agent                                              # no tools=
    async def look_up(order_id: str) -> Order:
        return await find_order(order_id)

## Instead

`@agent(tools=[find_order])`. A function among the fallbacks may call the tools of the agent that it
stands in for; one that is an agent itself has a list of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentgraph.check.bodies import (
    CalledTool,
    Step,
    bodies_of,
    is_same,
    tool_bodies_of,
)
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.where import in_brackets
from agentgraph.model.source import Source
from agentgraph.model.tool import ToolSpec

CODE = "AG601"
SEVERITY = "error"

Refused = tuple[Step, CalledTool]


def find(flow: Flow) -> Iterator[Fault]:
    for body in bodies_of(flow):
        name = body.agent.name
        for step, tool in _refused(body.steps, body.tools):
            whose = "its list" if body.owns == name else f"the list of {body.owns}"
            yield Fault(
                message=f"{name} calls {tool.name}, which is not on {whose} of tools",
                at=f"{name}.{tool.name}",
                source=step.call.source,
                owner=body.agent.owner,
                reasons=(*step.ways, _declared(body.owns, body.agent.source, body.tools)),
                help=_help(body.owns, body.tools, tool),
            )
    yield from _in_tools(flow)


def _in_tools(flow: Flow) -> Iterator[Fault]:
    """A tool that calls another does so in the name of the agent."""
    for body in tool_bodies_of(flow):
        for agent in body.agents:
            for step, tool in _refused(body.steps, agent.tools):
                yield Fault(
                    message=f"{body.tool.name}, called by {agent.name}, calls {tool.name}, which is not on the list of tools of {agent.name}",
                    at=f"{agent.name}.{tool.name}",
                    source=step.call.source,
                    owner=agent.owner,
                    reasons=(*step.ways, _declared(agent.name, agent.source, agent.tools)),
                    help=_help(agent.name, agent.tools, tool),
                )


def _refused(steps: Iterable[Step], allowed: Iterable[ToolSpec]) -> Iterator[Refused]:
    """The calls that are refused, each tool once."""
    known = list(allowed)
    told: set[Source | None] = set()
    for step in steps:
        tool = step.tool
        if tool is None or tool.source in told or any(is_same(tool, one) for one in known):
            continue
        if not _is_elsewhere(step):
            told.add(tool.source)
            yield step, tool


def _is_elsewhere(step: Step) -> bool:
    """Whether the call may run outside of the body's own call, or reckons with being refused."""
    handed = any(call.handed_to for call in step.reached.chain)
    caught = {
        name.rpartition(".")[2]
        for call in step.reached.chain
        for guard in call.guards
        for handler in guard.handlers
        for name in handler.types
    }
    return handed or "ToolNotAllowedError" in caught


def _declared(owns: str, source: Source | None, tools: Iterable[ToolSpec]) -> str:
    names = ", ".join(one.name for one in tools)
    return f"the tools of {owns}{in_brackets(source)}: {names or 'none'}"


def _help(owns: str, tools: Iterable[ToolSpec], tool: CalledTool) -> str:
    names = [*(one.name for one in tools), tool.name]
    return f"tools=[{', '.join(names)}] on {owns}"
