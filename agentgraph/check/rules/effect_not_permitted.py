"""A tool has an effect that the graph does not permit.

## What

`Graph(permits=...)` says which effects tools may have here: "write", "destructive", "open_world".
A tool that some agent may call (in this graph or in one within it, or a fallback) has another one.
What a tool does not say of itself is taken as MCP takes it: it writes, it may destroy, and it
talks to the outside.

## Why

The list is the promise to whoever operates the graph: this one only looks things up. A tool added
next year must not break it in silence.

## Example

    @tool
    def send_mail(to: str, text: str) -> None: ...

    @agent(tools=[send_mail])
    def answer(question: str) -> Answer: ...

    Graph("lookup", permits={"open_world"}, ...)       # send_mail writes, too

## Instead

Say what the tool does not do (`@tool(read_only=True)`, `destructive=False`, `open_world=False`),
take it off the agent's list, or permit the effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.labels import everyone
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import EFFECTS
from agentgraph.model.tool import ToolSpec

CODE = "AG603"
SEVERITY = "error"

_Use = tuple[str, AgentSpec, ToolSpec]
"""A tool that an agent may call, and the agent's path from this graph."""


def find(flow: Flow) -> Iterator[Fault]:
    permits = flow.spec.permits
    if permits is None:
        return
    by_tool: dict[tuple[str, object], list[_Use]] = {}
    for use in _uses(flow.spec.agents, ""):
        _, _, tool = use
        if set(effects_of(tool)) - set(permits):
            by_tool.setdefault((tool.name, tool.source), []).append(use)
    for uses in by_tool.values():
        yield _fault(flow, permits, uses)


def effects_of(tool: ToolSpec) -> tuple[str, ...]:
    """The effects that a call of the tool may have, of `EFFECTS`."""
    has = {
        "write": not tool.read_only,
        "destructive": not tool.read_only and tool.destructive,
        "open_world": tool.open_world,
    }
    return tuple(effect for effect in EFFECTS if has[effect])


def _uses(agents: Iterable[AgentSpec], prefix: str) -> Iterator[_Use]:
    for agent in agents:
        for one in everyone(agent):
            path = prefix + (agent.name if one is agent else f"{agent.name}.{one.name}")
            yield from ((path, one, tool) for tool in one.tools)
            if one.graph is not None:
                yield from _uses(one.graph.agents, f"{path}.")


def _fault(flow: Flow, permits: tuple[str, ...], uses: list[_Use]) -> Fault:
    path, agent, tool = uses[0]
    forbidden = [effect for effect in effects_of(tool) if effect not in permits]
    unsaid = {"write": "read_only=True", "destructive": "destructive=False"}
    denials = [unsaid.get(effect, "open_world=False") for effect in forbidden]
    if "write" in forbidden:
        denials = [one for one in denials if one != "destructive=False"]
    return Fault(
        message=f"{path} may call {tool.name}, whose effect {flow.spec.name} does not permit: "
        f"{', '.join(forbidden)}",
        at=f"{path}.{tool.name}",
        source=agent.source,
        owner=agent.owner,
        reasons=(
            f"tool: {tool.name}{in_brackets(tool.source)}",
            f"permitted: {', '.join(permits) or 'nothing'}{in_brackets(flow.spec.source)}",
            *(f"also called by: {other}{in_brackets(who.source)}" for other, who, _ in uses[1:]),
        ),
        help=f"if it does no such thing, say so, @tool({', '.join(denials)}); "
        "else take it off the list, or permit it",
    )
