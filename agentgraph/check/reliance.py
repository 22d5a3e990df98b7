"""What agents rely on when they run: the policies that apply to them, and whose fate they share."""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.flow.flow import Flow
from agentgraph.check.labels import everyone
from agentgraph.model.agent import AgentSpec
from agentgraph.model.facts import ModelFacts
from agentgraph.model.policy import Policies, Retry


def every_agent(flow: Flow) -> Iterator[tuple[str, AgentSpec]]:
    """Every agent of this graph and all that stands in for one, with its path; each once."""
    for agent in flow.spec.agents:
        for one in everyone(agent):
            yield (agent.name if one is agent else f"{agent.name}.{one.name}"), one


def timeout_of(flow: Flow, agent: AgentSpec) -> float | None:
    """Seconds for one attempt: its own, its graph's, or its project's. None: no limit."""
    for policies in _from_near(flow, agent):
        if policies.timeout is not None:
            return policies.timeout
    return None


def retry_of(flow: Flow, agent: AgentSpec) -> Retry | None:
    """How its attempts are repeated: its own, its graph's, or its project's; None where they are not."""
    for policies in _from_near(flow, agent):
        if policies.retry is not None:
            return again(policies.retry)
    return None


def _from_near(flow: Flow, agent: AgentSpec) -> Iterator[Policies]:
    yield agent.policies
    yield flow.spec.policies
    if flow.project is not None:
        yield flow.project


def again(retry: Retry | None) -> Retry | None:
    """A retry that tries again at all."""
    return retry if retry is not None and retry.attempts > 1 else None


def longest_seconds(retry: Retry, timeout: float) -> float:
    """How long all attempts and the waits between them can take."""
    waits = (
        min(retry.wait * retry.backoff**n, retry.max_wait) + retry.jitter
        for n in range(retry.attempts - 1)
    )
    return retry.attempts * timeout + sum(waits)


def facts_of(flow: Flow, role: str) -> ModelFacts | None:
    """What is known of the model that serves a role; None: nothing."""
    return flow.models.get(role, flow.models.get("default"))


def roles_of(agent: AgentSpec) -> list[str]:
    """The roles of all models that the agent may ask, those that stand in included."""
    own = [agent.model or "default"] if agent.kind == "model" else []
    return [*own, *(one.name for one in agent.policies.fallbacks if one.kind == "model")]
