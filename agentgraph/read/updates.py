"""What a function that takes a state hands back, `return` by `return`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

from msgspec.structs import replace

from agentgraph.read.ends import falls_at
from agentgraph.read.locals import Locals, is_name
from agentgraph.read.node_facts import KeyWrite, Outcome
from agentgraph.read.scope import MISSING, scope_of
from agentgraph.read.shapes import shape_of
from agentgraph.read.targets import choices_of, is_langgraphs

_DEEPEST = 6
_UPDATES = frozenset({"mapping", "state", "object", "command", "nothing"})
HELPERS = 2
"""Helpers of helpers are followed; what they call in turn is not."""


def outcomes_of(known: Locals, depth: int = 0) -> tuple[Outcome, ...]:
    """All that the function may hand back. What cannot be told is of kind "unknown"."""
    return tuple(_Updates(known, depth).all())


class _Updates:
    def __init__(self, known: Locals, depth: int) -> None:
        self._known = known
        self._scope = known.scope
        self._helpers = depth

    def all(self) -> Iterator[Outcome]:
        node = self._scope.node
        if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in self._known.nodes):
            yield self._outcome("unknown", node if isinstance(node, ast.Lambda) else node.body[0])
            return
        if isinstance(node, ast.Lambda):
            yield from self.of(node.body)
            return
        for one in self._known.nodes:
            if isinstance(one, ast.Return):
                yield from self.of(one.value) if one.value is not None else [self._nothing(one)]
        end = falls_at(node.body, self._known)
        if end is not None:
            place = self._scope.place(end.node)
            yield Outcome(
                kind="nothing", source=place, falls=True, asked=end.asked, alike=end.alike
            )

    def of(self, node: ast.expr, depth: int = 0) -> list[Outcome]:
        if depth > _DEEPEST:
            return [self._outcome("unknown", node)]
        if self._known.is_state(node):
            return [self._whole(node)]
        match node:
            case ast.Constant(value=None):
                return [self._nothing(node)]
            case ast.IfExp(body=body, orelse=orelse):
                return [*self.of(body, depth + 1), *self.of(orelse, depth + 1)]
            case ast.Dict():
                return [self._mapping(node, node.keys, node.values)]
            case ast.Name():
                return self._of_name(node, depth)
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.of(value, depth + 1)
            case ast.Call():
                return self._of_call(node, depth)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._merged(node, left, right, depth)
            case _:
                return self._led(node)

    def _led(self, node: ast.expr) -> list[Outcome]:
        """Of an expression that is no mapping: what a router says by it."""
        found = []
        for choice in choices_of(node, self._known):
            shape = shape_of(node, self._known)
            kind: Any = shape if shape in ("text", "list", "truth") else "unknown"
            if (
                kind == "unknown"
                and choice.targets
                and all(isinstance(t.label, str) and t.is_known for t in choice.targets)
            ):
                kind = "text" if len(choice.targets) == 1 else "list"
            found.append(
                self._outcome(
                    kind,
                    node,
                    targets=choice.targets,
                    several=len(choice.targets) > 1,
                    maybe_none=choice.maybe_none,
                )
            )
        return found or [self._outcome("unknown", node)]

    def _outcome(self, kind: Any, node: ast.expr | ast.stmt, **more: Any) -> Outcome:
        return Outcome(kind=kind, source=self._scope.place(node), **more)

    def _nothing(self, node: ast.expr | ast.stmt) -> Outcome:
        return self._outcome("nothing", node, maybe_none=True)

    def _whole(self, node: ast.expr) -> Outcome:
        name = node.id if isinstance(node, ast.Name) else self._known.parameter
        keys = tuple(
            self._write(text, key, value)
            for key, value in (*self._known.stores(name), *self._set_attributes(name))
            if (text := self._known.constant_text(key)) is not None
        )
        return self._outcome("state", node, keys=keys, echoes=True, open=self._known.leaks(name))

    def _set_attributes(self, name: str) -> Iterator[tuple[ast.expr, ast.expr | None]]:
        for one in self._known.nodes:
            if isinstance(one, ast.Assign):
                for target in one.targets:
                    if isinstance(target, ast.Attribute) and is_name(target.value, name):
                        yield ast.copy_location(ast.Constant(target.attr), target), one.value

    def _write(self, key: str, place: ast.expr, value: ast.expr | None) -> KeyWrite:
        constant = _constant(value)
        return KeyWrite(
            key=key,
            source=self._scope.place(place),
            shape=shape_of(value, self._known),
            uses=self._known.uses(value) if value is not None else frozenset(),
            echoes=value is not None and self._known.key_of(value) == key,
            constant=constant,
            is_constant=constant is not MISSING,
            length=_length(value),
            may_be_empty=_may_be_empty(value),
            from_model=_is_models(value, self._known),
            counts=_counts(value, self._known),
        )

    def _mapping(
        self, node: ast.expr, keys: list[ast.expr | None], values: list[ast.expr]
    ) -> Outcome:
        found: list[KeyWrite] = []
        is_open = echoes = False
        certain: set[str] = set()
        for key, value in zip(keys, values, strict=True):
            if key is None:
                inner = self._spread(value)
                found += inner.keys
                certain |= inner.certain
                is_open, echoes = is_open or inner.open, echoes or inner.echoes
                continue
            text = self._known.constant_text(key)
            is_open = is_open or text is None
            if text is not None:
                found = [one for one in found if one.key != text]
                found.append(self._write(text, key, value))
                certain.add(text)
        return self._outcome(
            "mapping",
            node,
            keys=tuple(found),
            certain=frozenset(certain),
            open=is_open,
            echoes=echoes,
        )

    def _spread(self, value: ast.expr) -> Outcome:
        inner = self.of(value, 1)
        one = _joined(inner) if inner else None
        if one is None or one.kind not in ("mapping", "state", "nothing"):
            return self._outcome("mapping", value, open=True)
        return one

    def _of_name(self, node: ast.Name, depth: int) -> list[Outcome]:
        values = self._known.values(node.id)
        if not values:
            return self._led(node)
        found = [one for value in values for one in self.of(value, depth + 1)]
        if not all(one.kind in _UPDATES for one in found):
            return self._led(node)
        stored = [
            (self._known.constant_text(key), key, value)
            for key, value in self._known.stores(node.id)
        ]
        leaks = self._known.leaks(node.id)
        return [
            self._grown(one, stored, leaks) if one.kind in ("mapping", "state") else one
            for one in found
        ]

    def _grown(
        self, one: Outcome, stored: list[tuple[str | None, ast.expr, ast.expr | None]], leaks: bool
    ) -> Outcome:
        more = [self._write(text, key, value) for text, key, value in stored if text is not None]
        is_open = one.open or leaks or any(text is None for text, _, _ in stored)
        return replace(one, keys=(*one.keys, *more), open=is_open)

    def _merged(self, node: ast.expr, left: ast.expr, right: ast.expr, depth: int) -> list[Outcome]:
        both = [self.of(side, depth + 1) for side in (left, right)]
        if not all(len(side) == 1 and side[0].kind in ("mapping", "state") for side in both):
            return [self._outcome("unknown", node)]
        one, other = both[0][0], both[1][0]
        keys = [k for k in one.keys if k.key not in other.certain]
        return [
            self._outcome(
                "mapping",
                node,
                keys=(*keys, *other.keys),
                certain=one.certain | other.certain,
                open=one.open or other.open,
                echoes=one.echoes or other.echoes,
            )
        ]

    def _of_call(self, node: ast.Call, depth: int) -> list[Outcome]:
        called = self._scope.value_of(node.func)
        if is_langgraphs(called, "Command"):
            return self._command(node, depth)
        if is_langgraphs(called, "Send"):
            return self._led(node)
        if called is dict:
            return [self._made_dict(node)]
        if self._known.is_replace(node.func) and node.args and self._known.is_state(node.args[0]):
            return [self._replaced(node, node.keywords)]
        match node.func:
            case ast.Attribute(value=value, attr="model_copy") if self._known.is_state(value):
                return [self._copied(node)]
            case _:
                pass
        if isinstance(called, type) and called is not bool:
            return [self._made(node, called)]
        helper = called if isinstance(called, FunctionType | MethodType) else None
        if helper is not None and self._helpers < HELPERS:
            found = self._of_helper(node, helper)
            if found is not None:
                return found
        return self._led(node)

    def _keywords(self, node: ast.expr, keywords: list[ast.keyword]) -> Outcome:
        keys: list[ast.expr | None] = [
            None if one.arg is None else ast.copy_location(ast.Constant(one.arg), one.value)
            for one in keywords
        ]
        return self._mapping(node, keys, [one.value for one in keywords])

    def _made_dict(self, node: ast.Call) -> Outcome:
        first = self._spread(node.args[0]) if node.args else None
        named = self._keywords(node, node.keywords)
        if first is None:
            return named
        return replace(
            named,
            keys=(*first.keys, *named.keys),
            certain=first.certain | named.certain,
            open=named.open or first.open,
            echoes=first.echoes,
        )

    def _replaced(self, node: ast.Call, keywords: list[ast.keyword]) -> Outcome:
        named = self._keywords(node, keywords)
        return replace(named, kind="state", echoes=True)

    def _copied(self, node: ast.Call) -> Outcome:
        update = next((one.value for one in node.keywords if one.arg == "update"), None)
        named = self._spread(update) if update is not None else self._outcome("mapping", node)
        return replace(named, kind="state", echoes=True, source=self._scope.place(node))

    def _made(self, node: ast.Call, kind: type) -> Outcome:
        named = self._keywords(node, node.keywords)
        if issubclass(kind, dict):
            return replace(named, open=named.open or bool(node.args))
        return replace(
            named,
            kind="object",
            made=kind,
            given=named.certain,
            open=named.open or bool(node.args),
        )

    def _of_helper(self, node: ast.Call, helper: FunctionType | MethodType) -> list[Outcome] | None:
        scope = scope_of(helper)
        if scope is None or scope.node is self._scope.node:
            return None
        skipped = 1 if isinstance(helper, MethodType) else 0
        names = scope.parameters[skipped:]
        given = dict(zip(names, node.args, strict=False))
        given |= {one.arg: one.value for one in node.keywords if one.arg is not None}
        state = [name for name, value in given.items() if self._known.is_state(value)]
        parameter = state[0] if state else ""
        return list(outcomes_of(Locals(scope, parameter), self._helpers + 1))

    def _command(self, node: ast.Call, depth: int) -> list[Outcome]:
        given = {one.arg: one.value for one in node.keywords}
        if None in given or "resume" in given or node.args:
            return [self._outcome("unknown", node)]
        updates = self.of(given["update"], depth + 1) if "update" in given else None
        goto = choices_of(given["goto"], self._known) if "goto" in given else None
        parent = _names_parent(given.get("graph"))
        found = []
        for update in updates or [self._outcome("mapping", node)]:
            open_ = update.open or update.kind not in ("mapping", "state", "nothing", "object")
            command = replace(
                update, kind="command", source=self._scope.place(node), open=open_, to_parent=parent
            )
            if goto is None:
                found.append(replace(command, maybe_none=True))
            for choice in goto or ():
                several = len(choice.targets) > 1
                found.append(
                    replace(
                        command,
                        targets=choice.targets,
                        several=several,
                        maybe_none=choice.maybe_none,
                    )
                )
        return found


def _names_parent(node: ast.expr | None) -> bool:
    match node:
        case None | ast.Constant(value=None):
            return False
        case _:
            return True  # a command for another graph, whichever


def _joined(found: list[Outcome]) -> Outcome:
    """One outcome that may be any of these."""
    if len(found) == 1:
        return found[0]
    certain = frozenset.intersection(*(one.certain for one in found))
    is_open = any(one.open or one.kind not in ("mapping", "state") for one in found)
    keys = tuple(key for one in found for key in one.keys)
    echoes = any(one.echoes for one in found)
    return replace(
        found[0], kind="mapping", keys=keys, certain=certain, open=is_open, echoes=echoes
    )


def _constant(node: ast.expr | None) -> object:
    if node is None:
        return MISSING
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return MISSING


def _length(node: ast.expr | None) -> int | None:
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    return None if any(isinstance(one, ast.Starred) for one in node.elts) else len(node.elts)


def _counts(node: ast.expr | None, known: Locals) -> bool:
    """Whether a value is something and a number more."""
    if isinstance(node, ast.Name):
        values = known.values(node.id)
        node = values[0] if values is not None and len(values) == 1 else None
    match node:
        case ast.BinOp(op=ast.Add(), right=ast.Constant(value=int())):
            return True
        case _:
            return False


def _is_models(node: ast.expr | None, known: Locals) -> bool:
    """Whether a value is, or is a part of, what some `invoke` gave."""
    while True:
        match node:
            case ast.Call(func=ast.Attribute(attr="invoke" | "ainvoke")):
                return True
            case ast.Call(func=ast.Attribute(value=value, attr="strip" | "lower" | "upper")):
                node = value
            case ast.Attribute(value=value) | ast.Await(value=value) | ast.Subscript(value=value):
                node = value
            case ast.Name(id=name):
                values = known.values(name)
                if values is None or len(values) != 1 or isinstance(values[0], ast.Name):
                    return False
                node = values[0]
            case _:
                return False


def _may_be_empty(node: ast.expr | None) -> bool:
    match node:
        case ast.ListComp(generators=generators):
            return any(one.ifs for one in generators)
        case ast.List(elts=elements):
            return not elements
        case _:
            return False
