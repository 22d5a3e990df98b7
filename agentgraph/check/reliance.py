"""What agents rely on when they run: the policies that apply to them, and whose fate they share."""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.flow.flow import Flow
from agentgraph.check.labels import everyone
from agentgraph.model.agent import AgentSpec
from agentgraph.model.facts import ModelFacts
from agentgraph.model.policy import Retry


def every_agent(flow: Flow) -> Iterator[tuple[str, AgentSpec]]:
    """Every agent of this graph and all that stands in for one, with its path; each once."""
    for agent in flow.spec.agents:
        for one in everyone(agent):
            yield (agent.name if one is agent else f"{agent.name}.{one.name}"), one


def timeout_of(flow: Flow, agent: AgentSpec) -> float | None:
    """Seconds for one attempt: its own, or its graph's. None: no limit."""
    own = agent.policies.timeout
    return own if own is not None else flow.spec.policies.timeout


def retry_of(flow: Flow, agent: AgentSpec) -> Retry | None:
    """How its attempts are repeated: its own, or its graph's; None where they are not."""
    own = agent.policies.retry if agent.policies.retry is not None else flow.spec.policies.retry
    return again(own)


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
