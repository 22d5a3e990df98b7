"""`[tool.agentgraph]` of the project's pyproject.toml."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agentgraph.errors import Problem, SettingsError

_TABLES = ("models", "check")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the project says.

    `root` is the folder of the pyproject.toml (None: there is none), `targets` what to
    work on where the command line names nothing, as paths from here or module names.
    `models` maps roles to models; `check` is the checker's table.
    """

    root: Path | None = None
    targets: tuple[str, ...] = ()
    models: Mapping[str, Any] = field(default_factory=dict)
    check: Mapping[str, Any] = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]


def project_root(start: Path) -> Path | None:
    """The nearest folder from `start` upwards with a pyproject.toml."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
    return None


def read_settings(start: Path | None = None) -> Settings:
    """The settings that hold in a folder (None: here). SettingsError: all that is wrong with them."""
    root = project_root((start or Path.cwd()).absolute())
    if root is None:
        return Settings()
    file = root / "pyproject.toml"
    table = _table(file)
    problems = list(_problems(table, str(file)))
    if problems:
        raise SettingsError(problems)
    return Settings(
        root=root,
        targets=tuple(_from_here(target, root) for target in table.get("targets", ())),
        models=table.get("models", {}),
        check=table.get("check", {}),
    )


def _table(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        with file.open("rb") as stream:
            tool = tomllib.load(stream).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([Problem(f"not TOML: {error}", file=str(file), line=1)]) from None
    except OSError as error:
        raise SettingsError([Problem(f"cannot read {file}: {error.strerror}")]) from None
    table = tool.get("agentgraph", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise SettingsError([Problem("[tool.agentgraph] must be a table", file=str(file), line=1)])
    return table


def _problems(table: Mapping[str, Any], file: str) -> Iterator[Problem]:
    for key, value in table.items():
        where = f"{file}: tool.agentgraph.{key}"
        if key == "targets":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                yield Problem("must be a list of texts", where, help='targets = ["graphs/"]')
        elif key in _TABLES:
            if not isinstance(value, dict):
                yield Problem("must be a table", where, help=f"[tool.agentgraph.{key}]")
        else:
            near = difflib.get_close_matches(key, ["targets", *_TABLES], 1)
            help_ = f"did you mean {near[0]!r}?" if near else "known: targets, models, check"
            yield Problem("no such setting", where, help=help_)


def _from_here(target: str, root: Path) -> str:
    """A target of the settings is a path from their own folder, unless it is a module's name."""
    path = root / target.partition(":")[0]
    if not path.exists() and "/" not in target and ".py" not in target:
        return target
    return str(root / target)
