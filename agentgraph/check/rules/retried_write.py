"""A write is tried again, and twice is not as once.

## What

An agent or a tool has a retry, of its own or by its graph's `retry=`, and what is tried again calls a
tool that changes something and is neither idempotent nor keyed.

## Why

A timeout does not say that nothing happened: the money moved, and only the answer was late. The
second attempt moves it again.

## Example

    @tool
    def charge(card: str, amount: Decimal) -> str: ...

    @agent(tools=[charge], retry=Retry(attempts=3))
    def pay(card: str, amount: Decimal) -> Receipt: ...

## Instead

Hand the service a key that is the same over all attempts, `ctx.idempotency_key`, and say
`@tool(keyed=True)`; say `idempotent=True` or `read_only=True` where that is so; or don't try again:
`retry=Retry(attempts=1)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.reliance import again, every_agent, retry_of
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.policy import Retry
from agentgraph.model.tool import ToolSpec

CODE = "AG501"
SEVERITY = "warning"

_Repeated = tuple[str, AgentSpec, ToolSpec, str]
"""A tool of an agent (its path before it), and who tries it again, in words."""


def find(flow: Flow) -> Iterator[Fault]:
    by_tool: dict[tuple[str, object], list[_Repeated]] = {}
    for path, agent in every_agent(flow):
        for tool in agent.tools:
            if tool.read_only or tool.idempotent or tool.keyed:
                continue
            for by in _repeated_by(flow, path, agent, tool):
                by_tool.setdefault((tool.name, tool.source), []).append((path, agent, tool, by))
    for found in by_tool.values():
        yield _fault(found)


def _repeated_by(flow: Flow, path: str, agent: AgentSpec, tool: ToolSpec) -> Iterator[str]:
    retry = retry_of(flow, agent)
    if retry is not None:
        yield f"{path}{_said_by(flow, agent)}, {_times(retry)}"
    retry = again(tool.policies.retry)
    if retry is not None:
        yield f"{tool.name} itself{in_brackets(tool.source)}, {_times(retry)}"


def _said_by(flow: Flow, agent: AgentSpec) -> str:
    if agent.policies.retry is not None:
        return in_brackets(agent.source)
    if flow.spec.policies.retry is not None:
        return f", by the retry= of {flow.spec.name}{in_brackets(flow.spec.source)}"
    return ", by retry in [tool.agentgraph.run]"


def _times(retry: Retry) -> str:
    return f"{retry.attempts} attempts"


def _fault(found: list[_Repeated]) -> Fault:
    path, agent, tool, _ = found[0]
    return Fault(
        message=f"{tool.name} may happen more than once: it is tried again, and is neither "
        "idempotent nor keyed",
        at=f"{path}.{tool.name}",
        source=tool.source or agent.source,
        owner=tool.owner or agent.owner,
        reasons=tuple(f"tried again by: {by}" for by in dict.fromkeys(by for *_, by in found)),
        help="give the service ctx.idempotency_key and say @tool(keyed=True), or don't try again",
    )
