"""Plain LangGraph graphs that a user's module holds or builds."""

from __future__ import annotations

import contextlib
import difflib
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from agentgraph.cli.factories import built_by, factories_in, held_by, is_factory
from agentgraph.cli.manifest import Entry, manifest_entries, manifest_of
from agentgraph.cli.streams import stdout_to_stderr
from agentgraph.errors import Problem, TargetError

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted

_FINISHING = frozenset({"compile", "validate"})


class Plain(Struct, eq=False):
    """A plain LangGraph graph that was found; made into our nouns when it is asked for."""

    graph: Any
    name: str
    module: ModuleType | None
    nested: bool = False
    called: bool = False
    """A function was called for it."""
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

    def is_same(self, other: Plain) -> bool:
        """Whether it is the other's graph, or one more that the same lines built when they were called."""
        if self.graph is other.graph:
            return True
        if not self.called and not other.called:
            return False
        source = self.spec.source
        return source is not None and source == other.spec.source


def plain_from(function: Any, name: str, module: ModuleType) -> Plain:
    """The graph that a function returns when it is called. TargetError: it fails, or returns none."""
    try:
        with stdout_to_stderr():
            made = built_by(function)
    except Exception as error:
        raise TargetError([_raised_in(function, name, error)]) from error
    if not is_langgraph(made):
        code = function.__code__
        message = f"{name}() returns no graph"
        raise TargetError([Problem(message, file=code.co_filename, line=code.co_firstlineno)])
    return Plain(made, name, module, called=True)


def _raised_in(function: Any, name: str, error: Exception) -> Problem:
    code = function.__code__
    text = str(error).strip().partition("\n")[0]
    message = f"{name}() raises {type(error).__name__}" + (f": {text}" if text else "")
    return Problem(message, file=code.co_filename, line=code.co_firstlineno)


def is_langgraph(value: object) -> bool:
    """Whether it is a LangGraph graph, built or being built; LangGraph is not imported for that."""
    if "langgraph" not in sys.modules:
        return False
    from agentgraph.adopt.langgraph import is_graph

    return is_graph(value)


def built_in_calls(module: ModuleType) -> Iterator[Plain]:
    """The graphs of functions that do nothing but build one, and those that the module's objects hold.

    A function that fails has none: nobody said that it could be called now.
    """
    if "langgraph" not in sys.modules:
        return
    for name, function in factories_in(module).items():
        with contextlib.suppress(TargetError):
            yield plain_from(function, name, module)
    for name, value in held_by(module):
        if is_langgraph(value) and hasattr(value, "builder"):
            yield Plain(value, name, module, called=True)


def manifest_factories(module: ModuleType) -> Iterator[Plain]:
    """The graphs of the functions that `langgraph.json` names.

    TargetError, at the end: names that the module does not have, and what is wrong with the functions
    that fail, as of `plain_from`.
    """
    file = Path(module.__file__).resolve() if module.__file__ else None
    manifest = manifest_of(module.__file__)
    known = factories_in(module) if manifest is not None else {}
    problems: list[Problem] = []
    for entry in manifest_entries(manifest) if manifest is not None else ():
        name = entry.name
        if entry.file != file:
            continue
        if name not in vars(module):
            problems.append(_missing(entry, module))
        elif is_factory(vars(module)[name]) and name not in known:
            try:
                yield plain_from(vars(module)[name], name, module)
            except TargetError as error:
                problems += error.problems
    if problems:
        raise TargetError(problems)


def _missing(entry: Entry, module: ModuleType) -> Problem:
    near = difflib.get_close_matches(entry.name, vars(module), 1)
    help_ = f"did you mean {near[0]!r}?" if near else ""
    return entry.problem(f"{entry.file.name} has no {entry.name!r}", help_)


def plain_graphs_in(module: ModuleType) -> dict[str, Any]:
    """The LangGraph graphs among a module's variables: the compiled one of a builder alone, if both are there.

    {} where nobody has imported LangGraph; it is not imported here.
    """
    if "langgraph" not in sys.modules:
        return {}
    from agentgraph.adopt.langgraph import is_graph

    found = {name: value for name, value in vars(module).items() if is_graph(value)}
    builders = {id(getattr(value, "builder", None)) for value in found.values()}
    return {name: value for name, value in found.items() if id(value) not in builders}


def is_built_in(graph: Any, module: ModuleType) -> bool:
    """Whether a graph seems to be the module's own: a node's function, or the state, was defined there."""
    from agentgraph.adopt.langgraph import builder_of

    schema = getattr(builder_of(graph), "state_schema", None)
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


def graphs_under_way(error: BaseException, file: Path | None) -> dict[str, Plain]:
    """What a module had built before it failed, and the builder that was at work then: it may say why."""
    cause = error.__cause__
    if cause is None or "langgraph" not in sys.modules:
        return {}
    from agentgraph.adopt.langgraph import is_graph

    for frame, _ in traceback.walk_tb(cause.__traceback__):
        found = frame.f_locals.get("self")
        if is_graph(found) and getattr(found, "nodes", None) and frame.f_code.co_name in _FINISHING:
            caller = frame.f_back
            module = sys.modules.get(caller.f_globals.get("__name__", "")) if caller else None
            return {"graph": Plain(found, "graph", module)}
    for frame, _ in traceback.walk_tb(cause.__traceback__):
        if file is not None and frame.f_code.co_filename == str(file):
            module = ModuleType(frame.f_globals.get("__name__", ""))
            vars(module).update(frame.f_globals)
            return {name: Plain(one, name, module) for name, one in _complete(module).items()}
    return {}


def _complete(module: ModuleType) -> dict[str, Any]:
    """The graphs that were compiled: one that is not may lack what was still to come."""
    found = plain_graphs_in(module).items()
    return {
        name: one for name, one in found if hasattr(one, "builder") and is_built_in(one, module)
    }
