"""Chat models from settings: `[tool.agentgraph.models]`, a model for each role."""

from __future__ import annotations

import importlib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agentgraph.errors import Problem, SettingsError

PROVIDERS = {
    "anthropic": "langchain_anthropic:ChatAnthropic",
    "google": "langchain_google_genai:ChatGoogleGenerativeAI",
    "mistral": "langchain_mistralai:ChatMistralAI",
    "ollama": "langchain_ollama:ChatOllama",
    "openai": "langchain_openai:ChatOpenAI",
}
DESCRIPTIONS = frozenset({"provider", "use", "clears", "context", "p95", "prices"})
"""Keys that say where a model comes from, or something about it (`facts`); all others go to its class."""
TABLE = "tool.agentgraph.models"


def load_models(
    folder: str | os.PathLike[str] | None = None, *, roles: Iterable[str] | None = None
) -> dict[str, Any]:
    """The chat models that the nearest pyproject.toml names, from `folder` (None: here) upwards.

    {} where none does. `roles` are those to make, None: all. SettingsError: see `make_models`.
    """
    return make_models(models_table(folder), roles=roles)


def models_table(folder: str | os.PathLike[str] | None = None) -> Any:
    """`[tool.agentgraph.models]` of the nearest pyproject.toml, as it stands; {} where there is none."""
    return project_table("models", folder)


def project_table(name: str, folder: str | os.PathLike[str] | None = None) -> Any:
    """A table of `[tool.agentgraph]` of the nearest pyproject.toml, as it stands; {} where there is none."""
    start = Path(folder or Path.cwd()).absolute()
    file = next((at / "pyproject.toml" for at in (start, *start.parents) if _is_root(at)), None)
    if file is None:
        return {}
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([Problem(f"it is not TOML: {error}", where=str(file))]) from None
    return data.get("tool", {}).get("agentgraph", {}).get(name, {})


def make_models(settings: Any, *, roles: Iterable[str] | None = None) -> dict[str, Any]:
    """A chat model for each role: `"openai:gpt-5-mini"`, or a table with `provider` or `use`.

    `provider` is a known name, `use` any `package.module:Class`; what else stands in the table
    goes to the class. `roles` are those to make where settings have them, None: all.
    Packages are imported here and not before. SettingsError: all that is wrong.
    """
    if not isinstance(settings, Mapping):
        raise _error("", f"it is {type(settings).__name__}, not a table of roles")
    models: dict[str, Any] = {}
    problems: list[Problem] = []
    for role in settings if roles is None else [role for role in roles if role in settings]:
        try:
            models[role] = _make(role, settings[role])
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems, "the models do not hold")
    return models


def _is_root(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file()


def _make(role: str, table: Any) -> Any:
    if isinstance(table, str):
        provider, colon, name = table.partition(":")
        if not (provider and colon and name):
            raise _error(role, f"{table!r} names no model", f'{role} = "openai:gpt-5-mini"')
        table = {"provider": provider, "model": name}
    make = _model_class(role, *_class_place(role, table))
    options = {key: value for key, value in table.items() if key not in DESCRIPTIONS}
    try:
        return make(**options)
    except Exception as error:  # whatever a provider's class may raise
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise _error(role, f"cannot be made: {' '.join(reason)}") from error


def _class_place(role: str, table: Any) -> tuple[str, str]:
    """Module and class. SettingsError: the table does not say."""
    example = f'{role} = {{ provider = "openai", model = "gpt-5-mini" }}'
    if not isinstance(table, Mapping):
        raise _error(role, "must be a text or a table", example)
    given = table.get("use", table.get("provider"))
    if not isinstance(given, str):
        raise _error(role, "must say its provider, or what class to use", example)
    module, colon, name = PROVIDERS.get(given, given).partition(":")
    if not (module and colon and name):
        known = ", ".join(PROVIDERS)
        raise _error(role, f"no provider {given!r}", f"known: {known}; or package.module:Class")
    return module, name


def _model_class(role: str, module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        package = module.split(".", 1)[0].replace("_", "-")
        raise _error(role, f"{error.name} is not installed", f"pip install {package}") from error
    except AttributeError as error:
        raise _error(role, f"{module} has no {name}") from error


def _error(role: str, message: str, help_: str = "") -> SettingsError:
    where = f"{TABLE}.{role}" if role else TABLE
    return SettingsError([Problem(message, where=where, help=help_)])
