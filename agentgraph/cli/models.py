"""`[tool.agentgraph.models]`: a chat model for each role that a graph names."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from agentgraph.cli.settings import Settings
from agentgraph.errors import Problem, SettingsError
from agentgraph.model.graph import GraphSpec

PROVIDERS = {
    "anthropic": "langchain_anthropic:ChatAnthropic",
    "google": "langchain_google_genai:ChatGoogleGenerativeAI",
    "mistral": "langchain_mistralai:ChatMistralAI",
    "ollama": "langchain_ollama:ChatOllama",
    "openai": "langchain_openai:ChatOpenAI",
}
DESCRIPTIONS = frozenset({"provider", "clears", "context", "p95", "price", "prices"})
"""Keys that say something about a model to the checker; all others go to its class."""
EXAMPLE = '{ provider = "openai", model = "gpt-5-mini" }'


def chat_models(spec: GraphSpec, settings: Settings) -> dict[str, Any]:
    """A chat model for each configured role that the graph (or a nested one) asks for.

    SettingsError: what is configured cannot be made; all roles at once.
    """
    models: dict[str, Any] = {}
    problems: list[Problem] = []
    for role in sorted(_roles(spec) & set(settings.models)):
        try:
            models[role] = _make(role, settings.models[role])
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems, "the models do not hold")
    return models


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


def _make(role: str, table: Any) -> Any:
    if isinstance(table, str):
        provider, _, name = table.partition(":")
        table = {"provider": provider, "model": name}
    if not isinstance(table, Mapping) or not isinstance(table.get("provider"), str):
        raise _error(role, "must say its provider", f"{role} = {EXAMPLE}")
    make = _model_class(role, table["provider"])
    options = {key: value for key, value in table.items() if key not in DESCRIPTIONS}
    try:
        return make(**options)
    except Exception as error:  # whatever a provider's class may raise
        raise _error(role, f"cannot be made: {error}") from error


def _model_class(role: str, provider: str) -> Any:
    place = PROVIDERS.get(provider, provider)
    module, colon, name = place.partition(":")
    if not colon:
        known = ", ".join(PROVIDERS)
        raise _error(role, f"no provider {provider!r}", f"known: {known}; or package.module:Class")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        package = module.split(".")[0].replace("_", "-")
        raise _error(role, f"{error.name} is not installed", f"pip install {package}") from error
    except AttributeError as error:
        raise _error(role, f"{module} has no {name}") from error


def _error(role: str, message: str, help_: str = "") -> SettingsError:
    return SettingsError([Problem(message, where=f"tool.agentgraph.models.{role}", help=help_)])
