"""Where a function changes its state, or a value in it, in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agentgraph.read.locals import Locals
from agentgraph.read.node_facts import Mutation

_CHANGING = frozenset(
    {"append", "extend", "insert", "remove", "clear", "update", "setdefault", "add", "discard"}
    | {"sort", "reverse", "popitem", "appendleft", "pop"}
)


def mutations_of(known: Locals) -> Iterator[Mutation]:
    """In the order of the text."""
    for node in known.nodes:
        match node:
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from _set(target, known)
            case ast.AugAssign(target=target):
                yield from _set(target, known)
            case ast.Delete(targets=targets):
                for target in targets:
                    yield from _set(target, known)
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in _CHANGING:
                yield from _called(node, value, method, known)
            case _:
                pass


def _set(target: ast.expr, known: Locals) -> Iterator[Mutation]:
    match target:
        case ast.Subscript(value=value, slice=key) if known.is_very_state(value):
            text = known.constant_text(key)
            if text is not None:
                yield Mutation(key=text, source=known.scope.place(target), deep=False)
        case ast.Attribute(value=value, attr=name) if known.is_very_state(value):
            yield Mutation(key=name, source=known.scope.place(target), deep=False)
        case ast.Subscript(value=value) | ast.Attribute(value=value):
            held = _held(value, known)
            if held is not None:
                yield Mutation(key=held, source=known.scope.place(target), deep=True)
        case _:
            pass


def _called(node: ast.Call, value: ast.expr, method: str, known: Locals) -> Iterator[Mutation]:
    place = known.scope.place(node)
    if known.is_very_state(value):
        if method == "update":
            names = [one.arg for one in node.keywords if one.arg is not None]
            dicts = [one for one in node.args if isinstance(one, ast.Dict)]
            keys = [key for one in dicts for key in one.keys if key is not None]
            texts = [known.constant_text(key) for key in keys]
            for name in (*names, *(text for text in texts if text is not None)):
                yield Mutation(key=name, source=place, deep=False)
        return
    held = _held(value, known)
    if held is not None:
        yield Mutation(key=held, source=place, deep=True)


def _held(node: ast.expr, known: Locals) -> str | None:
    """The key whose value, or a part of it, an expression is: the very object that the state holds."""
    match node:
        case ast.Subscript(value=value, slice=key) if known.is_very_state(value):
            return known.constant_text(key)
        case ast.Attribute(value=value, attr=name) if known.is_very_state(value):
            return name
        case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[key, *_]) if (
            known.is_very_state(value)
        ):
            return known.constant_text(key)
        case ast.Subscript(value=value):
            return _held(value, known)
        case ast.Name(id=name) if name != known.parameter:
            values = known.values(name)
            one = values[0] if values is not None and len(values) == 1 else None
            is_part = isinstance(one, ast.Subscript | ast.Attribute | ast.Call)
            return _held(one, known) if one is not None and is_part else None
        case _:
            return None
