"""Where the text of an argument comes from: letters, parameters, results of calls. Only what is certain."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator, Mapping

from agentgraph.read.facts import Argument, Piece
from agentgraph.read.names import Names
from agentgraph.read.order import CallNode, Made

_DEEPEST = 8
_KEEPING = {
    *("strip", "lstrip", "rstrip", "lower", "upper", "title", "casefold", "encode", "decode"),
    *("isoformat", "hex", "strftime", "timestamp"),
}
"""Methods that give the same text again, about."""
_CONVERSIONS = re.compile(r"%(?:\((?P<name>\w+)\))?[-#0 +]*[\d.]*[sdrifx]")
NOTHING = Piece()

Pieces = tuple[Piece, ...]


class Values:
    """The values of one function's expressions. `made` numbers its calls."""

    def __init__(self, names: Names, made: Mapping[ast.AST, Made]) -> None:
        self._names = names
        self._made = made

    def arguments(self, node: CallNode) -> tuple[Argument, ...]:
        """The arguments of a call, in order; `*` and `**` are left out."""
        if isinstance(node, ast.Subscript):
            return (self._argument(node.slice, 0, None),)
        given = [
            self._argument(one, number, None)
            for number, one in enumerate(node.args)
            if not isinstance(one, ast.Starred)
        ]
        named = [
            self._argument(one.value, None, one.arg) for one in node.keywords if one.arg is not None
        ]
        return (*given, *named)

    def _argument(self, node: ast.expr, position: int | None, keyword: str | None) -> Argument:
        pieces = self.pieces(node)
        found = [*pieces, *(piece for part in _elements(node) for piece in self.pieces(part))]
        constant = isinstance(node, ast.Constant)
        return Argument(
            position=position,
            keyword=keyword,
            pieces=pieces,
            parameters=frozenset().union(*(piece.parameters for piece in found)),
            calls=frozenset().union(*(piece.calls for piece in found)),
            constant=node.value if isinstance(node, ast.Constant) else None,
            is_constant=constant,
            is_list=isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set),
        )

    def pieces(self, node: ast.expr, depth: int = 0) -> Pieces:
        """What a text is put together of, in order."""
        if depth > _DEEPEST:
            return (NOTHING,)
        match node:
            case ast.Constant(value=str(text)):
                return (Piece(text=text),)
            case ast.Call():
                return self._of_call(node, depth)
            case ast.Name(id=name):
                return self._of_name(node, name, depth)
            case ast.Attribute() | ast.Subscript():
                return self._of_part(node, depth)
            case ast.FormattedValue(value=value) | ast.Await(value=value):
                return self.pieces(value, depth + 1)
            case ast.NamedExpr(value=value):
                return self.pieces(value, depth + 1)
            case _:
                return self._put_together(node, depth)

    def _put_together(self, node: ast.expr, depth: int) -> Pieces:
        match node:
            case ast.JoinedStr(values=values):
                return self._in_a_row(values, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._in_a_row([left, right], depth)
            case ast.BinOp(left=ast.Constant(value=str(form)), op=ast.Mod(), right=right):
                return self._by_percent(form, right, depth)
            case ast.IfExp(body=body, orelse=orelse):
                return (self._one([body, orelse], depth),)
            case ast.BoolOp(values=values):
                return (self._one(values, depth),)
            case _:
                return (NOTHING,)

    def _in_a_row(self, nodes: Iterable[ast.expr], depth: int) -> Pieces:
        return tuple(piece for one in nodes for piece in self.pieces(one, depth + 1))

    def _of_name(self, node: ast.expr, name: str, depth: int) -> Pieces:
        given = [one.node for one in self._names.value_of(name)]
        if given:
            return self._in_a_row((one for one in given if isinstance(one, ast.expr)), depth)
        meaning = self._names.meaning(node)
        is_own = meaning.root == "parameter" and meaning.dotted == name
        return (Piece(parameters=frozenset({name})),) if is_own else (NOTHING,)

    def _of_part(self, node: ast.Attribute | ast.Subscript, depth: int) -> Pieces:
        meaning = self._names.meaning(node)
        if meaning.root == "parameter":
            return (Piece(parameters=frozenset({meaning.dotted})),)
        if node in self._made:
            return (Piece(calls=frozenset({self._made[node].number})),)
        if isinstance(node, ast.Attribute):  # a part of what a call gave: `uuid4().hex`
            return (Piece(calls=self._one([node.value], depth).calls),)
        return (NOTHING,)

    def _of_call(self, node: ast.Call, depth: int) -> Pieces:
        match node.func:
            case ast.Attribute(value=ast.Constant(value=str(form)), attr="format"):
                return self._by_format(form, node, depth)
            case ast.Attribute(value=ast.Constant(value=str()), attr="join") if node.args:
                return self._in_a_row(_elements(node.args[0]), depth)
            case ast.Attribute(value=value, attr=method) if method in _KEEPING:
                kept = self.pieces(value, depth + 1)
                return kept if any(one != NOTHING for one in kept) else self._result(node)
        if self._names.meaning(node.func).dotted == "builtins.str" and len(node.args) == 1:
            return self.pieces(node.args[0], depth + 1)
        return self._result(node)

    def _result(self, node: ast.Call) -> Pieces:
        made = self._made.get(node)
        return (Piece(calls=frozenset({made.number})),) if made is not None else (NOTHING,)

    def _one(self, nodes: list[ast.expr], depth: int) -> Piece:
        """One piece that may be any of these."""
        found = [piece for node in nodes for piece in self.pieces(node, depth + 1)]
        return Piece(
            parameters=frozenset().union(*(piece.parameters for piece in found)),
            calls=frozenset().union(*(piece.calls for piece in found)),
        )

    def _by_percent(self, form: str, right: ast.expr, depth: int) -> Pieces:
        values = right.elts if isinstance(right, ast.Tuple) else [right]
        found = list(_CONVERSIONS.finditer(form))
        holes = [self._one([value], depth) for value in values]
        if len(holes) != len(found):
            holes = [self._one(values, depth)] * len(found)
        return _filled(form, [(one.start(), one.end()) for one in found], holes)

    def _by_format(self, form: str, node: ast.Call, depth: int) -> Pieces:
        named: dict[str, ast.expr] = {str(n): one for n, one in enumerate(node.args)}
        named |= {one.arg: one.value for one in node.keywords if one.arg is not None}
        found: list[Piece] = []
        try:
            for number, (text, name, _, _) in enumerate(string.Formatter().parse(form)):
                found += [Piece(text=text)] if text else []
                if name is not None:
                    key = re.split(r"[.\[]", name)[0] or str(number)
                    found.append(self._one([named[key]], depth) if key in named else NOTHING)
        except ValueError:
            return (NOTHING,)
        return tuple(found)


def _filled(form: str, places: list[tuple[int, int]], holes: list[Piece]) -> Pieces:
    found, last = [], 0
    for (start, end), hole in zip(places, holes, strict=True):
        found += [Piece(text=form[last:start]), hole]
        last = end
    found.append(Piece(text=form[last:]))
    return tuple(piece for piece in found if piece.text != "")


def _elements(node: ast.expr) -> Iterator[ast.expr]:
    """What stands written out in a list, tuple, set or dict, however deep."""
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            parts = elements
        case ast.Dict(keys=keys, values=values):
            parts = [one for one in (*keys, *values) if one is not None]
        case _:
            return
    for part in parts:
        yield part
        yield from _elements(part)
