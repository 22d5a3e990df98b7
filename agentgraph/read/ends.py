"""Whether a function can come to its end without a `return`, and by which decision."""

from __future__ import annotations

import ast

from msgspec import Struct
from msgspec.structs import replace

from agentgraph.read.locals import Locals, own

Asked = tuple[str, frozenset[object]]
"""A key of the state, and the constants that it is compared with."""


class End(Struct, frozen=True):
    """Where a body is left at its end: its last statement, or the last condition of that which is an `if`.

    `alike`: several conditions ask the same thing, and may leave nothing out; or the first of a list's
    elements decides, and it may be that there always is one.
    """

    node: ast.stmt | ast.expr
    asked: Asked | None = None
    alike: bool = False


def falls_at(body: list[ast.stmt], known: Locals) -> End | None:
    """How the end of a body is reached; None: it never is."""
    end: End | None = End(body[0]) if body else None
    subjects: list[str] = []
    for statement in body:
        end = _after(statement, known)
        if end is None:
            return None
        if isinstance(statement, ast.If):
            subject = _subject(statement.test)
            end = replace(end, alike=end.alike or subject in subjects)
            subjects += [subject] if subject is not None else []
    return end


def _after(statement: ast.stmt, known: Locals) -> End | None:
    match statement:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return None
        case ast.If():
            return _after_if(statement, known)
        case ast.Match():
            return _after_match(statement, known)
        case ast.While(test=ast.Constant(value=value)) if value:
            leaves = any(isinstance(one, ast.Break) for one in own(statement))
            return End(statement) if leaves else None
        case ast.For(body=body, orelse=[]) if falls_at(body, known) is None:
            # It goes on only if there is nothing to go over, or by a `break` or `continue`.
            leaves = any(isinstance(one, ast.Break | ast.Continue) for one in own(statement))
            return End(statement, alike=not leaves)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return falls_at(body, known)
        case ast.Try() | ast.TryStar():
            return _after_try(statement, known)
        case _:
            return End(statement)


def _after_if(statement: ast.If, known: Locals) -> End | None:
    inner = falls_at(statement.body, known)
    if inner is not None:
        return inner
    if statement.orelse:
        further = falls_at(statement.orelse, known)
        if further is None:
            return None
        is_chain = len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If)
        if not is_chain:
            return further
        asked = _both(_asked(statement.test, known), further.asked)
        subject = _subject(statement.test)
        next_ = _subject(statement.orelse[0].test)  # type: ignore[attr-defined]
        return End(further.node, asked, alike=subject is not None and subject == next_)
    return End(statement.test, _asked(statement.test, known))


def _subject(test: ast.expr) -> str | None:
    """What a condition asks about; None where that is no one thing."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _subject(operand)
        case ast.Compare(left=left, ops=[_]):
            return ast.dump(left)
        case ast.Call(func=ast.Name(id="isinstance"), args=[asked, _]):
            return ast.dump(asked)
        case _:
            return None


def _after_match(statement: ast.Match, known: Locals) -> End | None:
    values: set[object] = set()
    for case in statement.cases:
        inner = falls_at(case.body, known)
        if inner is not None:
            return inner
        if (
            case.guard is None
            and isinstance(case.pattern, ast.MatchAs)
            and case.pattern.pattern is None
        ):
            return None
        found = _pattern(case.pattern, known) if case.guard is None else None
        if found is None:
            return End(statement, alike=len(statement.cases) > 1)
        values |= found
    key = known.key_of(statement.subject)
    return End(statement, (key, frozenset(values)) if key is not None else None)


def _pattern(pattern: ast.pattern, known: Locals) -> set[object] | None:
    match pattern:
        case ast.MatchValue(value=value):
            found = known.scope.value_of(value)
            return {found} if isinstance(found, str | int | bool) else None
        case ast.MatchSingleton(value=value):
            return {value}
        case ast.MatchOr(patterns=patterns):
            parts = [_pattern(one, known) for one in patterns]
            return set().union(*(p for p in parts if p)) if None not in parts else None
        case _:
            return None


def _after_try(statement: ast.Try | ast.TryStar, known: Locals) -> End | None:
    if statement.finalbody and falls_at(statement.finalbody, known) is None:
        return None
    bodies = [[*statement.body, *statement.orelse], *(one.body for one in statement.handlers)]
    ends = [falls_at(body, known) for body in bodies]
    return next((one for one in ends if one is not None), None)


def _asked(test: ast.expr, known: Locals) -> Asked | None:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            key, value = known.key_of(left), known.scope.value_of(right)
            if key is not None and isinstance(value, str | int | bool):
                return key, frozenset({value})
        case ast.Compare(
            left=left, ops=[ast.In()], comparators=[ast.List() | ast.Tuple() | ast.Set() as right]
        ):
            key = known.key_of(left)
            values = [known.scope.value_of(one) for one in right.elts]
            if key is not None and all(isinstance(one, str | int | bool) for one in values):
                return key, frozenset(values)
        case _:
            pass
    return None


def _both(one: Asked | None, other: Asked | None) -> Asked | None:
    if one is None or other is None or one[0] != other[0]:
        return None
    return one[0], one[1] | other[1]
