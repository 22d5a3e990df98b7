"""The graphs that targets name."""

from __future__ import annotations

import difflib
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from agentgraph.cli.factories import builds_with_arguments, is_factory
from agentgraph.cli.manifest import MANIFEST, manifest_problems
from agentgraph.cli.modules import Importer
from agentgraph.cli.plain import (
    Plain,
    built_in_calls,
    graphs_under_way,
    is_built_in,
    is_langgraph,
    manifest_factories,
    plain_from,
    plain_graphs_in,
    sorted_out,
)
from agentgraph.cli.settings import Settings
from agentgraph.cli.streams import say
from agentgraph.cli.stubs import Stubs
from agentgraph.cli.targets import Target, changed_targets, parse_target
from agentgraph.errors import Problem, SettingsError, TargetError

if TYPE_CHECKING:
    from agentgraph.declare.graph import Graph


class FoundGraph(Struct, frozen=True):
    """A graph, and how to name it: `file.py:variable`.

    `whole`: all graphs of its file were found with it.
    """

    graph: Graph | Plain
    text: str
    whole: bool = False

    @property
    def own(self) -> Graph:
        """The graph, where it is one of ours: those of LangGraph are found only if they are asked for."""
        assert not isinstance(self.graph, Plain)
        return self.graph

    @property
    def checked(self) -> Any:
        """What the checker takes for it."""
        return self.graph.adopted if isinstance(self.graph, Plain) else self.graph


class Found(Struct, frozen=True):
    """All that targets led to: graphs, what could not be loaded, and the files that were read."""

    graphs: tuple[FoundGraph, ...]
    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()

    __hash__ = None  # type: ignore[assignment]


class Look(Struct, frozen=True, eq=False):
    """How targets are looked through.

    `plain`: for graphs of LangGraph as well. `stubs` stand in for packages that cannot be imported.
    `debug`: tracebacks are said.
    """

    plain: bool = False
    stubs: Stubs | None = None
    debug: bool = False


def find_graphs(
    targets: Sequence[str],
    settings: Settings,
    *,
    debug: bool = False,
    plain: bool = False,
    stubs: Stubs | None = None,
) -> Found:
    """The graphs of all targets (none given: of the settings'), each once; options as of `Look`.

    A target that cannot be loaded does not keep the others from being. SettingsError: no
    target at all.
    """
    texts = targets or settings.targets
    if not texts:
        help_ = 'name a file, or set targets = ["graphs/"] in [tool.agentgraph]'
        raise SettingsError([Problem("no target", help=help_)], "nothing to do")
    return _found(texts, [], Look(plain, stubs, debug))


def find_changed(
    files: Sequence[str],
    settings: Settings,
    *,
    debug: bool = False,
    plain: bool = False,
    stubs: Stubs | None = None,
) -> Found:
    """The graphs that changed files declare, and those of the settings' targets, each once.

    Files without a graph are passed over.
    """
    look = Look(plain, stubs, debug)
    return _found(settings.targets, changed_targets(files, plain=plain), look)


def _found(texts: Sequence[str], more: Sequence[Target], look: Look) -> Found:
    importer = Importer(look.stubs)
    graphs: list[FoundGraph] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            parsed = parse_target(text, plain=look.plain)
        except TargetError as error:
            problems += error.problems
            continue
        found, wrong = _load(parsed, importer, look)
        if look.plain and Path(text).is_dir():
            wrong = [*manifest_problems(Path(text) / MANIFEST), *wrong]
        if not found and not wrong:
            wrong = [Problem("no graph is declared here", where=text)]
        graphs += found
        problems += wrong
    found, wrong = _load(more, importer, look)
    every = (*problems, *wrong)
    once = tuple(_without_inner(_each_once([*graphs, *found])))
    return Found(once, tuple(dict.fromkeys(every)), tuple(sorted(importer.files)))


def _each_once(graphs: Sequence[FoundGraph]) -> list[FoundGraph]:
    """One graph may be reached by several names, or its module loaded twice."""
    kept: dict[int, FoundGraph] = {}
    for one in sorted(graphs, key=lambda one: isinstance(one.graph, Plain) and one.graph.called):
        same = (other for other in kept.values() if _is_same(one, other))
        known = next(same, one)
        kept[id(known.graph)] = replace(known, whole=known.whole or one.whole)
    return list(kept.values())


def _without_inner(graphs: list[FoundGraph]) -> list[FoundGraph]:
    """Without the LangGraph graphs that stand as nodes in others."""
    kept = sorted_out([one.graph for one in graphs if isinstance(one.graph, Plain)])
    return [one for one in graphs if not isinstance(one.graph, Plain) or one.graph in kept]


def _is_same(one: FoundGraph, other: FoundGraph) -> bool:
    if isinstance(one.graph, Plain) or isinstance(other.graph, Plain):
        both = isinstance(one.graph, Plain) and isinstance(other.graph, Plain)
        return both and one.graph.is_same(other.graph)  # type: ignore[arg-type,union-attr]
    first, second = one.graph.spec, other.graph.spec
    if one.graph is other.graph:
        return True
    return first.source is not None and first.source == second.source and first == second


def find_graph(
    target: str | None, settings: Settings, *, debug: bool = False, plain: bool = False
) -> FoundGraph:
    """The one graph that a target names. TargetError: it names none, or several."""
    found = find_graphs([target] if target else [], settings, debug=debug, plain=plain)
    if found.problems:
        raise TargetError(found.problems)
    first, *others = found.graphs
    if others:
        names = ", ".join(one.text for one in found.graphs)
        problem = Problem(
            f"{len(found.graphs)} graphs here", where=target or "", help=f"name one of {names}"
        )
        raise TargetError([problem], "which graph?")
    # By the name that the person used: it names this graph alone.
    return FoundGraph(first.graph, target) if target else first


def _load(
    targets: Sequence[Target], importer: Importer, look: Look
) -> tuple[list[FoundGraph], list[Problem]]:
    graphs: list[FoundGraph] = []
    problems: list[Problem] = []
    for target in targets:
        try:
            module = importer.load(target)
            find = _named if target.name else _all
            graphs += find(module, target, look)
        except TargetError as error:
            unfinished = graphs_under_way(error, target.file) if look.plain else {}
            graphs += [FoundGraph(one, target.text) for one in unfinished.values()]
            problems += error.problems
            if look.debug:
                say("".join(traceback.format_exception(error)).rstrip())
    return graphs, problems


def _graph_class() -> type[Any] | None:
    """`Graph`, if anybody has imported it; a module that has not holds none."""
    declared = sys.modules.get("agentgraph.declare.graph")
    return declared.Graph if declared else None


def _graphs_in(module: ModuleType) -> dict[str, Graph]:
    kind = _graph_class()
    if kind is None:
        return {}
    return {name: value for name, value in vars(module).items() if isinstance(value, kind)}


def _all(module: ModuleType, target: Target, look: Look) -> Iterator[FoundGraph]:
    """The graphs that the module declares; if it declares none, those that it imported."""
    others = _plain_in(module, target) if look.plain else []
    graphs = _graphs_in(module)
    yield from others
    for one in manifest_factories(module) if look.plain else ():
        others.append(FoundGraph(one, f"{target.text}:{one.name}"))
        yield others[-1]
    if others and not any(_declared_in(one, module) for one in graphs.values()):
        return
    own = {name: one for name, one in graphs.items() if _declared_in(one, module)}
    if not own and (target.listed or not graphs):
        if target.listed:
            return
        raise TargetError([_no_graph(module, target)])
    seen: set[int] = set()
    for name, graph in (own or graphs).items():
        if id(graph) not in seen:
            seen.add(id(graph))
            yield FoundGraph(graph, f"{target.text}:{name}", whole=bool(own))


def _plain_in(module: ModuleType, target: Target) -> list[FoundGraph]:
    """The LangGraph graphs that a module built or builds; if there are none, those that it imported."""
    found = plain_graphs_in(module)
    own = {name: graph for name, graph in found.items() if is_built_in(graph, module)}
    called = [FoundGraph(one, f"{target.text}:{one.name}") for one in built_in_calls(module)]
    chosen = own or ({} if target.listed or called else found)
    once = {id(graph): name for name, graph in reversed(chosen.items())}
    return [
        FoundGraph(Plain(chosen[name], name, module), f"{target.text}:{name}", whole=bool(own))
        for name in reversed(once.values())
    ] + called


def _declared_in(graph: Graph, module: ModuleType) -> bool:
    source = graph.spec.source
    if source is None or module.__file__ is None:
        return False
    return Path(source.file).absolute() == Path(module.__file__).absolute()


def _no_graph(module: ModuleType, target: Target) -> Problem:
    builder = builds_with_arguments(module) if not _graphs_in(module) else None
    if builder is not None:
        help_ = f"call {builder} for one in a module's variable, and name that module"
        return Problem(
            "no graph is there before a function is called", where=target.text, help=help_
        )
    return Problem(
        "no graph is declared here",
        where=target.text,
        help="a graph is a module's variable: graph = Graph(...)",
    )


def _named(module: ModuleType, target: Target, look: Look) -> Iterator[FoundGraph]:
    value: Any = module
    for part in (target.name or "").split("."):
        if not hasattr(value, part):
            raise TargetError([_missing(module, target)])
        value = getattr(value, part)
    kind = _graph_class()
    if look.plain and is_langgraph(value):
        yield FoundGraph(Plain(value, (target.name or "graph"), module), target.text)
        return
    if look.plain and is_factory(value):
        yield FoundGraph(plain_from(value, target.name or "graph", module), target.text)
        return
    if kind is None or not isinstance(value, kind):
        graphs = ", ".join(_graphs_in(module)) or "none"
        message = f"{target.name} is {_kind_of(value)}, not a graph"
        problem = Problem(message, where=target.text, help=f"graphs here: {graphs}")
        raise TargetError([problem])
    yield FoundGraph(value, target.text)


def _missing(module: ModuleType, target: Target) -> Problem:
    name = target.name or ""
    graphs = list(_graphs_in(module))
    near = difflib.get_close_matches(name, graphs, 1) or difflib.get_close_matches(
        name, [one for one in vars(module) if not one.startswith("_")], 1
    )
    if near:
        help_ = f"did you mean {near[0]!r}?"
    else:
        help_ = f"graphs here: {', '.join(graphs)}" if graphs else "it declares no graph"
    return Problem(f"the module has no {name!r}", where=target.text, help=help_)


def _kind_of(value: object) -> str:
    if isinstance(value, type):
        return "a class"
    if callable(value) and hasattr(value, "__code__"):
        return "a function"
    kind = type(value).__name__
    return f"an {kind}" if kind[0].lower() in "aeiou" else f"a {kind}"
