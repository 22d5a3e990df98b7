"""The models that a run needs: those of `[tool.agentgraph.models]` whose role the graph names."""

from __future__ import annotations

from typing import Any

from agentgraph.call.models import make_models
from agentgraph.cli.settings import Settings
from agentgraph.model.graph import GraphSpec


def chat_models(spec: GraphSpec, settings: Settings) -> dict[str, Any]:
    """A chat model for each configured role that the graph (or a nested one) asks for.

    SettingsError: what is configured cannot be made; all roles at once.
    """
    return make_models(settings.models, roles=sorted(_roles(spec)))


def _roles(spec: GraphSpec) -> set[str]:
    """Every role named; whoever asks for a model may get the default one."""
    roles: set[str] = set()
    for agent in spec.agents:
        if agent.kind == "model":
            roles |= {agent.model or "default", "default"}
        roles |= {one.name for one in agent.policies.fallbacks if one.kind == "model"}
        if agent.graph is not None:
            roles |= _roles(agent.graph)
    return roles
