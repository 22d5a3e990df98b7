"""Retries that outlast the deadline, or multiply.

## What

All attempts of an agent or tool, each as long as its timeout, and the waits between them, can take longer
than what is around them allows: the agent's timeout around a tool, the graph's
`budget=Budget(seconds=...)` around either. Or a tool that tries again is called by an agent
that tries again, and together that makes more than five calls.

## Why

The last attempts never happen, or happen when nobody waits any more: the retry that was counted on is
not there. And retries that multiply turn a service's hiccup into its outage.

## Example

    @tool(needs="carrier", timeout=5, retry=Retry(attempts=3))
    def track_parcel(code: str) -> Parcel: ...

    @agent(tools=[track_parcel], timeout=10)            # 3 x 5 seconds do not fit
    def ask_carrier(code: str) -> Tracking: ...

## Instead

Try again in one place, and let attempts x timeout + waits fit what is around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.reliance import again, every_agent, longest_seconds, retry_of, timeout_of
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.policy import Retry
from agentgraph.model.source import Source
from agentgraph.model.tool import ToolSpec

CODE = "AG504"
SEVERITY = "warning"
MOST_CALLS = 5
"""More calls than this, of attempts that multiply, are told of."""


def find(flow: Flow) -> Iterator[Fault]:
    for path, agent in every_agent(flow):
        retry, timeout = retry_of(flow, agent), timeout_of(flow, agent)
        if retry is not None and timeout is not None and agent.kind != "person":
            yield from _over_budget(flow, path, agent, (retry, timeout))
        for tool in agent.tools:
            tried = again(tool.policies.retry)
            if tried is not None:
                yield from _of_tool(flow, path, agent, (tool, tried))


def _of_tool(
    flow: Flow, path: str, agent: AgentSpec, what: tuple[ToolSpec, Retry]
) -> Iterator[Fault]:
    tool, tried = what
    where = f"{path}.{tool.name}"
    around, timeout = timeout_of(flow, agent), tool.policies.timeout
    if timeout is not None:
        # What a model calls is not within its agent's timeout.
        takes = longest_seconds(tried, timeout)
        if around is not None and agent.kind == "function" and takes > around:
            limit = f"the timeout of {agent.name}{in_brackets(agent.source)}: {around:g} s"
            yield _fault(where, tool.source, agent.owner, (tried, timeout, limit))
        else:
            yield from _over_budget(flow, where, agent, (tried, timeout), tool.source)
    outer = retry_of(flow, agent)
    if outer is not None and outer.attempts * tried.attempts > MOST_CALLS:
        yield _stacked(where, agent, tool, (outer, tried))


def _over_budget(
    flow: Flow,
    where: str,
    agent: AgentSpec,
    what: tuple[Retry, float],
    source: Source | None = None,
) -> Iterator[Fault]:
    budget = flow.spec.budget
    seconds = budget.seconds if budget is not None else None
    if seconds is not None and longest_seconds(*what) > seconds:
        limit = f"the budget of {flow.spec.name}{in_brackets(flow.spec.source)}: {seconds:g} s"
        yield _fault(where, source or agent.source, agent.owner, (*what, limit))


def _fault(
    where: str, source: Source | None, owner: str | None, what: tuple[Retry, float, str]
) -> Fault:
    retry, timeout, limit = what
    return Fault(
        message=f"the attempts of {where} can take {longest_seconds(retry, timeout):.3g} s, "
        "which outlasts what is around them",
        at=where,
        source=source,
        owner=owner,
        reasons=(
            f"attempts: {retry.attempts} of {timeout:g} s, and the waits between them",
            f"around it: {limit}",
        ),
        help="fewer attempts, a shorter timeout, or more time around them",
    )


def _stacked(where: str, agent: AgentSpec, tool: ToolSpec, what: tuple[Retry, Retry]) -> Fault:
    outer, inner = what
    calls = outer.attempts * inner.attempts
    return Fault(
        message=f"retries multiply: {tool.name} may be called {calls} times for one answer",
        at=where,
        source=agent.source,
        owner=agent.owner,
        reasons=(
            f"tried again by: {agent.name}{in_brackets(agent.source)}, {outer.attempts} attempts",
            f"and by: {tool.name} itself{in_brackets(tool.source)}, {inner.attempts} attempts",
        ),
        help="try again in one place: the tool, where it is the call that fails",
    )
