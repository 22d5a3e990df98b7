"""Faults on purpose: an agent or a tool that is slow, fails, hangs, answers wrongly, or takes the process with it."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from agentgraph.declare.agent import Agent
from agentgraph.declare.standing_in import stand_in
from agentgraph.declare.tool import Tool
from agentgraph.observe.clock import clock

_NOTHING: Any = object()
DIED = 137
"""The exit code of a process that a fault ended: the one that a shell shows after `kill -9`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong in some calls: made by `slow`, `fail`, `hang`, `answer_wrong` and `die`.

    It hits calls `first` to `last` (None: all that follow), counted from 1 over all attempts.
    """

    first: int = 1
    last: int | None = None
    seconds: float = 0.0
    error: BaseException | type[BaseException] | None = None
    answer: Any = _NOTHING
    dies: bool = False
    after: bool = False

    def hits(self, number: int) -> bool:
        """Whether the call of this number is hit."""
        return number >= self.first and (self.last is None or number <= self.last)

    def strike(self, *, after: bool) -> None:
        """Do what it does, where this is its moment: before the body, or after it."""
        if after is not self.after:
            return
        if self.dies:
            os._exit(DIED)
        if self.error is not None:
            raise self.error


def slow(seconds: float, *, at: int | None = None, times: int | None = None) -> Fault:
    """Each call takes so much longer, by the clock: with `virtual_clock` no real time. `at`, `times`: see `fail`."""
    return Fault(seconds=seconds, **_which(at, times))


def hang(*, at: int | None = None, times: int | None = None) -> Fault:
    """The call never ends by itself; only a timeout, or the end of the virtual clock, ends the waiting for it."""
    return Fault(seconds=math.inf, **_which(at, times))


def fail(
    times: int | None = None,
    *,
    at: int | None = None,
    error: BaseException | type[BaseException] = ConnectionError("a fault of the test"),  # noqa: B008  # raised as it is
    after: bool = False,
) -> Fault:
    """The first `times` calls raise `error`, then they work (None: none does); or only the call `at`, from 1.

    `after`: the body has run, its effect has happened, and only the answer is lost.
    """
    return Fault(error=error, after=after, **_which(at, times))


def answer_wrong(answer: Any, *, at: int | None = None, times: int | None = None) -> Fault:
    """The call gives `answer` in place of the body's: something that its contract refuses, say."""
    return Fault(answer=answer, **_which(at, times))


def die(*, at: int = 1, after: bool = False) -> Fault:
    """The process ends here and now, as by `kill -9`: for a child process, whose thread another then resumes.

    `after`: the body has run, its effect has happened, and nothing has been stored of it.
    """
    return Fault(dies=True, after=after, **_which(at, None))


def _which(at: int | None, times: int | None) -> dict[str, Any]:
    if at is not None and times is not None:
        raise TypeError("at= is one call, times= the first so many: give one of them")
    if at is not None:
        return {"first": at, "last": at}
    return {"last": times}


@contextmanager
def faulty(target: Agent[..., Any] | Tool[..., Any], *faults: Fault) -> Iterator[None]:
    """While it lasts, these faults happen in the calls of an agent with a body, or of a tool.

    Of a model-backed agent, script the model instead. Policies, contracts and stand-ins
    (`replaced`) stay in force.
    """
    body = target.implementation
    with ExitStack() as stack:
        for fault in faults:
            make = _async_with(fault) if body.is_async else _with(fault)
            stack.enter_context(stand_in(body.function, make))
        yield


def _with(fault: Fault) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        numbers = itertools.count(1)

        def call(**arguments: Any) -> Any:
            if not fault.hits(next(numbers)):
                return function(**arguments)
            if fault.seconds:
                clock().sleep(fault.seconds)
            fault.strike(after=False)
            result = function(**arguments) if fault.answer is _NOTHING else fault.answer
            fault.strike(after=True)
            return result

        return call

    return make


def _async_with(fault: Fault) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        numbers = itertools.count(1)

        async def call(**arguments: Any) -> Any:
            if not fault.hits(next(numbers)):
                return await function(**arguments)
            if fault.seconds:
                await clock().asleep(fault.seconds)
            fault.strike(after=False)
            result = await function(**arguments) if fault.answer is _NOTHING else fault.answer
            fault.strike(after=True)
            return result

        return call

    return make
