"""Several computations of a call, going on at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from agentgraph.call.drive import adrive, drive
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.workers import WORKERS
from agentgraph.observe.clock import clock

T = TypeVar("T")


def together(computations: Sequence[Steps[T]]) -> Steps[list[T]]:
    """The results, in order. Where some fail, all the others end first; then the first error is raised.

    Driven blocking, each has a thread, and a copy of the context that they all begin in; awaited,
    each has a task.
    """
    if len(computations) == 1:
        return [(yield from computations[0])]
    outcomes: list[Any] = yield Invoke(
        lambda: _in_threads(computations), lambda: _in_tasks(computations)
    )
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return outcomes


def _in_threads(computations: Sequence[Steps[T]]) -> list[T | BaseException]:
    here = threading.Barrier(len(computations) + 1)

    def carried_out(one: Steps[T]) -> T:
        with clock().acting():
            here.wait()  # until all have begun, no time of a test's clock may pass
            return drive(one)

    futures = [WORKERS.submit(partial(carried_out, one)) for one in computations]
    here.wait()
    for future in futures:
        clock().wait(future, None)
    return [future.exception() or future.result() for future in futures]


async def _in_tasks(computations: Sequence[Steps[T]]) -> list[T | BaseException]:
    return await asyncio.gather(*map(adrive, computations), return_exceptions=True)
