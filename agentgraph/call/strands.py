"""Which step a body stands behind: each of its strands (a thread, an asyncio task) has its own last step.

A body may do several things at once, in an order that is another each time. What stays the same is
what follows what within a strand, so that is what is recorded, and what a resumed body is held to.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, NamedTuple


class Standing(NamedTuple):
    """Behind which step the code runs: `call` tells calls apart, `strand` is the one that made the step.

    `first` is the strand that the body, or what it calls, began in.
    """

    call: object
    after: str
    strand: object
    first: object
    key: str | None = None
    """The idempotency key of the step that is being done, for code inside one."""


_STANDING: ContextVar[Standing | None] = ContextVar("agentgraph_standing", default=None)


def standing(call: object, root: str) -> tuple[str, bool, bool]:
    """The step that the caller stands behind; whether this very strand made it; whether it is the first.

    `root`: no step so far.
    """
    found = _STANDING.get()
    if found is None or found.call is not call:
        return (
            root,
            False,
            False,
        )  # a thread of the body's own, that knows nothing of where it began
    here = _strand()
    return found.after, found.strand is here, found.first is here


def stand(call: object, after: str) -> None:
    """From now on the caller stands behind step `after`, as does what it starts."""
    found = _STANDING.get()
    here = _strand()
    known = found is not None and found.call is call
    first, key = (found.first, found.key) if found is not None and known else (here, None)
    _STANDING.set(Standing(call, after, here, first, key))


def step_key(call: object) -> str | None:
    """The idempotency key of the step of `call` that the code runs in; None: in none."""
    found = _STANDING.get()
    return found.key if found is not None and found.call is call else None


def inside(
    call: object, after: str, key: str | None, function: Callable[[], Any]
) -> Callable[[], Any]:
    """`function`, so that it begins behind `after`; where it has ended, all is as it was before."""

    def run() -> Any:
        here = _strand()
        token = _STANDING.set(Standing(call, after, here, here, key))
        try:
            return function()
        finally:
            _STANDING.reset(token)

    return run


def ainside(
    call: object, after: str, key: str | None, function: Callable[[], Awaitable[Any]]
) -> Callable[[], Awaitable[Any]]:
    """`inside`, for what is awaited."""

    async def run() -> Any:
        here = _strand()
        token = _STANDING.set(Standing(call, after, here, here, key))
        try:
            return await function()
        finally:
            _STANDING.reset(token)

    return run


def _strand() -> object:
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    return task if task is not None else threading.current_thread()
