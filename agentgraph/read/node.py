"""A function that takes a state, read: what it takes, what it hands back, what it changes in place."""

from __future__ import annotations

import ast

from agentgraph.read.locals import Locals
from agentgraph.read.mutations import mutations_of
from agentgraph.read.node_facts import NodeBody
from agentgraph.read.scope import Scope, scope_of
from agentgraph.read.taking import Taking
from agentgraph.read.updates import outcomes_of


def read_node(
    callable_: object, given: int = 0, named: frozenset[str] = frozenset()
) -> NodeBody | None:
    """What a function or bound method does with its state. None: its text cannot be had.

    `given` positional arguments stand before the state, and those `named` are not it either: what a
    `functools.partial` has bound.
    """
    scope = scope_of(callable_)
    if scope is None:
        return None
    parameter = _state_of(scope, callable_, given, named)
    if parameter is None:
        return None
    known = Locals(scope, parameter)
    taking = Taking(known)
    return NodeBody(
        source=scope.file.place(scope.node),
        parameter=parameter,
        reads=tuple(taking.reads),
        reads_all=taking.all_of_it,
        outcomes=outcomes_of(known),
        mutations=tuple(mutations_of(known)),
        leaks=known.leaks(parameter),
        weighs=any(map(_weighs, known.nodes)),
        is_async=isinstance(scope.node, ast.AsyncFunctionDef),
    )


def _weighs(node: ast.AST) -> bool:
    match node:
        case ast.Compare(ops=operators):
            return any(isinstance(one, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for one in operators)
        case ast.Call(func=ast.Name(id="len" | "interrupt" | "input")) | ast.AugAssign():
            return True
        case ast.BinOp(op=ast.Add() | ast.Sub(), right=ast.Constant(value=int() | float())):
            return True
        case _:
            return False


def _state_of(scope: Scope, callable_: object, given: int, named: frozenset[str]) -> str | None:
    names = scope.parameters[1:] if hasattr(callable_, "__self__") else scope.parameters
    left = [name for name in names[given:] if name not in named]
    return left[0] if left else None
