"""Where a graph was built: the calls of `add_node` and the like, found again in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from agentgraph.adopt.adopted import Place
from agentgraph.read.files import Function, SourceFile, read_file
from agentgraph.read.nodes import children

_METHODS = frozenset(
    {"add_node", "add_edge", "add_conditional_edges", "add_sequence", "compile"}
    | {"set_entry_point", "set_conditional_entry_point", "set_finish_point"}
)
_LEADING = _METHODS - {"add_node", "compile"}
_ENDS = {"START": "__start__", "END": "__end__"}


@dataclass(slots=True, eq=False)
class Building:
    """The calls on one builder, in the order of the text."""

    file: SourceFile
    made: ast.Call | None = None
    calls: list[ast.Call] = field(default_factory=list)

    def of(self, method: str) -> Iterator[ast.Call]:
        return (call for call in self.calls if _method(call) == method)

    def stated(self, nodes: frozenset[str]) -> frozenset[str]:
        """The names that stand there in so many letters; of mere variables, those that are nodes."""
        found = {node_name(call) for call in self.of("add_node")}
        for call in self.of("add_sequence"):
            if call.args and isinstance(call.args[0], ast.List | ast.Tuple):
                found |= {_name_in(one) for one in call.args[0].elts}
        texts = {name.text for name in found if name is not None and name.is_text}
        return frozenset(texts | {n.text for n in found if n is not None and n.text in nodes})

    def is_dynamic(self, nodes: frozenset[str]) -> bool:
        """Whether some node's name is computed."""
        return any(True for _ in self.computed(nodes)) or any(True for _ in self.of("add_sequence"))

    def computed(self, nodes: frozenset[str]) -> Iterator[ast.Call]:
        """The calls that add nodes whose names are computed."""
        for call in self.of("add_node"):
            name = node_name(call)
            if name is None or (not name.is_text and name.text not in nodes):
                yield call

    def varies(self) -> bool:
        """Whether a condition decides which edges there are."""
        conditional = {
            id(call)
            for node in ast.walk(self.file.tree)
            if isinstance(node, ast.If | ast.Match)
            for call in ast.walk(node)
            if isinstance(call, ast.Call)
        }
        return any(id(call) in conditional for call in self.calls if _method(call) in _LEADING)

    def place(self, call: ast.Call) -> Place:
        at = self.file.place
        source = at(call)
        if isinstance(call.func, ast.Attribute):
            # Of a chain, the line of the method's name.
            line = call.func.end_lineno or call.lineno
            source = type(source)(source.file, line)
        return Place(
            source=source,
            arguments=tuple(at(one) for one in call.args),
            keywords={one.arg: at(one.value) for one in call.keywords if one.arg is not None},
        )


def find_building(files: Iterable[str], nodes: frozenset[str]) -> Building | None:
    """The calls that built a graph of these nodes; None where none, or several, can have done it."""
    best: list[tuple[int, Building]] = []
    for name in dict.fromkeys(files):
        file = read_file(name)
        for one in _buildings(file) if file is not None else ():
            stated = one.stated(nodes)
            if one.calls and stated <= nodes and (stated == nodes or one.is_dynamic(nodes)):
                best.append((len(stated), one))
    most = max((count for count, _ in best), default=0)
    found = [one for count, one in best if count == most]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as it is written: as a text, or as a variable of that name."""

    text: str
    is_text: bool


def node_name(call: ast.Call) -> _Name | None:
    """The name that an `add_node` gives; None where it is computed."""
    given = {one.arg: one.value for one in call.keywords}
    first = call.args[0] if call.args else given.get("node")
    return _name_in(first, alone=len(call.args) + ("action" in given) < 2)


def _name_in(node: ast.expr | None, *, alone: bool = True) -> _Name | None:
    match node:
        case ast.Constant(value=str(name)):
            return _Name(name, is_text=True)
        case ast.Name(id=name) | ast.Attribute(attr=name) if alone:
            return _Name(name, is_text=False)
        case ast.Tuple(elts=[ast.Constant(value=str(name)), *_]):
            return _Name(name, is_text=True)
        case _:
            return None


def _is(name: _Name | None, wanted: str) -> bool:
    return name is not None and name.text == wanted


def end_name(node: ast.expr) -> str | None:
    """The node that an argument of `add_edge` names."""
    match node:
        case ast.Constant(value=str(name)):
            return name
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _ENDS.get(name)
        case _:
            return None


@lru_cache(maxsize=256)
def _buildings(file: SourceFile) -> tuple[Building, ...]:
    found: dict[object, Building] = {}
    _collect(file.tree, file, (), found)
    # A builder in a variable is found by its chain and by its name.
    return tuple({id(one): one for one in found.values()}.values())


def _collect(
    node: ast.AST, file: SourceFile, within: tuple[Function, ...], found: dict[object, Building]
) -> None:
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        _alias(node, within, found, file)
    if isinstance(node, ast.Call):
        key = _receiver(node, within)
        if key is not None:
            building = found.setdefault(key, Building(file))
            if _method(node) in _METHODS:
                building.calls.append(node)
    inner = (*within, node) if isinstance(node, Function) else within
    for child in children(node):
        _collect(child, file, inner, found)


def _alias(
    node: ast.Assign | ast.AnnAssign,
    within: tuple[Function, ...],
    found: dict[object, Building],
    file: SourceFile,
) -> None:
    """A variable that holds a new builder stands for the chain that made it."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    root = _root(node.value) if node.value is not None else None
    if isinstance(root, ast.Call) and _is_state_graph(root) and len(targets) == 1:
        building = Building(file, made=root)
        found[root] = building
        name = _dotted(targets[0])
        if name is not None and not _compiles(node.value):
            found[(within if "." not in name else "", name)] = building


def _compiles(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and _method(node) == "compile"


def _receiver(node: ast.Call, within: tuple[Function, ...]) -> object | None:
    root = _root(node)
    if isinstance(root, ast.Call) and _is_state_graph(root):
        return root
    if _method(node) not in _METHODS or root is None:
        return None
    name = _dotted(root)
    return None if name is None else (within if "." not in name else "", name)


def _root(node: ast.expr) -> ast.expr | None:
    """What a chain of methods begins with."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in _METHODS:
            return node if _is_state_graph(node) else None
        node = node.func.value
    return node


def _is_state_graph(node: ast.Call) -> bool:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in ("StateGraph", "MessageGraph")
        case ast.Subscript(value=ast.Name(id=name)):
            return name == "StateGraph"
        case _:
            return False


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        start = _dotted(node.value)
        return f"{start}.{node.attr}" if start else None
    return None


def _method(call: ast.Call) -> str | None:
    return call.func.attr if isinstance(call.func, ast.Attribute) else None


@dataclass(slots=True)
class Places:
    """The places of a graph's parts; all empty where it is not known how it was built."""

    building: Building | None
    nodes: frozenset[str]

    def node(self, name: str) -> Place | None:
        """Where a node was added."""
        if self.building is None:
            return None
        named = [c for c in self.building.of("add_node") if _is(node_name(c), name)]
        if len(named) == 1:
            return self.building.place(named[0])
        sequence = list(self.building.of("add_sequence"))
        computed = list(self.building.computed(self.nodes))
        others = [*sequence, *computed]
        return self.building.place(others[0]) if not named and len(others) == 1 else None

    def edge(self, source: str, target: str) -> Place | None:
        """Where an edge was added."""
        calls = self.building.of("add_edge") if self.building is not None else ()
        for call in calls:
            if [end_name(one) for one in call.args] == [source, target]:
                return self.building.place(call)  # type: ignore[union-attr]
        return None

    def join(self, sources: tuple[str, ...], target: str) -> Place | None:
        """Where an edge with several sources was added."""
        if self.building is None:
            return None
        lists = [
            call
            for call in self.building.of("add_edge")
            if len(call.args) == 2
            and end_name(call.args[1]) == target
            and end_name(call.args[0]) is None
        ]
        exact = [
            call
            for call in lists
            if isinstance(call.args[0], ast.List | ast.Tuple)
            and sorted(str(end_name(one)) for one in call.args[0].elts) == sorted(sources)
        ]
        found = exact or (lists if len(lists) == 1 else [])
        return self.building.place(found[0]) if len(found) == 1 else None

    def branch(self, source: str, name: str, count: int) -> Place | None:
        """Where a router was added: `count` of them follow its node."""
        if self.building is None:
            return None
        calls = [
            c
            for c in self.building.of("add_conditional_edges")
            if c.args and end_name(c.args[0]) == source
        ]
        if source == "__start__":
            calls += self.building.of("set_conditional_entry_point")
        if len(calls) > 1 or count > 1:
            calls = [c for c in calls if len(c.args) > 1 and _is(_name_in(c.args[1]), name)]
        return self.building.place(calls[0]) if len(calls) == 1 else None

    def compiling(self) -> Place | None:
        """Where it was compiled."""
        calls = list(self.building.of("compile")) if self.building is not None else []
        return self.building.place(calls[0]) if self.building and len(calls) == 1 else None

    def varies(self) -> bool:
        """Whether other edges may be added at another time, as far as can be told."""
        return self.building is None or self.building.varies()

    def made(self) -> Place | None:
        """Where the builder was made."""
        if self.building is None or self.building.made is None:
            return None
        return self.building.place(self.building.made)
