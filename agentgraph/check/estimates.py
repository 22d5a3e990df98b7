"""What one run of an agent is expected to take, from what was said of it, its tools and its model.

What nobody has said counts as nothing: all sums here are at least, not at most.
"""

from __future__ import annotations

from collections.abc import Callable

from agentgraph.check.flow.flow import Flow
from agentgraph.check.reliance import facts_of
from agentgraph.model.agent import AgentSpec

OfAgent = Callable[[Flow, AgentSpec], float]


def seconds_of(flow: Flow, agent: AgentSpec) -> float:
    """The agent's own estimate, else its model's, else that of its slowest tool."""
    if agent.estimate is not None and agent.estimate.p95 is not None:
        return agent.estimate.p95
    facts = facts_of(flow, agent.model or "default") if agent.kind == "model" else None
    if facts is not None and facts.p95 is not None:
        return facts.p95
    return max((tool.estimate.p95 or 0 for tool in agent.tools if tool.estimate), default=0)


def cost_of(flow: Flow, agent: AgentSpec) -> float:
    """The agent's own estimate, else its tokens at its model's lower price, else its dearest tool's."""
    if agent.estimate is not None and agent.estimate.cost is not None:
        return agent.estimate.cost
    facts = facts_of(flow, agent.model or "default") if agent.kind == "model" else None
    if facts is not None and agent.estimate is not None and agent.estimate.tokens is not None:
        prices = (facts.input_price, facts.output_price)
        if prices[0] is not None and prices[1] is not None:
            return agent.estimate.tokens * min(prices[0], prices[1]) / 1_000_000
    return max((tool.estimate.cost or 0 for tool in agent.tools if tool.estimate), default=0)


def tokens_of(_: Flow, agent: AgentSpec) -> float:
    """The agent's own estimate."""
    return (agent.estimate.tokens or 0) if agent.estimate is not None else 0
