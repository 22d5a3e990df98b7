"""What carries a node of a foreign graph out: its function, out of all that it is wrapped in."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from types import FunctionType, MethodType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from agentgraph.read.node import read_node
from agentgraph.read.node_facts import NodeBody

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Carried:
    """A function or bound method; `given` and `named` are the arguments that a partial has bound."""

    callable: FunctionType | MethodType
    given: int = 0
    named: frozenset[str] = frozenset()

    @property
    def body(self) -> NodeBody | None:
        """It as read; None where its text cannot be had, or it is not the user's own."""
        return (
            None
            if is_installed(self.callable)
            else read_node(self.callable, self.given, self.named)
        )


def carried_by(runnable: Any) -> Carried | None:
    """The function behind a node; None where there is none, or it cannot be told."""
    given, named = 0, frozenset[str]()
    found = runnable
    for _ in range(_DEEPEST):
        if isinstance(found, partial):
            given, named = given + len(found.args), named | frozenset(found.keywords)
            found = found.func
        elif isinstance(found, FunctionType):
            wrapped = getattr(found, "__wrapped__", None)
            if wrapped is None:
                return Carried(found, given, named)
            found = wrapped
        elif isinstance(found, MethodType):
            return Carried(found, given, named)
        else:
            inner = _inner(found)
            if inner is None:
                return None
            found = inner
    return None


def inner_graph(runnable: Any) -> Any:
    """The compiled graph that a node is; None where it is none."""
    return runnable if hasattr(runnable, "builder") and hasattr(runnable, "nodes") else None


def makes_text(runnable: Any) -> bool:
    """Whether it is a chain that ends with a parser to text."""
    steps: Any = getattr(runnable, "steps", None)
    return bool(steps) and type(steps[-1]).__name__ == "StrOutputParser"


def tools_of(runnable: Any) -> Iterator[NodeBody]:
    """The functions of the tools that a `ToolNode` runs, as far as they can be read."""
    tools = getattr(runnable, "tools_by_name", None)
    for tool in tools.values() if isinstance(tools, dict) else ():
        function = getattr(tool, "func", None) or getattr(tool, "coroutine", None)
        carried = carried_by(function)
        body = carried.body if carried is not None else None
        if body is not None:
            yield body


def declared_labels(carried: Carried) -> tuple[object, ...]:
    """The labels that a function's return type names; () where it names none."""
    try:
        found = get_type_hints(carried.callable).get("return")
    except Exception:  # noqa: BLE001  # whatever a user's annotations may raise
        return ()
    return get_args(found) if get_origin(found) is Literal else ()


def named_in(function: FunctionType | MethodType) -> Iterator[object]:
    """The objects that a function names: of its module, its cells, and the attributes of its instance."""
    plain = function.__func__ if isinstance(function, MethodType) else function
    names = plain.__code__.co_names
    yield from (plain.__globals__[name] for name in names if name in plain.__globals__)
    for cell in plain.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            continue
    if isinstance(function, MethodType):
        held = getattr(function.__self__, "__dict__", {})
        yield from (held[name] for name in names if name in held)


def is_installed(function: object) -> bool:
    """Whether a function is of a package, or of Python."""
    code = getattr(function, "__code__", None)
    file = code.co_filename if code is not None else "<none>"
    return "site-packages" in file or file.startswith((sys.base_prefix, sys.prefix, "<"))


def _inner(found: Any) -> Any:
    name = type(found).__name__
    if name in ("RunnableCallable", "RunnableLambda"):
        return getattr(found, "func", None) or getattr(found, "afunc", None)
    if hasattr(found, "invoke") or hasattr(found, "builder"):
        return None  # a runnable of another kind: what it does is not in one function
    call = inspect.getattr_static(type(found), "__call__", None)
    return MethodType(call, found) if isinstance(call, FunctionType) else None
