"""An agent writes a field that the declared state does not have.

## What

The graph names its state (`state=`), and an agent writes a field that is not in it.

## Why

It is a name misspelt, or a field forgotten: whoever reads the field as the state names it waits
for it in vain. Plain LangGraph drops such a write without a word.

## Example

    class State(TypedDict, total=False):
        order_id: str

    class Found(TypedDict):
        order_nr: str                      # and who reads order_nr?

    @agent
    def find_order(query: str) -> Found: ...

## Instead

Use the state's name, or add the field to the state. `.named(..., writes={"order_nr": "order_id"})`
renames where an agent of another team is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.places import written_at
from agentgraph.check.walks import missing, nearest, unread, writers_of
from agentgraph.model.agent import AgentSpec

CODE = "AG404"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    if not flow.spec.declares_state:
        return
    declared = [field.name for field in flow.spec.state if field.declared]
    told: set[str] = set()
    for agent in flow.agents.values():
        for write in agent.writes:
            # Where several call a helper for it, its line is told once.
            at = written_at(flow, agent.name, write.field) if flow.adopted is not None else None
            key = f"{at or agent.name}.{write.field}"
            if (
                write.field not in declared
                and key not in told
                and _is_written(flow, agent, write.field)
            ):
                told.add(key)
                yield _fault(flow, agent, write.field, declared)


def _is_written(flow: Flow, agent: AgentSpec, field: str) -> bool:
    """Whether the agent writes it anywhere; the runs of a Map write to its list alone."""
    reached = {run for run in flow.reach.order if flow.web.runs[run].agent == agent.name}
    return any(
        field in (*effect.always, *effect.maybe)
        for run in flow.web.runs
        if run.agent == agent.name and (run.number in reached or not reached)
        for effect in (flow.effects.of[run.number],)
    )


def _fault(flow: Flow, agent: AgentSpec, field: str, declared: list[str]) -> Fault:
    lacking = [
        name for name in declared if not writers_of(flow, name) and name not in flow.effects.inputs
    ]
    close = nearest(field, declared)
    if close is None and len(lacking) == 1 and not unread(flow, lacking[0]):
        close = lacking[0]
    return Fault(
        message=f"{agent.name} writes {field}, which the state does not have",
        at=f"{agent.name}.{field}",
        source=written_at(flow, agent.name, field) or agent.source,
        owner=agent.owner,
        help=f"did you mean {close}?" if close else f"add {field} to the state",
        root=missing(close) if close else frozenset(),
        because=frozenset({("state", "")}),
    )
