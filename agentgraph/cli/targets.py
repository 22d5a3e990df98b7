"""TARGET: a file, `file.py:name`, `package.module:name`, or a folder, as places to load."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from agentgraph.cli.manifest import MANIFEST, manifest_entries
from agentgraph.errors import Problem, TargetError

_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "build", "dist"})


class Target(Struct, frozen=True):
    """One module to load.

    Either `file` (absolute) or `module` (dotted) is given. `name` is the graph asked for,
    None for all. `listed`: found in a folder, so it may hold no graph at all.
    """

    text: str
    file: Path | None = None
    module: str | None = None
    name: str | None = None
    listed: bool = False


def parse_target(text: str, *, plain: bool = False) -> list[Target]:
    """The modules that a target names. TargetError: it names none, and why.

    `plain`: of a folder, those that may hold a LangGraph graph as well, and those that its
    `langgraph.json` names.
    """
    path = Path(text)
    if path.is_dir():
        named = [one.file for one in manifest_entries(path / MANIFEST)] if plain else []
        files = [*_modules(path, plain=plain), *(_as_seen(one) for one in named if one.is_file())]
        once = {file.resolve(): file for file in files}
        return [Target(str(file), file=file.absolute(), listed=True) for file in once.values()]
    place, colon, name = text.partition(":")
    if colon and not all(part.isidentifier() for part in name.split(".")):
        raise _error(text, f"{name!r} is no name of a graph", "write file.py:name")
    if path.suffix == ".py" or place.endswith(".py") or os.sep in place:
        return [Target(text, file=_file(text, Path(place)), name=name or None)]
    if place and all(part.isidentifier() for part in place.split(".")):
        return [Target(text, module=place, name=name or None)]
    raise _error(
        text, "neither a file, a folder nor a module", "write file.py, file.py:name or a folder"
    )


def changed_targets(texts: Iterable[str], *, plain: bool = False) -> list[Target]:
    """Those of the changed files that might declare a graph; one that is gone declares none."""
    files = [(text, Path(text)) for text in texts]
    return [
        Target(text, file=path.absolute(), listed=True)
        for text, path in files
        if path.suffix == ".py" and path.is_file() and _speaks_of_graphs(path, plain=plain)
    ]


def _file(text: str, path: Path) -> Path:
    if path.is_file():
        if path.suffix != ".py":
            raise _error(text, "not a Python file", "graphs are declared in .py files")
        return path.absolute()
    if path.is_dir():
        raise _error(text, "a folder has no names of its own", f"leave out the name: {path}")
    help_ = ""
    if path.parent.is_dir():
        others = [other.name for other in path.parent.glob("*.py")]
        near = difflib.get_close_matches(path.name, others, 1)
        help_ = f"did you mean {path.parent / near[0]}?" if near else ""
    raise _error(text, "no such file", help_)


def _error(text: str, message: str, help_: str) -> TargetError:
    return TargetError([Problem(message, where=text, help=help_)])


def _as_seen(file: Path) -> Path:
    """A path from here, where it is below."""
    here = Path.cwd().resolve()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _modules(folder: Path, *, plain: bool) -> Iterator[Path]:
    """The folder's modules that might declare a graph, in order of path.

    Only those that speak of `agentgraph` and `Graph`: importing a stranger's script for
    nothing could do anything. `__main__` does something when it is imported, by design.
    """
    for file in python_files(folder):
        if file.name != "__main__.py" and _speaks_of_graphs(file, plain=plain):
            yield file


def python_files(folder: Path) -> Iterator[Path]:
    """The Python files below a folder, in order of path, without what tools put there."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _skipped(Path(here), name))
        for name in sorted(files):
            if name.endswith(".py"):
                yield Path(here) / name


def _skipped(here: Path, name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED or (here / name / "pyvenv.cfg").exists()


def _speaks_of_graphs(file: Path, *, plain: bool) -> bool:
    try:
        text = file.read_bytes()
    except OSError:
        return True  # loading it will say what is wrong
    theirs = plain and b"langgraph" in text and (b"StateGraph(" in text or b"@entrypoint" in text)
    return theirs or (b"agentgraph" in text and b"Graph" in text)
