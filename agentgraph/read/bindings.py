"""What the names of one scope are bound by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from agentgraph.read.files import Function
from agentgraph.read.nodes import children

Kind = Literal["parameter", "value", "added", "entered", "import", "function", "class", "other"]
Scope = ast.Module | Function


class Binding(Struct, frozen=True, eq=False):
    """One place that binds a name.

    "value": `name = node`; "added": `name += node`; "entered": `with node as name`; "import":
    `dotted` is what is imported, dots in front where it is relative; "other": by a loop, a
    pattern, an unpacking, a `global`.
    """

    kind: Kind
    node: ast.AST | None = None
    dotted: str = ""


Bindings = dict[str, list[Binding]]

# Statements, but for a few expressions: most nodes bind nothing, and are passed over quickly.
_BINDING = (
    ast.stmt,
    ast.NamedExpr,
    ast.comprehension,
    ast.ExceptHandler,
    ast.pattern,
)


@lru_cache(maxsize=4096)
def bindings_of(scope: Scope) -> Bindings:
    """Every name that the scope itself binds, with all places that do, in the order of the text."""
    found: Bindings = {}
    if isinstance(scope, Function):
        for parameter in _parameters(scope.args):
            found.setdefault(parameter.arg, []).append(Binding("parameter", parameter))
    body = [scope.body] if isinstance(scope, ast.Lambda) else scope.body
    for node in body:
        for name, binding in _bound(node):
            found.setdefault(name, []).append(binding)
    return found


def has_star_import(scope: Scope) -> bool:
    """Whether names may come from a `from x import *`."""
    return "*" in bindings_of(scope)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return plain + [one for one in (arguments.vararg, arguments.kwarg) if one is not None]


def _bound(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    if isinstance(node, _BINDING):
        for bound in (_defined, _given, _others):
            yield from bound(node)
    if isinstance(node, Function | ast.ClassDef):
        return  # a scope of its own
    for child in children(node):
        yield from _bound(child)


def _defined(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, Binding("function", node)
        case ast.ClassDef(name=name):
            yield name, Binding("class", node)
        case ast.Import(names=aliases):
            yield from (_imported(alias) for alias in aliases)
        case ast.ImportFrom(module=module, level=level, names=aliases):
            start = "." * level + (f"{module}." if module else "")
            for alias in aliases:
                yield alias.asname or alias.name, Binding("import", node, start + alias.name)
        case _:
            pass


def _given(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value)
        case ast.NamedExpr(target=target, value=value):
            yield from _assigned(target, value)
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            yield name, Binding("added" if isinstance(op, ast.Add) else "other", value)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _assigned(item.optional_vars, item.context_expr, "entered")
        case _:
            pass


def _imported(alias: ast.alias) -> tuple[str, Binding]:
    if alias.asname:
        return alias.asname, Binding("import", alias, alias.name)
    top = alias.name.partition(".")[0]
    return top, Binding("import", alias, top)


def _assigned(
    target: ast.expr, value: ast.expr, kind: Kind = "value"
) -> Iterator[tuple[str, Binding]]:
    if isinstance(target, ast.Name):
        yield target.id, Binding(kind, value)
    elif isinstance(target, ast.Tuple | ast.List | ast.Starred):
        yield from ((name, Binding("other", target)) for name in _names(target))


def _others(node: ast.AST) -> Iterator[tuple[str, Binding]]:
    yield from ((name, Binding("other", node)) for name in _other_names(node))


def _other_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _names(target)
        case ast.comprehension(target=target):
            yield from _names(target)
        case ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case ast.Delete(targets=targets):
            yield from (name for target in targets for name in _names(target))
        case _:
            pass


def _names(target: ast.AST) -> Iterator[str]:
    """The names that a target binds; `a` in `a[0]` or `a.b` is used, and not bound."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for one in elements:
                yield from _names(one)
        case ast.Starred(value=value):
            yield from _names(value)
        case _:
            pass
