"""A Map over a list that nothing limits, where each element costs.

## What

A Map goes over a list whose type says nothing of its length, and leads to something that costs for
each element: a model (also within a graph), or, in a graph with a budget, a tool that has effects or
an estimated cost.

## Why

All elements start at once, so no budget stops them half-way. A model that was asked for "the
chapters" once answers with four hundred, and that is what is paid for.

## Example

    @agent(prompt="List the chapters of {topic}", writes="chapters")
    def outline(topic: str) -> list[str]: ...

    Map(outline, over="chapters", each="chapter", to=write_chapter, into="texts")

## Instead

Say how many are enough: `Annotated[list[str], MaxLen(12)]`. The model is told, its answer is held to
it, and what a turn can cost is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.labels import everyone
from agentgraph.check.turns import elements_of, unlimited
from agentgraph.check.walks import owner_of, writer_of
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec

CODE = "AG703"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    for run in flow.web.runs:
        agent = flow.agents.get(run.node)
        if run.spread is None or run.number not in flow.known.at or agent is None:
            continue
        costs = _costs(agent, budgeted=flow.spec.budget is not None)
        if costs and elements_of(flow, run.number) is None:
            yield from _fault(flow, run, costs)


def _costs(agent: AgentSpec, *, budgeted: bool) -> str:
    """What makes each element cost, as a clause; "" where nothing is known to."""
    for one in everyone(agent):
        if one.kind == "model":
            return f"{one.name} asks a model"
        for tool in one.tools if budgeted else ():
            if not tool.read_only or (tool.estimate is not None and tool.estimate.cost):
                return f"{one.name} may call {tool.name}"
        for inner in one.graph.agents if one.graph is not None else ():
            if found := _costs(inner, budgeted=budgeted):
                return found
    return ""


def _fault(flow: Flow, run: Run, costs: str) -> Iterator[Fault]:
    assert run.spread is not None
    lists = unlimited(flow, run.number)
    if not lists:  # a foreign graph's, of whose type nothing is known
        return
    writers = (f"written by: {writer_of(one)}{in_brackets(one.source)}" for one in lists)
    yield Fault(
        message=f"{run.spread.over} may be of any length, and for each of its elements {costs}",
        at=f"{run.node}.{run.spread.over}",
        source=run.spread.source,
        owner=owner_of(flow, run.node),
        reasons=tuple(dict.fromkeys(writers)),
        help="limit the list where it is written: Annotated[list[...], MaxLen(12)]",
    )
