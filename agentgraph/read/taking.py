"""Which keys of its state a function takes, and whether it does so in every run."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import FunctionType, MethodType

from agentgraph.read.locals import Locals, own
from agentgraph.read.node_facts import How, KeyRead
from agentgraph.read.nodes import children
from agentgraph.read.scope import scope_of
from agentgraph.read.updates import HELPERS

_CATCHING = frozenset({"KeyError", "LookupError", "AttributeError", "Exception", "BaseException"})
_LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_WHOLE = frozenset(
    {"items", "values", "keys", "dict", "model_dump", "copy", "model_copy", "pop", "setdefault"}
)


class Taking:
    """`reads` are the places that take a key; `all_of_it`: it may take others, too."""

    def __init__(self, known: Locals, depth: int = 0, helper: str = "") -> None:
        self._known = known
        self._depth = depth
        self._helper = helper
        self.reads: list[KeyRead] = []
        self.all_of_it = known.is_rebound
        self._certain = not known.is_rebound
        self._guards = 0
        self._looked_for = self._tested_keys()
        node = known.scope.node
        if isinstance(node, ast.Lambda):
            self._expression(node.body)
        else:
            self._body(node.body)

    def _tested_keys(self) -> frozenset[str]:
        """The keys that the function asks for before it takes them: it knows that they may be missing."""
        found: set[str] = set()
        for node in self._known.nodes:
            match node:
                case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[right]):
                    if self._known.is_state(right) and (text := self._known.constant_text(key)):
                        found.add(text)
                case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[key, *_]):
                    if self._known.is_state(value) and (text := self._known.constant_text(key)):
                        found.add(text)
                case ast.Call(func=ast.Name(id="hasattr" | "getattr"), args=[value, key, *_]):
                    if self._known.is_state(value) and (text := self._known.constant_text(key)):
                        found.add(text)
                case _:
                    pass
        return frozenset(found)

    def _body(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)
            inner = () if isinstance(statement, _LEAVING) else own(statement)
            if any(isinstance(one, _LEAVING) for one in inner):
                self._certain = False  # what follows is not always reached

    def _maybe(self, *parts: ast.AST) -> None:
        before, self._certain = self._certain, False
        for part in parts:
            self._any(part)
        self._certain = before

    def _any(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt):
            self._statement(node)
        else:
            self._expression(node)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case (
                ast.If(test=test, body=body, orelse=orelse)
                | ast.While(test=test, body=body, orelse=orelse)
            ):
                self._expression(test)
                self._maybe(*body, *orelse)
            case (
                ast.For(iter=over, body=body, orelse=orelse)
                | ast.AsyncFor(iter=over, body=body, orelse=orelse)
            ):
                self._expression(over)
                self._maybe(*body, *orelse)
            case ast.Try() | ast.TryStar():
                self._try(node)
            case ast.Match(subject=subject, cases=cases):
                self._expression(subject)
                self._maybe(*(one for case in cases for one in case.body))
            case ast.Assign(targets=targets, value=value):
                self._expression(value)
                for target in targets:
                    self._target(target)
            case ast.AugAssign(target=target, value=value):
                self._expression(value)
                self._expression(target)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._maybe(*node.body)
            case _:
                for child in children(node):
                    self._any(child)

    def _target(self, node: ast.expr) -> None:
        match node:
            case ast.Subscript(value=value, slice=key):
                self._expression(key)
                if not self._known.is_state(value):
                    self._expression(value)
            case ast.Attribute(value=value):
                if not self._known.is_state(value):
                    self._expression(value)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for one in elements:
                    self._target(one)
            case _:
                pass

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        caught = any(self._catches(handler) for handler in node.handlers)
        self._guards += caught
        for one in node.body:
            self._statement(one)
        self._guards -= caught
        self._maybe(*(one for handler in node.handlers for one in handler.body), *node.orelse)
        for one in node.finalbody:
            self._statement(one)

    def _catches(self, handler: ast.ExceptHandler) -> bool:
        types = handler.type
        if types is None:
            return True
        named = types.elts if isinstance(types, ast.Tuple) else [types]
        return any(isinstance(one, ast.Name) and one.id in _CATCHING for one in named)

    def _expression(self, node: ast.AST) -> None:
        match node:
            case ast.Subscript(value=value, slice=key) if self._known.is_state(value):
                text = self._known.constant_text(key)
                self._found(text, node)
                self._expression(key)
            case ast.Attribute(value=value, attr=name) if self._known.is_state(value):
                self._attribute(node, name)
            case ast.Call():
                self._call(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self._expression(test)
                self._maybe(body, orelse)
            case ast.BoolOp(values=[first, *others]):
                self._expression(first)
                self._maybe(*others)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._comprehension(node)
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]) if (
                self._known.is_state(right)
            ):
                text = self._known.constant_text(node.left)
                self._found(text, node, guarded=True)
            case _:
                self._other(node)

    def _other(self, node: ast.AST) -> None:
        match node:
            case ast.Lambda(body=body):
                self._maybe(body)
            case ast.Name(id=name) if name == self._known.parameter:
                self.all_of_it = True  # it stands alone: handed on, unpacked or returned
            case _:
                for child in children(node):
                    self._any(child)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        first, *others = node.generators
        self._expression(first.iter)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._maybe(*first.ifs, *(p for one in others for p in (one.iter, *one.ifs)), *results)

    def _attribute(self, node: ast.Attribute, name: str) -> None:
        if name in _WHOLE or name.startswith("model_"):
            self.all_of_it = True
        else:
            self._found(name, node, attribute=True)

    def _found(
        self, key: str | None, node: ast.expr, *, guarded: bool = False, attribute: bool = False
    ) -> None:
        if key is None:
            self.all_of_it = True
            return
        how: How = "must" if self._certain else "may"
        if guarded or self._guards or key in self._looked_for:
            how = "guarded"
        place = self._known.scope.place(node)
        self.reads.append(
            KeyRead(key=key, source=place, how=how, is_attribute=attribute, helper=self._helper)
        )

    def _call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[key, *rest]) if (
                self._known.is_state(value)
            ):
                self._found(self._known.constant_text(key), node, guarded=True)
                for one in rest:
                    self._expression(one)
                return
            case ast.Call(func=ast.Name(id="hasattr" | "getattr"), args=[value, key, *_]) if (
                self._known.is_state(value)
            ):
                self._found(self._known.constant_text(key), node, guarded=True)
                return
            case _:
                pass
        self._expression(node.func)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        followed = (
            self._helper_of(node) if any(self._known.is_state(one) for one in given) else None
        )
        for one in given:
            if followed is not None and self._known.is_state(one):
                continue
            self._expression(one)
        if followed is not None:
            self._follow(*followed)

    def _helper_of(self, node: ast.Call) -> tuple[Locals, str] | None:
        called = self._known.scope.value_of(node.func)
        if self._depth >= HELPERS or not isinstance(called, FunctionType | MethodType):
            return None
        scope = scope_of(called)
        if scope is None or scope.node is self._known.scope.node:
            return None
        names = scope.parameters[1 if isinstance(called, MethodType) else 0 :]
        given = dict(zip(names, node.args, strict=False))
        given |= {one.arg: one.value for one in node.keywords if one.arg is not None}
        state = [name for name, value in given.items() if self._known.is_state(value)]
        if len(state) != 1 or any(isinstance(one, ast.Starred) for one in node.args):
            return None
        return Locals(scope, state[0]), called.__name__

    def _follow(self, known: Locals, name: str) -> None:
        inner = Taking(known, self._depth + 1, name)
        self.all_of_it = self.all_of_it or inner.all_of_it
        for read in inner.reads:
            how: How = read.how
            if how == "must" and not self._certain:
                how = "may"
            if self._guards or read.key in self._looked_for:
                how = "guarded"
            self.reads.append(
                KeyRead(
                    key=read.key,
                    source=read.source,
                    how=how,
                    is_attribute=read.is_attribute,
                    helper=read.helper,
                )
            )
