"""The calls of one function, and which of them may come before which.

The statements are gone through as they run: the arms of a branch apart, loops twice, so that
what one round did comes before the next; what follows a `return` or `raise` is not reached.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import partial

from msgspec import Struct

from agentgraph.read.facts import Guard
from agentgraph.read.files import Function, SourceFile
from agentgraph.read.handlers import guard_of_try, guard_of_with
from agentgraph.read.names import Names
from agentgraph.read.nodes import children

CallNode = ast.Call | ast.Subscript
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


class Made(Struct, eq=False):
    """A call as the walk finds it; `names` are those seen where it stands, `after` grows while it goes on."""

    number: int
    node: CallNode
    names: Names
    is_awaited: bool
    handed_to: tuple[ast.expr, ...]
    guards: tuple[Guard, ...]
    after: int = 0


class _Loop(Struct, eq=False):
    breaks: list[int]
    continues: list[int]


class Walk:
    """One way through a function, all branches at once. `now`: the calls made so far, as bits; None: not reached."""

    def __init__(self, file: SourceFile, names: Names, function: Function) -> None:
        self.made: dict[ast.AST, Made] = {}
        self._file, self._names = file, names
        self._now: int | None = 0
        self._guards: list[Guard] = []
        self._handed: list[ast.expr] = []
        self._loops: list[_Loop] = []
        self._raised: list[int] = []
        if isinstance(function, ast.Lambda):
            self._expression(function.body)
        else:
            self._body(function.body)

    def _body(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            if self._now is not None:
                self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                self._expression(test)
                self._either(lambda: self._body(body), lambda: self._body(orelse))
            case ast.While(test=test, body=body, orelse=orelse):
                forever = isinstance(test, ast.Constant) and bool(test.value)
                self._loop(lambda: self._expression(test), body, orelse, ends=not forever)
            case ast.For(iter=over) | ast.AsyncFor(iter=over):
                self._expression(over)
                self._loop(lambda: None, node.body, node.orelse)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                self._with(items, body)
            case ast.Try() | ast.TryStar():
                self._try(node)
            case ast.Match(subject=subject, cases=cases):
                self._expression(subject)
                self._either(*(self._arm(case) for case in cases), lambda: None)
            case _:
                self._simple(node)

    def _simple(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return  # defining it calls nothing; where it is called, it is followed
            case ast.AnnAssign(value=value):  # annotations of locals are never evaluated
                if value is not None:
                    self._expression(value)
            case _:
                for child in children(node):
                    self._expression(child)
        now = self._now or 0
        match node:
            case ast.Return() | ast.Raise():
                self._now = None
            case ast.Break() if self._loops:
                self._loops[-1].breaks.append(now)
                self._now = None
            case ast.Continue() if self._loops:
                self._loops[-1].continues.append(now)
                self._now = None
            case _:
                pass

    def _arm(self, case: ast.match_case) -> Callable[[], None]:
        def run() -> None:
            if case.guard is not None:
                self._expression(case.guard)
            self._body(case.body)

        return run

    def _either(self, *arms: Callable[[], None]) -> None:
        start, ends = self._now, []
        for arm in arms:
            self._now = start
            arm()
            ends.append(self._now)
        self._now = _joined(ends)

    def _loop(
        self,
        head: Callable[[], None],
        body: list[ast.stmt],
        orelse: list[ast.stmt],
        *,
        ends: bool = True,
    ) -> None:
        loop = _Loop([], [])
        passed: list[int | None] = []
        for _ in range(2):
            head()
            passed.append(self._now)
            self._loops.append(loop)
            self._body(body)
            self._loops.pop()
            self._now = _joined([self._now, *loop.continues])
            if self._now is None:
                break
        else:
            passed.append(self._now)
        self._now = _joined(passed) if ends else None
        self._body(orelse)
        self._now = _joined([self._now, *loop.breaks])

    def _with(self, items: list[ast.withitem], body: list[ast.stmt]) -> None:
        guards = []
        for item in items:
            self._expression(item.context_expr)
            guard = guard_of_with(item, self._names, self._file)
            guards += [guard] if guard is not None else []
        if not guards:
            self._body(body)
            return
        raised = self._guarded(guards, body)
        self._now = _joined([self._now, raised])

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        guard = guard_of_try(node, self._names, self._file)
        raised = self._guarded([guard], node.body)
        self._body(node.orelse)
        ends = [self._now]
        for handler in node.handlers:
            self._now = raised
            self._body(handler.body)
            ends.append(self._now)
        self._now = _joined(ends)
        if node.finalbody:
            reached = self._now is not None
            self._now = _joined([self._now, raised])
            self._body(node.finalbody)
            self._now = self._now if reached else None

    def _guarded(self, guards: list[Guard], body: list[ast.stmt]) -> int:
        """Go through a guarded body; the calls made before any exception out of it."""
        self._raised.append(self._now or 0)
        self._guards += guards
        self._body(body)
        del self._guards[-len(guards) :]
        raised = self._raised.pop()
        if self._raised:
            self._raised[-1] |= raised
        return raised

    def _expression(self, node: ast.AST, *, awaited: bool = False) -> None:
        match node:
            case ast.Call():
                self._call(node, awaited)
            case ast.Await(value=value):
                self._expression(value, awaited=True)
            case ast.Subscript(ctx=ast.Load()):
                self._children(node)
                if self._names.meaning(node.value).root == "global":
                    self._record(node, awaited)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self._expression(test)
                self._either(lambda: self._expression(body), lambda: self._expression(orelse))
            case ast.BoolOp(values=[first, *others]):
                self._expression(first)
                for value in others:
                    self._either(partial(self._expression, value), lambda: None)
            case ast.Lambda():
                return  # as a def; one that is handed on is gone through with the call
            case _ if isinstance(node, _COMPREHENSIONS):
                self._comprehension(node)
            case _:
                self._children(node)

    def _children(self, node: ast.AST) -> None:
        for child in children(node):
            self._expression(child)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        first, *others = node.generators
        self._expression(first.iter)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inner = [*first.ifs, *(part for one in others for part in (one.iter, *one.ifs)), *results]

        def once() -> None:
            for part in inner:
                self._expression(part)

        for _ in range(2):
            self._either(once, lambda: None)

    def _call(self, node: ast.Call, awaited: bool) -> None:
        self._expression(node.func)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if isinstance(argument, ast.Lambda):
                self._either(partial(self._handed_on, node.func, argument), lambda: None)
            else:
                self._expression(argument)
        self._record(node, awaited)

    def _handed_on(self, to: ast.expr, function: ast.Lambda) -> None:
        names, self._names = self._names, Names(self._file, function)
        self._handed.append(to)
        self._expression(function.body)
        self._handed.pop()
        self._names = names

    def _record(self, node: CallNode, awaited: bool) -> None:
        made = self.made.get(node)
        if made is None:
            handed, guards = tuple(self._handed), tuple(self._guards)
            made = Made(len(self.made), node, self._names, awaited, handed, guards)
            self.made[node] = made
        now = self._now or 0
        made.after |= now
        self._now = now | 1 << made.number
        if self._raised:
            self._raised[-1] |= self._now


def _joined(states: Iterable[int | None]) -> int | None:
    reached = [state for state in states if state is not None]
    if not reached:
        return None
    total = 0
    for state in reached:
        total |= state
    return total
