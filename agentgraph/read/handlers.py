"""What stands around a call: which exceptions are caught there, and whether they are raised again."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Literal

from agentgraph.read.facts import Guard, Handler
from agentgraph.read.files import Function, SourceFile
from agentgraph.read.names import Names
from agentgraph.read.nodes import children, descendants

_TELLING = ("debug", "info", "warning", "error", "exception", "critical", "log", "emit", "append")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def guard_of_try(node: ast.Try | ast.TryStar, names: Names, file: SourceFile) -> Guard:
    """The guard that a `try` is to its body."""
    handlers = tuple(_handler(handler, names, file) for handler in node.handlers)
    leaving = next(_leaving(node.finalbody, in_loop=False), None)
    return Guard(handlers=handlers, leaves=file.place(leaving) if leaving else None)


def guard_of_with(item: ast.withitem, names: Names, file: SourceFile) -> Guard | None:
    """The guard that `with contextlib.suppress(...)` is; None of any other."""
    call = item.context_expr
    if not isinstance(call, ast.Call) or names.meaning(call.func).dotted != "contextlib.suppress":
        return None
    types = tuple(names.meaning(argument).dotted for argument in call.args)
    return Guard(handlers=(Handler(types=_shown(types), source=file.place(call)),))


def _handler(node: ast.ExceptHandler, names: Names, file: SourceFile) -> Handler:
    return Handler(
        types=_shown(tuple(_types(node.type, names))),
        source=file.place(node),
        again=_again(node),
        hands_on=any(_hands_on(inner, node.name) for inner in _within(node.body)),
    )


def _types(node: ast.expr | None, names: Names) -> Iterator[str]:
    if node is None:
        yield "BaseException"
    elif isinstance(node, ast.Tuple):
        for one in node.elts:
            yield from _types(one, names)
    else:
        yield names.meaning(node).dotted


def _shown(types: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one.removeprefix("builtins.") for one in types)


def _again(node: ast.ExceptHandler) -> Literal["never", "may", "always"]:
    raises = [inner for inner in _within(node.body) if _is_again(inner, node.name)]
    if not raises:
        return "never"
    last = node.body[-1]
    leaves = any(isinstance(inner, ast.Return) for inner in _within(node.body))
    return "always" if last in raises and not leaves else "may"


def _is_again(node: ast.AST, name: str | None) -> bool:
    if not isinstance(node, ast.Raise):
        return False
    raised = node.exc
    if raised is None:
        return True
    return name is not None and any(
        isinstance(part, ast.Name) and part.id == name for part in descendants(raised)
    )


def _hands_on(node: ast.AST, name: str | None) -> bool:
    if name is None or not isinstance(node, ast.Call) or _is_telling(node.func):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return any(isinstance(one, ast.Name) and one.id == name for one in given)


def _is_telling(callee: ast.expr) -> bool:
    """Whether it is Python's own, or notes something down."""
    if isinstance(callee, ast.Name):
        return hasattr(builtins, callee.id)
    return isinstance(callee, ast.Attribute) and callee.attr in _TELLING


def _leaving(body: list[ast.stmt], *, in_loop: bool) -> Iterator[ast.stmt]:
    """The statements that end a `finally` early, so that no exception gets through it."""
    for node in body:
        if isinstance(node, ast.Return):
            yield node
        elif isinstance(node, ast.Break | ast.Continue):
            if not in_loop:
                yield node
        elif not isinstance(node, Function | ast.ClassDef):
            inner = [child for child in children(node) if isinstance(child, ast.stmt)]
            yield from _leaving(inner, in_loop=in_loop or isinstance(node, _LOOPS))


def _within(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Every node that runs with these statements: not those of functions defined there."""
    for statement in body:
        yield from _nodes(statement)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if isinstance(node, Function | ast.ClassDef):
        return
    for child in children(node):
        yield from _nodes(child)
