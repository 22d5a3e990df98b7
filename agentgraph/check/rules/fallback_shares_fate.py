"""A fallback that fails with what it stands in for.

## What

Everything that an agent falls back on needs what the agent itself needs: the same model, a model of
the same provider (as `[tool.agentgraph.models]` has it), or the same service (`needs=`).

## Why

A fallback is there for the day on which the provider is down. On that day it is down as well.

## Example

    [tool.agentgraph.models.deep]
    provider = "openai"
    [tool.agentgraph.models.small]
    provider = "openai"

    @agent(prompt="...", model="deep", fallback=Model("small"))
    def answer(question: str) -> str: ...

## Instead

End the chain with something that stands by itself: another provider, a plain function, a value.
`fallback=[Model("small"), keyword_answer]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.reliance import every_agent, facts_of
from agentgraph.model.agent import AgentSpec
from agentgraph.model.policy import Fallback

CODE = "AG505"
SEVERITY = "warning"
NEEDS_MODELS = True


def find(flow: Flow) -> Iterator[Fault]:
    for path, agent in every_agent(flow):
        own = _fates(flow, agent)
        shared = [(one, own & _fates_of(flow, agent, one)) for one in agent.policies.fallbacks]
        if shared and all(fates for _, fates in shared):
            yield _fault(path, agent, [(one, sorted(fates)) for one, fates in shared])


def _fates(flow: Flow, agent: AgentSpec) -> set[str]:
    """What the agent cannot do without, in words."""
    needs = {agent.needs}
    if agent.kind == "model":
        return {*_services(needs), *_model(flow, agent.model or "default")}
    return _services(needs | {tool.needs for tool in agent.tools})


def _fates_of(flow: Flow, agent: AgentSpec, fallback: Fallback) -> set[str]:
    if fallback.kind == "value":
        return set()
    if fallback.kind == "model":
        return {*_services({agent.needs}), *_model(flow, fallback.name)}
    stand_in = next((one for one in agent.stand_ins if one.name == fallback.name), None)
    return _fates(flow, stand_in) if stand_in is not None else set()


def _services(needs: set[str | None]) -> set[str]:
    return {f"needs {one}" for one in needs if one is not None}


def _model(flow: Flow, role: str) -> set[str]:
    facts = facts_of(flow, role)
    if facts is None:
        return {f"the model {role}"}
    provider = {f"models of {facts.provider}"} if facts.provider is not None else set[str]()
    return {f"the model {facts.role}", *provider}


def _fault(path: str, agent: AgentSpec, shared: list[tuple[Fallback, list[str]]]) -> Fault:
    names = [f"model {one.name}" if one.kind == "model" else one.name for one, _ in shared]
    return Fault(
        message=f"what {path} falls back on fails with it: {', '.join(names)}",
        at=path,
        source=agent.source,
        owner=agent.owner,
        reasons=tuple(
            f"{name} shares with {agent.name}: {', '.join(fates)}"
            for name, (_, fates) in zip(names, shared, strict=True)
        ),
        help="end the chain with something that stands by itself: another provider, a function, "
        "a value",
    )
