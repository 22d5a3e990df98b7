"""`[tool.agentgraph]` of the project's pyproject.toml."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from agentgraph.cli.toml_lines import line_of
from agentgraph.errors import Problem, SettingsError

if TYPE_CHECKING:
    from agentgraph.check.settings import Misfit

_TABLES = ("models", "check", "run")
_Misfit = tuple[str, str, str, str]
"""A setting, the text in it that is at fault, what is wrong, and the likely fix."""


class Settings(Struct, frozen=True):
    """What the project says.

    `root` is the folder of the pyproject.toml (None: there is none), `targets` what to
    work on where the command line names nothing, as paths from here or module names.
    `models` maps roles to models; `check` is the checker's table, `run` that of policies.
    """

    root: Path | None = None
    targets: tuple[str, ...] = ()
    models: Mapping[str, Any] = field(default_factory=dict)
    check: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]


def project_root(start: Path) -> Path | None:
    """The nearest folder from `start` upwards with a pyproject.toml."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
    return None


def read_settings(
    start: Path | None = None,
    *,
    judges: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Misfit]]] | None = None,
) -> Settings:
    """The settings that hold in a folder (None: here). SettingsError: all that is wrong with them.

    `judges` say what is wrong with the tables `models`, `check` and `run`; one without a judge is
    taken as it is.
    """
    root = project_root((start or Path.cwd()).absolute())
    if root is None:
        return Settings()
    file = root / "pyproject.toml"
    text, table = _table(file)
    misfits: list[_Misfit] = list(_misfits(table))
    for name, judge in (judges or {}).items():
        if isinstance(table.get(name, {}), dict):
            found = judge(table.get(name, {}))
            misfits += [(f"{name}.{one.key}", one.value, one.message, one.help) for one in found]
    if misfits:
        raise SettingsError([_problem(text, file, misfit) for misfit in misfits])
    return Settings(
        root=root,
        targets=tuple(_from_here(target, root) for target in table.get("targets", ())),
        models=table.get("models", {}),
        check=table.get("check", {}),
        run=table.get("run", {}),
    )


def _table(file: Path) -> tuple[str, dict[str, Any]]:
    import tomllib

    try:
        text = file.read_text(encoding="utf-8")
        tool = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([Problem(f"not TOML: {error}", file=str(file), line=1)]) from None
    except UnicodeDecodeError:
        raise SettingsError([Problem("not UTF-8 text", file=str(file), line=1)]) from None
    except OSError as error:
        raise SettingsError([Problem(f"cannot read {file}: {error.strerror}")]) from None
    table = tool.get("agentgraph", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise SettingsError([_problem(text, file, ("", "", "must be a table", ""))])
    return text, table


def _misfits(table: Mapping[str, Any]) -> Iterator[_Misfit]:
    for key, value in table.items():
        if key == "targets":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                yield key, "", "must be a list of texts", 'targets = ["graphs/"]'
        elif key in _TABLES:
            if not isinstance(value, dict):
                yield key, "", "must be a table", f"[tool.agentgraph.{key}]"
        else:
            near = difflib.get_close_matches(key, ["targets", *_TABLES], 1)
            help_ = (
                f"did you mean {near[0]!r}?" if near else f"known: targets, {', '.join(_TABLES)}"
            )
            yield key, "", "no such setting", help_


def _problem(text: str, file: Path, misfit: _Misfit) -> Problem:
    key, value, message, help_ = misfit
    where = f"tool.agentgraph.{key}".rstrip(".")
    return Problem(message, where, str(file), line_of(text, where, value), help_)


def _from_here(target: str, root: Path) -> str:
    """A target of the settings is a path from their own folder, unless it is a module's name."""
    path = root / target.partition(":")[0]
    if not path.exists() and "/" not in target and ".py" not in target:
        return target
    return str(root / target)
