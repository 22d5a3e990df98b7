"""Source files, each parsed once as long as it does not change."""

from __future__ import annotations

import ast
import linecache
import tokenize
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, field

from agentgraph.model.source import Source
from agentgraph.read.facts import Text
from agentgraph.read.nodes import children, descendants

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class SourceFile(Struct, frozen=True, eq=False):
    """A parsed file."""

    path: str
    text: str
    tree: ast.Module

    def function_at(self, line: int) -> Function | None:
        """The function whose `def`, `lambda` or first decorator stands on a line; None: none, or several."""
        found = _indexed(self).by_line.get(line, [])
        named = [one for one in found if not isinstance(one, ast.Lambda)]
        several = named or found
        return several[0] if len(several) == 1 else None

    def class_named(self, name: str) -> ast.ClassDef | None:
        """The class of that name, wherever it stands; None: none, or several."""
        found = _indexed(self).classes.get(name, [])
        return found[0] if len(found) == 1 else None

    def around(self, function: Function) -> tuple[Function, ...]:
        """The functions that a function stands in, outermost first."""
        return _indexed(self).outer[function]

    def place(self, node: ast.expr | ast.stmt | ast.ExceptHandler | Function) -> Source:
        """Where a node stands."""
        return Source(self.path, node.lineno)


class _Index(Struct, frozen=True, eq=False):
    by_line: dict[int, list[Function]] = field(default_factory=dict)
    outer: dict[Function, tuple[Function, ...]] = field(default_factory=dict)
    classes: dict[str, list[ast.ClassDef]] = field(default_factory=dict)


def read_file(path: str) -> SourceFile | None:
    """The file, parsed. None: there is no such file, or it is no Python."""
    try:
        found = Path(path).stat()
    except OSError:
        return _parsed(path, 0, len(linecache.getlines(path)))
    return _parsed(path, found.st_mtime_ns, found.st_size)


def texts_of(file: SourceFile) -> list[Text]:
    """All string constants of a file; the parts of an f-string each for itself."""
    return [
        Text(value=node.value, source=file.place(node))
        for node in descendants(file.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@lru_cache(maxsize=256)
def _parsed(path: str, mtime: int, size: int) -> SourceFile | None:  # noqa: ARG001  # they tell versions apart
    try:
        text = _text(path)
        return SourceFile(path, text, ast.parse(text))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


def _text(path: str) -> str:
    # What has no file may still have lines: notebooks and doctests put theirs into linecache.
    if not Path(path).exists():
        return "".join(linecache.getlines(path))
    with tokenize.open(path) as stream:
        return stream.read()


@lru_cache(maxsize=256)
def _indexed(file: SourceFile) -> _Index:
    index = _Index()
    _add(index, file.tree, ())
    return index


def _add(index: _Index, node: ast.AST, outer: tuple[Function, ...]) -> None:
    for child in children(node):
        if isinstance(child, Function):
            index.outer[child] = outer
            for line in sorted({child.lineno, _first_line(child)}):
                index.by_line.setdefault(line, []).append(child)
            _add(index, child, (*outer, child))
        else:
            if isinstance(child, ast.ClassDef):
                index.classes.setdefault(child.name, []).append(child)
            _add(index, child, outer)


def _first_line(function: Function) -> int:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return min([function.lineno, *(decorator.lineno for decorator in decorators)])
