"""Where a router or a command says to go."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from agentgraph.read.locals import Locals
from agentgraph.read.node_facts import Target
from agentgraph.read.scope import MISSING

_DEEPEST = 5
_LABELS = (str, bool, int)


class Choice(Struct, frozen=True):
    """One thing that an expression may say: these targets, all at once; or, `maybe_none`, none as well."""

    targets: tuple[Target, ...] = ()
    maybe_none: bool = False


def choices_of(node: ast.expr | None, known: Locals, depth: int = 0) -> list[Choice]:
    """All that an expression may say, one choice each."""
    return _Choices(known).of(node, depth)


class _Choices:
    def __init__(self, known: Locals) -> None:
        self._known = known
        self._scope = known.scope

    def of(self, node: ast.expr | None, depth: int = 0) -> list[Choice]:
        if node is None or depth > _DEEPEST:
            return []
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                return [*self.of(body, depth + 1), *self.of(orelse, depth + 1)]
            case ast.BoolOp(op=ast.Or(), values=values):
                # What is empty gives way to what follows.
                found = [one for value in values for one in self.of(value, depth + 1)]
                return [replace(one, maybe_none=False) for one in found]
            case ast.Compare() | ast.UnaryOp(op=ast.Not()) | ast.BoolOp():
                return [self._one(node, True), self._one(node, False)]
            case ast.List() | ast.Tuple():
                return [self._several(node.elts, depth)]
            case ast.ListComp(elt=element):
                inner = [t for one in self.of(element, depth + 1) for t in one.targets]
                return [Choice(_repeated(inner), maybe_none=True)]
            case _:
                return self._single(node, depth)

    def _single(self, node: ast.expr, depth: int) -> list[Choice]:
        match node:
            case ast.Name():
                return self._of_name(node, depth)
            case ast.Call():
                return self._of_call(node, depth)
            case ast.Subscript(value=value):
                return self._of_table(node, value, depth)
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.of(value, depth + 1)
            case _:
                return [self._label(node)]

    def _several(self, elements: list[ast.expr], depth: int) -> Choice:
        targets = [
            t for one in elements for choice in self.of(one, depth + 1) for t in choice.targets
        ]
        return Choice(tuple(targets), maybe_none=not elements)

    def _of_name(self, node: ast.Name, depth: int) -> list[Choice]:
        values = self._known.values(node.id)
        if values:
            if self._is_extended(node.id):
                return [self.unknown(node)]
            grown = any(True for _ in self._grown(node.id))
            found = [one for value in values for one in self.of(value, depth + 1)]
            if grown:
                parts = [c for value in self._grown(node.id) for c in self.of(value, depth + 1)]
                more = _repeated([target for one in parts for target in one.targets])
                found = [Choice((*one.targets, *more), maybe_none=True) for one in found]
            return found
        return [self._label(node)]

    def _is_extended(self, name: str) -> bool:
        """Whether a local list gets elements that are not seen one by one."""
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("extend", "insert")
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == name
            for node in self._known.nodes
        )

    def _grown(self, name: str) -> Iterator[ast.expr]:
        """What is appended to a local list."""
        for node in self._known.nodes:
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=other), attr="append"), args=[one]
                ):
                    if other == name:
                        yield one
                case _:
                    pass

    def _of_call(self, node: ast.Call, depth: int) -> list[Choice]:
        called = self._scope.value_of(node.func)
        if is_langgraphs(called, "Send") and node.args:
            first = self.of(node.args[0], depth + 1)
            payload = node.args[1] if len(node.args) > 1 else None
            return [
                Choice(tuple(self._sent(target, node, payload) for target in one.targets))
                for one in first
            ]
        if called is bool:
            return [self._one(node, True), self._one(node, False)]
        match node.func:
            case ast.Attribute(value=table, attr="get") if not self._known.is_state(table):
                found = self._of_table(node, table, depth)
                default = node.args[1] if len(node.args) > 1 else None
                return (
                    [*found, *self.of(default, depth + 1)]
                    if default
                    else [*found, self.unknown(node)]
                )
            case _:
                return [self.unknown(node)]

    def _sent(self, target: Target, node: ast.Call, payload: ast.expr | None) -> Target:
        return replace(
            target,
            source=self._scope.place(node),
            sends=True,
            payload=self._payload(payload),
            whole=payload is not None and self._known.is_state(payload),
        )

    def _payload(self, node: ast.expr | None) -> frozenset[str] | None:
        match node:
            case ast.Dict(keys=keys) if all(key is not None for key in keys):
                names = [self._known.constant_text(key) for key in keys if key is not None]
                return frozenset(n for n in names if n is not None) if None not in names else None
            case ast.Dict(keys=keys):
                spread = [v for k, v in zip(keys, node.values, strict=True) if k is None]
                return None if spread else frozenset()
            case _:
                return None

    def _of_table(self, node: ast.expr, table: ast.expr, depth: int) -> list[Choice]:
        """The values of a dict that is looked into."""
        if isinstance(table, ast.Name) and (values := self._known.values(table.id)):
            table = values[0] if len(values) == 1 else table
        if isinstance(table, ast.Dict):
            return [one for value in table.values for one in self.of(value, depth + 1)]
        found = self._scope.value_of(table)
        if isinstance(found, dict) and all(isinstance(one, _LABELS) for one in found.values()):
            return [self._one(node, one) for one in dict.fromkeys(found.values())]
        return [self.unknown(node)]

    def _label(self, node: ast.expr) -> Choice:
        found = self._scope.value_of(node)
        if found is None or (found is not MISSING and isinstance(found, _LABELS)):
            return self._one(node, found) if found is not None else Choice(maybe_none=True)
        return self.unknown(node)

    def _one(self, node: ast.expr, label: object) -> Choice:
        return Choice((Target(label=label, source=self._scope.place(node)),))

    def unknown(self, node: ast.expr) -> Choice:
        place = self._scope.place(node)
        return Choice((Target(label=None, source=place, is_known=False),), maybe_none=True)


def _repeated(targets: list[Target]) -> tuple[Target, ...]:
    return tuple(replace(one, repeats=True) for one in targets)


def is_langgraphs(found: object, name: str) -> bool:
    """Whether an object is LangGraph's class of that name."""
    return (
        isinstance(found, type)
        and found.__name__ == name
        and found.__module__.partition(".")[0] in ("langgraph", "langgraph_sdk")
    )
