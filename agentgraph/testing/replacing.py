"""Functions of a test's own in place of tools: the contracts of the tools still hold."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from agentgraph.declare.body import name_of
from agentgraph.declare.standing_in import stand_in
from agentgraph.declare.tool import Tool
from agentgraph.errors import DeclarationError, Problem
from agentgraph.testing.answers import ScriptEndedError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that reached a stand-in, its arguments by name."""

    arguments: Mapping[str, Any]


def scripted(*results: T | BaseException | type[BaseException]) -> Scripted[T]:
    """A function that gives these results in turn, whatever it is called with; exceptions are raised."""
    return Scripted(results)


class Scripted(Generic[T]):
    """See `scripted`. ScriptEndedError: it was called more often than it has results."""

    def __init__(self, results: tuple[T | BaseException | type[BaseException], ...]) -> None:
        self.__name__ = "scripted"
        self._results = results
        self._next = iter(results)
        self._lock = threading.Lock()

    def __call__(self, **_: Any) -> T:
        with self._lock:
            try:
                result = next(self._next)
            except StopIteration:
                raise ScriptEndedError("a stand-in", len(self._results)) from None
        if isinstance(result, BaseException):
            raise result
        if isinstance(result, type) and issubclass(result, BaseException):
            raise result
        return cast("T", result)


@contextmanager
def replaced(tool: Tool[..., Any], by: Callable[..., Any]) -> Iterator[list[ToolCall]]:
    """While it lasts, agents that call `tool` call `by`; yields the calls, as they come.

    What is asked of the tool is asked of `by`: its arguments and result are held against the
    tool's contracts, and its timeout, retries and approval stay. It takes what it names of the
    tool's arguments, and the context where its first parameter has the name of the tool's. An
    async tool may have a sync stand-in. DeclarationError: `by` asks for arguments that the
    tool does not have, or is async where the tool is not.
    """
    names = _taken(tool, by)
    calls: list[ToolCall] = []
    context = tool.implementation.signature.context

    def make(_: Callable[..., Any]) -> Callable[..., Any]:
        def take(arguments: dict[str, Any]) -> dict[str, Any]:
            given = {name: value for name, value in arguments.items() if name != context}
            calls.append(ToolCall(given))
            return (
                arguments if names is None else {n: arguments[n] for n in names if n in arguments}
            )

        if not tool.implementation.is_async:
            return lambda **arguments: by(**take(arguments))

        async def awaited(**arguments: Any) -> Any:
            result = by(**take(arguments))
            return await result if inspect.isawaitable(result) else result

        return awaited

    with stand_in(tool.implementation.function, make):
        yield calls


def _taken(tool: Tool[..., Any], by: Callable[..., Any]) -> tuple[str, ...] | None:
    """The arguments that `by` names; None: it takes all but the context."""
    where = f"replaced({tool.name})"
    if inspect.iscoroutinefunction(by) and not tool.implementation.is_async:
        problem = Problem("the tool is sync, and its stand-in async", where, help="write a def")
        raise DeclarationError([problem])
    if isinstance(by, Scripted):
        return None
    body = tool.implementation.signature
    known = {parameter.name for parameter in body.parameters}
    known |= {body.context} if body.context is not None else set()
    parameters = inspect.signature(by).parameters.values()
    unknown = [
        Problem(f"{name_of(by)} asks for {one.name!r}, which {tool.name} does not have", where)
        for one in parameters
        if one.kind is not one.VAR_KEYWORD and one.name not in known and one.default is one.empty
    ]
    if unknown:
        raise DeclarationError(unknown)
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return None
    return tuple(one.name for one in parameters)
