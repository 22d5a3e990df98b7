"""A Python source, as far as a line of it belongs to others: comments, statements, calls."""

from __future__ import annotations

import ast
import io
import linecache
import tokenize
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

_HEADED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class _Statement(Struct, frozen=True, eq=False):
    lines: range
    nested: bool
    """In a function or class, or the head of one."""


class SourceLines:
    """The lines of a file, from 1. What cannot be read or parsed has none."""

    def __init__(self, file: str) -> None:
        self._text = "".join(linecache.getlines(file))

    def comments(self, containing: str) -> Iterator[tuple[int, str]]:
        """The comments that hold a text, by line; what only looks like one, in a string, is none."""
        if containing not in self._text:
            return
        try:
            for token in tokenize.generate_tokens(io.StringIO(self._text).readline):
                if token.type == tokenize.COMMENT and containing in token.string:
                    yield token.start[0], token.string
        except (tokenize.TokenError, SyntaxError):
            return

    def about(self, line: int) -> list[int]:
        """Where a comment about a line may stand, nearest first, each once.

        On the line; where the call that starts on it ends; on the first line of its
        statement; anywhere in the head of a function or class.
        """
        extent = self.statement(line)
        head = extent if line in self._heads else range(extent.start, extent.start + 1)
        return list(dict.fromkeys([line, *self._call_ends.get(line, ()), *head]))

    def statement(self, line: int) -> range:
        """The lines of the innermost statement; of a function or class, its head with its decorators."""
        found = self._statement(line)
        return found.lines if found else range(line, line + 1)

    def is_nested(self, line: int) -> bool:
        """Whether the line is in a function or class, or in the head of one."""
        found = self._statement(line)
        return found.nested if found else False

    def _statement(self, line: int) -> _Statement | None:
        around = [one for one in self._statements if line in one.lines]
        return min(around, key=lambda one: len(one.lines), default=None)

    @cached_property
    def _tree(self) -> ast.Module:
        try:
            return ast.parse(self._text)
        except (SyntaxError, ValueError):
            return ast.Module([], [])

    @cached_property
    def _statements(self) -> list[_Statement]:
        return list(_statements(self._tree.body, nested=False))

    @cached_property
    def _heads(self) -> set[int]:
        nodes = (node for node in ast.walk(self._tree) if isinstance(node, _HEADED))
        return {line for node in nodes for line in _head(node)}

    @cached_property
    def _call_ends(self) -> dict[int, list[int]]:
        ends: dict[int, list[int]] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and node.end_lineno is not None:
                ends.setdefault(node.lineno, []).append(node.end_lineno)
        return ends


def _statements(body: list[ast.stmt], *, nested: bool) -> Iterator[_Statement]:
    for node in body:
        if isinstance(node, _HEADED):
            yield _Statement(_head(node), nested=True)
            yield from _statements(node.body, nested=True)
            continue
        yield _Statement(range(node.lineno, (node.end_lineno or node.lineno) + 1), nested)
        for child in ast.iter_child_nodes(node):
            inner = getattr(child, "body", None) if not isinstance(child, ast.stmt) else [child]
            if isinstance(inner, list):
                yield from _statements(inner, nested=nested)


def _head(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> range:
    start = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return range(start, max(node.body[0].lineno, node.lineno + 1))
