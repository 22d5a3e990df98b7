"""The locals of a function that handles a state: which of them is the state, and how they are changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy, deepcopy
from dataclasses import replace as dataclass_replace
from functools import cached_property

from agentgraph.read.files import Function
from agentgraph.read.nodes import children, descendants
from agentgraph.read.scope import Scope

_DEEPEST = 5
_HARMLESS = frozenset(
    {
        "len",
        "print",
        "str",
        "repr",
        "bool",
        "list",
        "dict",
        "sorted",
        "set",
        "tuple",
        "sum",
        "isinstance",
    }
    | {
        "any",
        "all",
        "max",
        "min",
        "enumerate",
        "zip",
        "range",
        "type",
        "id",
        "cast",
        "dumps",
        "pformat",
    }
    | {"debug", "info", "warning", "error", "exception", "critical", "log", "copy", "deepcopy"}
)
"""Functions and methods that leave what they are given as it is."""


class Locals:
    """`parameter` is the name of the state."""

    def __init__(self, scope: Scope, parameter: str) -> None:
        self.scope = scope
        self.parameter = parameter
        self._states: dict[str, bool] = {}
        self._values: dict[str, list[ast.expr] | None] = {}

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the function itself, those of functions within it left out."""
        body = self.scope.node.body
        return tuple(
            one for top in (body if isinstance(body, list) else [body]) for one in own(top)
        )

    @cached_property
    def is_rebound(self) -> bool:
        """Whether the state's name stands for something else as well."""
        return len(self.scope.bindings(self.parameter)) > 1

    def values(self, name: str) -> list[ast.expr] | None:
        """The expressions that a local is made of, one of them each time; None: it cannot be told."""
        if name not in self._values:
            found = self.scope.bindings(name)
            certain = found and all(one.kind == "value" for one in found)
            made = [one.node for one in found if isinstance(one.node, ast.expr)]
            self._values[name] = made if certain else None
        return self._values[name]

    def is_state(self, node: ast.expr | None, depth: int = 0) -> bool:
        """Whether an expression is the state itself, or a copy of it."""
        match node:
            case ast.Name(id=name):
                return self._is_state_name(name, depth)
            case ast.Call():
                return self._is_copy(node, depth)
            case ast.BoolOp(op=ast.Or(), values=[first, ast.Dict(keys=[])]):
                return self.is_state(first, depth)
            case ast.Dict(keys=[None], values=[value]):
                return self.is_state(value, depth)
            case _:
                return False

    def _is_state_name(self, name: str, depth: int) -> bool:
        if name == self.parameter and depth > 0:
            return True  # as it was before it was bound anew
        if name not in self._states:
            self._states[name] = False  # a name that is made of itself alone is nothing
            others = [one for one in self.scope.bindings(name) if one.kind != "parameter"]
            nodes = [one.node for one in others if one.kind == "value"]
            made = len(nodes) == len(others) and all(
                isinstance(one, ast.expr) and self.is_state(one, depth + 1) for one in nodes
            )
            self._states[name] = made and (name == self.parameter or bool(nodes))
        return self._states[name]

    def _is_copy(self, node: ast.Call, depth: int) -> bool:
        match node.func:
            case ast.Attribute(value=value, attr="copy" | "model_copy") if not node.keywords:
                return self.is_state(value, depth)
            case _:
                called = self.scope.value_of(node.func)
                is_copy = any(called is one for one in (dict, copy, deepcopy))
                return (
                    is_copy
                    and len(node.args) == 1
                    and not node.keywords
                    and self.is_state(node.args[0], depth)
                )

    def is_very_state(self, node: ast.expr | None) -> bool:
        """Whether an expression is the object that the function was given, and no copy."""
        match node:
            case ast.Name(id=name) if name == self.parameter:
                return not self.is_rebound
            case ast.Name(id=name):
                values = self.values(name)
                return (
                    values is not None
                    and len(values) == 1
                    and (
                        isinstance(values[0], ast.Name)
                        and values[0].id != name
                        and self.is_very_state(values[0])
                    )
                )
            case _:
                return False

    def key_of(self, node: ast.AST | None) -> str | None:
        """The key, where an expression is the state's value of one; None: it is none, or not known."""
        match node:
            case ast.Subscript(value=value, slice=key) if self.is_state(value):
                return self.constant_text(key)
            case ast.Attribute(value=value, attr=name) if self.is_state(value):
                return name
            case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[key, *_]) if (
                self.is_state(value)
            ):
                return self.constant_text(key)
            case ast.Name(id=name) if name != self.parameter:
                values = self.values(name)
                one = values[0] if values is not None and len(values) == 1 else None
                is_self = isinstance(one, ast.Name) and one.id == name
                return self.key_of(one) if one is not None and not is_self else None
            case _:
                return None

    def constant_text(self, node: ast.expr) -> str | None:
        found = self.scope.value_of(node)
        return found if isinstance(found, str) else None

    def is_replace(self, node: ast.expr) -> bool:
        return self.scope.value_of(node) is dataclass_replace

    def uses(self, node: ast.AST, depth: int = 0) -> frozenset[str]:
        """The keys of the state that an expression is made of."""
        found: set[str] = set()
        for one in descendants(node):
            key = (
                self.key_of(one)
                if isinstance(one, ast.Subscript | ast.Attribute | ast.Call)
                else None
            )
            if key is not None:
                found.add(key)
            elif isinstance(one, ast.Name) and depth < _DEEPEST and one.id != self.parameter:
                for value in self.values(one.id) or ():
                    found |= self.uses(value, depth + 1)
        return frozenset(found)

    def stores(self, name: str) -> Iterator[tuple[ast.expr, ast.expr | None]]:
        """The keys that are set in a local dict after it was made, with their values."""
        for node in self.nodes:
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        if isinstance(target, ast.Subscript) and is_name(target.value, name):
                            yield target.slice, value
                case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=other), slice=key)):
                    if other == name:
                        yield key, None
                case ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr="update")):
                    if other == name:
                        yield from _updated(node)
                case _:
                    pass

    def leaks(self, name: str) -> bool:
        """Whether a local goes to code that may change it in ways that are not seen."""
        for node in self.nodes:
            match node:
                case ast.Call(func=function, args=args, keywords=keywords):
                    given = [*args, *(keyword.value for keyword in keywords)]
                    if any(is_name(one, name) for one in given) and not _is_harmless(function):
                        return True
                    if _is_update_of(function, name) and any(one.arg is None for one in keywords):
                        return True
                    if _is_update_of(function, name) and not all(
                        isinstance(one, ast.Dict) and all(key is not None for key in one.keys)
                        for one in args
                    ):
                        return True
                case ast.AugAssign(target=ast.Name(id=other)) if other == name:
                    return True
                case _:
                    pass
        return False


def own(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, but what stands in functions and classes within."""
    yield node
    if isinstance(node, Function | ast.ClassDef):
        return
    for child in children(node):
        yield from own(child)


def is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _updated(node: ast.Call) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    for argument in node.args:
        if isinstance(argument, ast.Dict):
            yield from ((k, v) for k, v in zip(argument.keys, argument.values, strict=True) if k)
    for keyword in node.keywords:
        if keyword.arg is not None:
            key = ast.copy_location(ast.Constant(keyword.arg), keyword.value)
            yield key, keyword.value


def _is_harmless(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else None
    name = function.id if isinstance(function, ast.Name) else name
    return name in _HARMLESS


def _is_update_of(function: ast.expr, name: str) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "update"
        and is_name(function.value, name)
    )
