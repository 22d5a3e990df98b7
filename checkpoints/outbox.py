"""Sends what several write to one thread at the same time as one call: blocking, and in an event loop.

The rules are in `lines.py`.
"""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Awaitable, Callable

from checkpoints.calls import Call, Reply
from checkpoints.errors import RedisRefusedError
from checkpoints.lines import LINGER, Lines, Parcel, State, hand_out, merged, note


class Outbox:
    """For threads. `send` sends one call and brings the reply, or raises."""

    def __init__(self, send: Callable[[Call], Reply]) -> None:
        self._send = send
        self._lines = Lines()
        self._lock = threading.Lock()

    def deliver(self, call: Call) -> Reply:
        """The reply to a call, which may have been sent together with others; raises what sending raised."""
        # Released once, to wake: an Event would take four times as long.
        signal = threading.Lock()
        signal.acquire()
        with self._lock:
            parcel = self._lines.join(call, signal.release)
        try:
            woken = parcel.lingers and signal.acquire(timeout=LINGER)
            if parcel.lingers and not woken:
                with self._lock:
                    self._lines.lingered(parcel)
            if not woken and parcel.state is not State.LEADS:
                signal.acquire()
            return self._lead(parcel) if parcel.state is State.LEADS else self._outcome(parcel)
        finally:
            if parcel.state is not State.TAKEN:  # Ctrl-C
                with self._lock:
                    self._lines.leave(parcel)

    def _lead(self, leader: Parcel) -> Reply:
        reply: Reply = None
        error: BaseException | None = None
        with self._lock:
            taken = self._lines.take(leader)
        try:
            reply = self._send(merged(taken))
            note(taken, reply)
        except RedisRefusedError as refused:
            error = refused
            if len(taken) == 1:
                raise
        except BaseException as broken:
            error = broken
            raise
        finally:
            hand_out(taken, leader, reply, error)
            with self._lock:
                self._lines.hand_on(leader)
        return self._send(merged([leader])) if error else reply

    def _outcome(self, parcel: Parcel) -> Reply:
        if parcel.again:
            return self._send(merged([parcel]))
        if parcel.error is not None:
            raise copy.copy(parcel.error) from parcel.error
        return parcel.reply


class AsyncOutbox:
    """`Outbox` for the tasks of one event loop."""

    def __init__(self, send: Callable[[Call], Awaitable[Reply]]) -> None:
        self._send = send
        self._lines = Lines()

    async def deliver(self, call: Call) -> Reply:
        """See `Outbox.deliver`."""
        loop = asyncio.get_running_loop()
        signal = loop.create_future()

        def wake() -> None:
            if not signal.done():
                signal.set_result(None)

        def linger_over() -> None:
            self._lines.lingered(parcel)
            if parcel.state is State.LEADS:
                wake()

        parcel = self._lines.join(call, wake)
        try:
            if parcel.lingers:
                loop.call_later(LINGER, linger_over)
            if parcel.state is not State.LEADS:
                await signal
            if parcel.state is State.LEADS:
                return await self._lead(parcel)
            return await self._outcome(parcel)
        finally:
            if parcel.state is not State.TAKEN:  # cancelled
                self._lines.leave(parcel)

    async def _lead(self, leader: Parcel) -> Reply:
        reply: Reply = None
        error: BaseException | None = None
        taken = self._lines.take(leader)
        try:
            reply = await self._send(merged(taken))
            note(taken, reply)
        except RedisRefusedError as refused:
            error = refused
            if len(taken) == 1:
                raise
        except BaseException as broken:
            error = broken
            raise
        finally:
            hand_out(taken, leader, reply, error)
            self._lines.hand_on(leader)
        return await self._send(merged([leader])) if error else reply

    async def _outcome(self, parcel: Parcel) -> Reply:
        if parcel.again:
            return await self._send(merged([parcel]))
        if parcel.error is not None:
            raise copy.copy(parcel.error) from parcel.error
        return parcel.reply
