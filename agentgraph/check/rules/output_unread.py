"""An agent whose output nobody reads.

## What

All that the agent writes is left lying: no agent, no decision, no Map and no output looks at
it on any way, or it is overwritten before anybody does. And the agent has no effect that it could
be there for.

## Why

It costs its time and its tokens on every run, and does nothing. Mostly a reader was taken out, or
reads another name.

## Example

    @agent(writes="summary")
    def summarise(text: str) -> str: ...

    Edge(START, summarise), Edge(summarise, answer), Edge(answer, END)    # and answer reads text

An agent with tools that do something, one that asks a person, and one that returns None is run for
its effect: of those nothing is said. Nor of fields that `state=` names, and of graphs without an
`output=`: they may be for others to see.

## Instead

Let somebody read it, take the agent out, or name the field in `state=` if it is for those who look
at the state. What is run for its effect alone returns None.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault, Root
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.uses import Uses, written_by
from agentgraph.check.walks import likely_field, read_but_missing, readers_of, unread
from agentgraph.model.agent import AgentSpec
from agentgraph.model.plan import Node

CODE = "AG403"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    if flow.spec.declares_state or not flow.spec.output.ports:
        return  # what the state names may be for others to see, and where nothing is promised all may
    uses: Uses | None = None
    reached: dict[str, list[Run]] = {}
    for run in flow.web.runs:
        if run.number in flow.known.at:
            reached.setdefault(run.node, []).append(run)
    inferred = {field.name for field in flow.spec.state if not field.declared and not field.kept}
    for node in flow.plan.nodes:
        agent = flow.agents.get(node.name)
        if agent is None or node.helper or node.failure or has_effect(agent):
            continue
        written = [item for run in reached.get(node.name, ()) for item in written_by(flow, run)]
        if not written or not {item.definition.field for item in written} <= inferred:
            continue
        uses = uses or Uses(flow)
        if not any(item in uses or _waits_for_reader(flow, item) for item in written):
            yield _fault(flow, node, agent, written)


def has_effect(agent: AgentSpec) -> bool:
    """Whether it does something beside what it writes, as far as can be told; True in doubt."""
    if agent.kind in ("person", "langgraph") or not (agent.writes or agent.graph):
        return True
    if agent.needs is not None or not all(tool.read_only for tool in agent.tools):
        return True
    inner = agent.graph.agents if agent.graph else ()
    return any(has_effect(one) for one in (*agent.stand_ins, *inner))


def _waits_for_reader(flow: Flow, item: Item) -> bool:
    """Whether somebody reads the field whom no way leads to: that is told of there."""
    return any(run.number not in flow.known.at for run in readers_of(flow, item.definition.field))


def _fault(flow: Flow, node: Node, agent: AgentSpec, written: list[Item]) -> Fault:
    fields = list(dict.fromkeys(item.definition.field for item in written))
    overwritten = [field for field in fields if not unread(flow, field)]
    return Fault(
        message=f"nobody reads what {node.name} writes: {', '.join(fields)}",
        at=f"{node.name}.{fields[0]}" if len(fields) == 1 else node.name,
        source=node.source,
        owner=agent.owner,
        reasons=tuple(f"{field} is overwritten before it is read" for field in overwritten),
        help=f"let somebody read it, or take {node.name} out",
        because=frozenset(
            {
                *(("definition", str(item.definition.number)) for item in written),
                *(("clash", node.name, field) for field in fields),
                ("end", node.name),
                *_misnamed(flow, fields),
            }
        ),
    )


def _misnamed(flow: Flow, fields: list[str]) -> Iterator[Root]:
    """What is read under a name that nobody writes, where one of these was meant."""
    for need in read_but_missing(flow):
        if likely_field(flow, need.field, need.contract) in fields:
            yield ("absent", need.field)
