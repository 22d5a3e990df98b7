"""Which keys a node takes of what another graph gave that it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import FunctionType, MethodType

from agentgraph.model.source import Source
from agentgraph.read.locals import Locals
from agentgraph.read.scope import MISSING, scope_of

_CALLING = frozenset({"invoke", "ainvoke"})


def results_of(function: FunctionType | MethodType) -> Iterator[tuple[object, str, Source]]:
    """What is called by `invoke`, and each key that is taken of its result: any object that has that method."""
    scope = scope_of(function)
    if scope is None:
        return
    known = Locals(scope, "")
    for node in known.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            called = _called(node.value, known)
            key = known.constant_text(node.slice)
            if called is not MISSING and key is not None:
                yield called, key, scope.place(node)


def _called(node: ast.expr, known: Locals) -> object:
    """What gave a value, where the value is what its `invoke` returned."""
    if isinstance(node, ast.Name):
        values = known.values(node.id)
        if values is None or len(values) != 1:
            return MISSING
        node = values[0]
    if isinstance(node, ast.Await):
        node = node.value
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in _CALLING:
            return known.scope.value_of(value)
        case _:
            return MISSING
