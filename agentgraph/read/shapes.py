"""What kind of value an expression has, for certain."""

from __future__ import annotations

import ast

from agentgraph.read.locals import Locals
from agentgraph.read.node_facts import Shape

_DEEPEST = 4
_MADE_BY: dict[object, Shape] = {
    str: "text",
    len: "number",
    sum: "number",
    int: "number",
    float: "number",
    round: "number",
    list: "list",
    sorted: "list",
    dict: "mapping",
    set: "set",
    bool: "truth",
    any: "truth",
    all: "truth",
}
_OF_TEXT = frozenset(
    {"strip", "lower", "upper", "title", "join", "format", "replace", "capitalize"}
)


_WRITTEN: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], Shape], ...] = (
    (ast.JoinedStr, "text"),
    ((ast.List, ast.ListComp, ast.Tuple), "list"),
    ((ast.Dict, ast.DictComp), "mapping"),
    ((ast.Set, ast.SetComp), "set"),
    (ast.Compare, "truth"),
)


def shape_of(node: ast.AST | None, known: Locals, depth: int = 0) -> Shape:
    """The kind; "unknown" wherever it may be one or the other."""
    if node is None or depth > _DEEPEST:
        return "unknown"
    for kind, shape in _WRITTEN:
        if isinstance(node, kind):
            return shape
    match node:
        case ast.Constant(value=value):
            return _of_constant(value)
        case ast.UnaryOp(op=ast.Not()):
            return "truth"
        case ast.IfExp(body=body, orelse=orelse):
            return _alike([body, orelse], known, depth)
        case ast.BinOp(left=left, op=ast.Add()):
            one = shape_of(left, known, depth + 1)
            return one if one in ("text", "list") else "unknown"
        case ast.Call():
            return _of_call(node, known, depth)
        case ast.Name(id=name):
            return _alike(known.values(name) or [], known, depth)
        case _:
            return "unknown"


def _alike(nodes: list[ast.expr], known: Locals, depth: int) -> Shape:
    shapes: set[Shape] = {shape_of(one, known, depth + 1) for one in nodes}
    return shapes.pop() if len(shapes) == 1 else "unknown"


def _of_constant(value: object) -> Shape:
    match value:
        case None:
            return "none"
        case bool():
            return "truth"
        case str():
            return "text"
        case int() | float():
            return "number"
        case _:
            return "unknown"


def _of_call(node: ast.Call, known: Locals, depth: int) -> Shape:
    called = known.scope.value_of(node.func)
    if isinstance(called, type) and called.__name__ == "Overwrite":
        return "overwrite"
    for made, shape in _MADE_BY.items():
        if called is made:
            # `sum` of lists is a list, where a start is given.
            return "unknown" if called is sum and len(node.args) > 1 else shape
    if isinstance(node.func, ast.Attribute) and node.func.attr in _OF_TEXT:
        return "text" if shape_of(node.func.value, known, depth + 1) == "text" else "unknown"
    return "unknown"
