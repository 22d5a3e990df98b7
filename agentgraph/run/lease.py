"""The right to write a thread, for as long as a run lasts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from typing import TypeVar

from agentgraph.remember.ports import Memory

Got = TypeVar("Got")


def held(memory: Memory, thread: str) -> AbstractContextManager[Memory]:
    """The memory to write the thread through, while the `with` lasts; the same, where it has no leases.

    ThreadBusyError: another run writes the thread. ThreadTakenError: one came while this one
    was cut off.
    """
    return nullcontext(memory) if memory.hold is None else memory.hold(thread)


@asynccontextmanager
async def aheld(memory: Memory, thread: str) -> AsyncIterator[Memory]:
    """`held`, awaited: memory is waited for in a thread, not in the event loop."""
    holding = held(memory, thread)
    try:
        entered = await _finished(holding.__enter__)
    except asyncio.CancelledError:
        await _finished(holding.__exit__, None, None, None)
        raise
    try:
        yield entered
    except BaseException:
        if not await _finished(holding.__exit__, *sys.exc_info()):
            raise
    else:
        await _finished(holding.__exit__, None, None, None)


async def _finished(act: Callable[..., Got], *arguments: object) -> Got:
    """What it returns. A cancellation has to wait until then: a lease half taken is given back by nobody."""
    doing = asyncio.ensure_future(asyncio.to_thread(act, *arguments))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        while not doing.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([doing])
        if not doing.cancelled():
            doing.exception()  # looked at, or asyncio complains that nobody did
        raise
