"""What a project's `langgraph.json` names as its graphs, and what is wrong with that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from agentgraph.errors import Problem

MANIFEST = "langgraph.json"
_WRITTEN = 'write "NAME": "./file.py:variable"'
_FROM_HERE = f"paths begin at the folder of {MANIFEST}"
_OTHERS = (".js", ".mjs", ".ts", ".mts", ".tsx", ".jsx")
"""Graphs in another language are no business of ours."""


class Entry(Struct, frozen=True):
    """A graph by the file and the variable that hold it; `line` is its line in the manifest."""

    file: Path
    name: str
    manifest: Path
    line: int | None

    def problem(self, message: str, help: str = "") -> Problem:  # noqa: A002  # as of `Problem`
        """Something that is wrong with it, at its line."""
        return Problem(message, file=str(self.manifest), line=self.line, help=help)


def manifest_of(file: str | None) -> Path | None:
    """The `langgraph.json` of the project that a file belongs to."""
    folder = Path(file).absolute().parent if file else None
    for here in (folder, *folder.parents) if folder is not None else ():
        if (here / MANIFEST).is_file():
            return here / MANIFEST
        if (here / ".git").exists():
            return None
    return None


def manifest_entries(manifest: Path) -> list[Entry]:
    """The graphs that it names in files of Python; none where it cannot be read."""
    return [one for one in _read(manifest) if isinstance(one, Entry)]


def manifest_problems(manifest: Path) -> list[Problem]:
    """All that keeps a graph of it from being found: [] where nothing does, or there is no such file."""
    found: list[Problem] = []
    for one in _read(manifest):
        if isinstance(one, Problem):
            found.append(one)
        elif not one.file.is_file():
            found.append(one.problem(f"there is no file {one.file}", _FROM_HERE))
    return found


def _read(manifest: Path) -> Iterator[Entry | Problem]:
    try:
        text = manifest.read_text(encoding="utf-8")
        table = json.loads(text)
    except OSError:
        return
    except ValueError as error:
        line = getattr(error, "lineno", None)
        yield Problem(f"it is not JSON: {error}", file=str(manifest), line=line or 1)
        return
    graphs = table.get("graphs", {}) if isinstance(table, dict) else {}
    for key, value in graphs.items() if isinstance(graphs, dict) else ():
        yield from _entry(manifest, text, key, value)


def _entry(manifest: Path, text: str, key: str, value: Any) -> Iterator[Entry | Problem]:
    path = value.get("path") if isinstance(value, dict) else value
    lines = text.splitlines()
    line = next((n for n, one in enumerate(lines, 1) if json.dumps(key) in one), None)
    file, colon, name = path.rpartition(":") if isinstance(path, str) else ("", "", "")
    if not colon or not file or not name:
        message = f"the graph {key!r} is {json.dumps(path)}: no file and variable"
        yield Problem(message, file=str(manifest), line=line, help=_WRITTEN)
    elif not file.endswith(_OTHERS) and (file.endswith(".py") or "/" in file):
        yield Entry((manifest.parent / file).resolve(), name, manifest, line)
