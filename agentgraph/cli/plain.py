"""Plain LangGraph graphs that a user's module holds, and what `langgraph.json` says of them."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted

MANIFEST = "langgraph.json"
_FINISHING = frozenset({"compile", "validate"})


@dataclass(slots=True)
class Plain:
    """A plain LangGraph graph that was found; made into our nouns when it is asked for."""

    graph: Any
    name: str
    module: ModuleType | None
    nested: bool = False
    _adopted: list[Adopted] = field(default_factory=list)

    @property
    def adopted(self) -> Adopted:
        if not self._adopted:
            from agentgraph.adopt.langgraph import adopt_graph

            file = self.module.__file__ if self.module is not None else None
            deployed = manifest_of(file) is not None
            found = adopt_graph(
                self.graph, name=self.name, file=file, deployed=deployed, nested=self.nested
            )
            self._adopted.append(found)
        return self._adopted[0]

    @property
    def spec(self) -> Any:
        return self.adopted.spec


def plain_graphs_in(module: ModuleType, *, every: bool = False) -> dict[str, Any]:
    """The LangGraph graphs among a module's variables: the compiled one of a builder alone, if both are there.

    `every`: both. {} where nobody has imported LangGraph; it is not imported here.
    """
    if "langgraph" not in sys.modules:
        return {}
    from agentgraph.adopt.langgraph import is_graph

    found = {name: value for name, value in vars(module).items() if is_graph(value)}
    if every:
        return found
    builders = {id(getattr(value, "builder", None)) for value in found.values()}
    return {name: value for name, value in found.items() if id(value) not in builders}


def is_built_in(graph: Any, module: ModuleType) -> bool:
    """Whether a graph seems to be the module's own: a node's function, or the state, was defined there."""
    builder = getattr(graph, "builder", graph)
    schema = getattr(builder, "state_schema", None)
    if getattr(schema, "__module__", None) == module.__name__:
        return True
    for name, value in vars(module).items():
        if value is graph:
            return not _is_imported(module, name)
    return False


def _is_imported(module: ModuleType, name: str) -> bool:
    """Whether the module has the name from an import."""
    import ast

    from agentgraph.read.files import read_file

    file = read_file(module.__file__) if module.__file__ else None
    for node in ast.walk(file.tree) if file is not None else ():
        if isinstance(node, ast.ImportFrom) and any(
            (alias.asname or alias.name) == name for alias in node.names
        ):
            return True
    return False


def sorted_out(found: list[Plain]) -> list[Plain]:
    """The graphs without those that stand as nodes in others: they are checked there.

    Those that others call are marked as `nested`.
    """
    if not found:
        return []  # and no time spent on imports that nothing needs
    from agentgraph.adopt.langgraph import builder_of, graphs_called, graphs_within

    inner = {id(builder_of(g)) for one in found for g in graphs_within(one.graph)}
    called = {id(builder_of(g)) for one in found for g in graphs_called(one.graph)}
    left = [one for one in found if id(builder_of(one.graph)) not in inner]
    for one in left:
        one.nested = id(builder_of(one.graph)) in called
    return left


def graph_under_way(error: BaseException) -> Plain | None:
    """The builder that was at work when a module failed: what is wrong with it may say why."""
    cause = error.__cause__
    if cause is None or "langgraph" not in sys.modules:
        return None
    from agentgraph.adopt.langgraph import is_graph

    for frame, _ in traceback.walk_tb(cause.__traceback__):
        found = frame.f_locals.get("self")
        if is_graph(found) and getattr(found, "nodes", None) and frame.f_code.co_name in _FINISHING:
            caller = frame.f_back
            module = sys.modules.get(caller.f_globals.get("__name__", "")) if caller else None
            return Plain(found, "graph", module)
    return None


def manifest_of(file: str | None) -> Path | None:
    """The `langgraph.json` of the project that a file belongs to."""
    folder = Path(file).absolute().parent if file else None
    for here in (folder, *folder.parents) if folder is not None else ():
        if (here / MANIFEST).is_file():
            return here / MANIFEST
        if (here / ".git").exists():
            return None
    return None


def manifest_files(manifest: Path) -> Iterator[tuple[Path, str]]:
    """The files and variables that a `langgraph.json` names as graphs; nothing where it cannot be read."""
    try:
        table = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    graphs = table.get("graphs", {}) if isinstance(table, dict) else {}
    for value in graphs.values() if isinstance(graphs, dict) else ():
        path = value.get("path") if isinstance(value, dict) else value
        if isinstance(path, str) and ":" in path:
            file, _, name = path.rpartition(":")
            yield (manifest.parent / file).resolve(), name
