"""Where a declaration stands: file and line, down to the entry of a dict or a class's field."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from agentgraph.model.source import Source
from agentgraph.read.files import read_file


def caller(depth: int = 1) -> FrameType:
    """The frame of the user's code that called the function which asks (`depth` frames up)."""
    return sys._getframe(depth + 1)  # noqa: SLF001  # the documented way; inspect.stack() is 1000 times slower


def place_of_call(frame: FrameType) -> Source:
    """The line of the call that is being made in `frame`."""
    return Source(frame.f_code.co_filename, frame.f_lineno)


def place_of_function(function: Callable[..., Any]) -> Source | None:
    """The line of a function's `def` (under its decorators); None for what has no source."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return None
    line = code.co_firstlineno
    node = _definitions(code.co_filename).get((line, code.co_name))
    return Source(code.co_filename, node or line)


def places_of_entries(frame: FrameType, keyword: str) -> tuple[Source, ...]:
    """The lines of the entries of dict or list `keyword=` in the call being made in `frame`.

    Empty where the source cannot be had or the argument is not written out in the call.
    """
    filename = frame.f_code.co_filename
    found = [
        call for call in _calls(filename).get(frame.f_lineno, ()) if _holds(call, _column(frame))
    ]
    for call in found:
        for argument in call.keywords:
            if argument.arg == keyword:
                return tuple(Source(filename, line) for line in _entry_lines(argument.value))
    return ()


def places_of_fields(owner: type) -> dict[str, Source]:
    """The lines of a class's annotated fields, inherited ones included."""
    places: dict[str, Source] = {}
    for cls in reversed(getattr(owner, "__orig_mro__", owner.__mro__)):
        module = sys.modules.get(cls.__module__)
        filename = getattr(module, "__file__", None)
        if filename is not None:
            fields = _fields(filename).get(cls.__qualname__, {})
            places |= {name: Source(filename, line) for name, line in fields.items()}
    return places


def place_of_class(owner: Any) -> Source | None:
    """The line of a class statement; None for what has no source, or is no class."""
    if not inspect.isclass(owner):
        return None
    filename = getattr(sys.modules.get(owner.__module__), "__file__", None)
    line = _fields(filename).get(owner.__qualname__, {}).get("") if filename else None
    return Source(filename, line) if filename and line else None


def _column(frame: FrameType) -> int | None:
    """The column at which the running call starts: two calls may share a line."""
    positions = list(frame.f_code.co_positions())
    index = frame.f_lasti // 2
    return positions[index][2] if index < len(positions) else None


def _holds(call: ast.Call, column: int | None) -> bool:
    return column is None or call.col_offset == column


def _entry_lines(value: ast.expr) -> list[int]:
    if isinstance(value, ast.Dict):
        return [
            key.lineno if key is not None else item.lineno
            for key, item in zip(value.keys, value.values, strict=True)
        ]
    if isinstance(value, ast.List | ast.Tuple):
        return [item.lineno for item in value.elts]
    return []


def _tree(filename: str) -> ast.AST:
    file = read_file(filename)
    return file.tree if file is not None else ast.Module(body=[], type_ignores=[])


@functools.cache
def _calls(filename: str) -> dict[int, list[ast.Call]]:
    calls: dict[int, list[ast.Call]] = {}
    for node in ast.walk(_tree(filename)):
        if isinstance(node, ast.Call):
            calls.setdefault(node.lineno, []).append(node)
    return calls


@functools.cache
def _definitions(filename: str) -> dict[tuple[int, str], int]:
    """The line of `def` by first line (a decorator's, where there is one) and name."""
    found: dict[tuple[int, str], int] = {}
    for node in ast.walk(_tree(filename)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[(first, node.name)] = node.lineno
    return found


@functools.cache
def _fields(filename: str) -> dict[str, dict[str, int]]:
    """By class (qualified name): the line of each annotated field, and the class's own under ""."""
    found: dict[str, dict[str, int]] = {}

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                name = prefix + child.name
                found[name] = {"": child.lineno} | {
                    item.target.id: item.lineno
                    for item in child.body
                    if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
                }
                visit(child, name + ".")
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                visit(child, f"{prefix}{child.name}.<locals>.")
            else:
                visit(child, prefix)

    visit(_tree(filename), "")
    return found
