"""The names of one live function: what they are bound to, where that is certain. Nothing of the user's runs."""

from __future__ import annotations

import ast
import builtins
import inspect
from types import FunctionType, MethodType, ModuleType

from agentgraph.model.source import Source
from agentgraph.read.bindings import Binding, bindings_of
from agentgraph.read.files import Function, SourceFile, read_file

MISSING = object()


class Scope:
    """One function, its text and the objects that its free names stand for.

    `bound` is the instance or class that its first parameter stands for, MISSING where there is none.
    """

    def __init__(
        self, file: SourceFile, node: Function, function: FunctionType, bound: object = MISSING
    ) -> None:
        self.file, self.node, self.function = file, node, function
        self.own = bindings_of(node)
        self._free = _free_names(function)
        parameters = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
        self.parameters = parameters
        self._self = parameters[0] if bound is not MISSING and parameters else None
        self._bound = bound

    def place(self, node: ast.expr | ast.stmt) -> Source:
        return self.file.place(node)

    def bindings(self, name: str) -> list[Binding]:
        """How the function itself binds a name."""
        return self.own.get(name, [])

    def value_of(self, node: ast.AST | None) -> object:
        """The object that a name or dotted name stands for; MISSING where that cannot be told."""
        match node:
            case ast.Name(id=name):
                return self._of_name(name)
            case ast.Attribute(value=value, attr=attribute):
                return _attribute(self.value_of(value), attribute)
            case ast.Constant(value=value):
                return value
            case _:
                return MISSING

    def _of_name(self, name: str) -> object:
        if name == self._self:
            return self._bound
        if name in self.own:
            return MISSING
        if name in self._free:
            return self._free[name]
        names = self.function.__globals__
        return names[name] if name in names else getattr(builtins, name, MISSING)


def scope_of(callable_: object) -> Scope | None:
    """The scope of a function or bound method; None where its text cannot be had."""
    bound: object = MISSING
    if isinstance(callable_, MethodType):
        bound, callable_ = callable_.__self__, callable_.__func__
    if not isinstance(callable_, FunctionType):
        return None
    file = read_file(callable_.__code__.co_filename)
    node = file.function_at(callable_.__code__.co_firstlineno) if file is not None else None
    if file is None or node is None or not _is_of(node, callable_):
        return None
    return Scope(file, node, callable_, bound)


def _is_of(node: Function, function: FunctionType) -> bool:
    """Whether the text is that of the function, and not of another version of the file."""
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    code = function.__code__
    given = (*node.args.posonlyargs, *node.args.args)
    return name == code.co_name and len(given) == code.co_argcount


def _free_names(function: FunctionType) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not bound yet
            found[name] = MISSING
    return found


def _attribute(owner: object, name: str) -> object:
    """An attribute as it is stored: neither properties nor `__getattr__` are asked."""
    if owner is MISSING:
        return MISSING
    if isinstance(owner, ModuleType):
        return owner.__dict__.get(name, MISSING)
    found = inspect.getattr_static(owner, name, MISSING)
    if isinstance(found, staticmethod):
        return found.__func__
    if isinstance(found, classmethod):
        return MethodType(found.__func__, owner if isinstance(owner, type) else type(owner))
    if isinstance(found, FunctionType):
        in_class = inspect.getattr_static(type(owner), name, MISSING) is found
        return MethodType(found, owner) if in_class and not isinstance(owner, type) else found
    return MISSING if isinstance(found, property) else found
