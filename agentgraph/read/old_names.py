"""Attributes that LangGraph's interrupts no longer have, where a function takes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agentgraph.model.source import Source
from agentgraph.read.files import SourceFile, read_file
from agentgraph.read.nodes import descendants

GONE = frozenset({"resumable", "ns", "when", "interrupt_id"})


def gone_attributes(function: Source) -> Iterator[tuple[str, Source]]:
    """Each such attribute that the function at a place takes of an interrupt which it has caught."""
    file = read_file(function.file)
    node = file.function_at(function.line) if file is not None else None
    if file is None or node is None:
        return
    for handler in descendants(node):
        if isinstance(handler, ast.ExceptHandler) and handler.name and _is_pause(handler.type):
            yield from _taken(file, handler)


def _is_pause(node: ast.expr | None) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "GraphInterrupt"
        case _:
            return False


def _taken(file: SourceFile, handler: ast.ExceptHandler) -> Iterator[tuple[str, Source]]:
    interrupts = set()
    for node in descendants(handler):
        match node:
            case (
                ast.For(target=ast.Name(id=name), iter=over)
                | ast.comprehension(target=ast.Name(id=name), iter=over)
            ) if any(isinstance(n, ast.Name) and n.id == handler.name for n in descendants(over)):
                interrupts.add(name)
            case _:
                pass
    for node in descendants(handler):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in interrupts:
                if attribute in GONE:
                    yield attribute, file.place(node)
            case _:
                pass
