"""Connections that stay open between calls, one call at a time each.

redis-py's pool looks at a connection before it lends it, and counts and records what it does: that is
three quarters of the time that a small command takes here. A link is a redis-py connection
that is used as it is, and put right when it turns out to be broken, by the same retries.
Sending a call twice is safe, see `wire.py`.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import redis.exceptions as broken
from redis import BlockingConnectionPool
from redis.asyncio import BlockingConnectionPool as AsyncBlockingConnectionPool

from checkpoints.calls import Argument, Reply

_AT_ONCE = 64 * 1024
"""Bytes that are handed to the event loop without waiting until there is room: its own limit."""


def packed(words: Sequence[Argument]) -> bytes:
    """A command as it goes over the wire (RESP, the protocol of Redis)."""
    # Of a script's call the digest and the keys are the same each time.
    same = 3 + words[2] if words[0] == "EVALSHA" and isinstance(words[2], int) else 0
    return b"*%d\r\n%b%b" % (len(words), _same(tuple(words[:same])), _each(words[same:]))


def _each(words: Sequence[Argument]) -> bytes:
    data = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"".join([b"$%d\r\n%b\r\n" % (len(one), one) for one in data])


_same = lru_cache(256)(_each)


class Links:
    """For threads. As many as the pool may have; who finds all in use waits, as long as the pool would."""

    def __init__(self, pool: BlockingConnectionPool) -> None:
        self._pool: Any = pool  # whose methods have no types
        self._free = threading.Semaphore(pool.max_connections)
        self._idle: list[Any] = []
        self._process = os.getpid()

    def call(self, words: Sequence[Argument]) -> Reply:
        """The reply to a command, in bytes; raises redis-py's errors."""
        if not self._free.acquire(timeout=self._pool.timeout):
            raise broken.ConnectionError("No connection available.")
        try:
            link = self._take()
            try:
                reply = link.retry.call_with_retry(
                    partial(_exchange, link, packed(words)), lambda _: link.disconnect()
                )
            except broken.ResponseError:
                self._idle.append(link)
                raise
            except BaseException:
                # Perhaps a reply is still to come, which would be taken for that of another call.
                link.disconnect()
                self._idle.append(link)
                raise
            self._idle.append(link)
            return reply
        finally:
            self._free.release()

    def close(self) -> None:
        """Close them."""
        self._idle.clear()
        self._pool.disconnect()

    def _take(self) -> Any:
        if self._process != os.getpid():
            # Forked: these are the parent's.
            self._process, self._idle = os.getpid(), []
        try:
            return self._idle.pop()
        except IndexError:
            return self._pool.get_connection()


def _exchange(link: Any, command: bytes) -> Reply:
    link.send_packed_command((command,))
    return link.read_response(disable_decoding=True)


class AsyncLinks:
    """`Links` for the tasks of one event loop."""

    def __init__(self, pool: AsyncBlockingConnectionPool) -> None:
        self._pool: Any = pool
        self._free = asyncio.Semaphore(pool.max_connections)
        self._idle: list[Any] = []

    async def call(self, words: Sequence[Argument]) -> Reply:
        """See `Links.call`."""
        if self._free.locked():
            try:
                await asyncio.wait_for(self._free.acquire(), self._pool.timeout)
            except TimeoutError:
                raise broken.ConnectionError("No connection available.") from None
        else:
            await self._free.acquire()
        try:
            link = self._idle.pop() if self._idle else await self._pool.get_connection()
            command = packed(words)
            try:
                reply = await link.retry.call_with_retry(
                    lambda: _aexchange(link, command), lambda _: link.disconnect()
                )
            except broken.ResponseError:
                self._idle.append(link)
                raise
            except BaseException:
                await link.disconnect(nowait=True)
                self._idle.append(link)
                raise
            self._idle.append(link)
            return reply
        finally:
            self._free.release()

    async def close(self) -> None:
        """Close them."""
        self._idle.clear()
        await self._pool.disconnect()


async def _aexchange(link: Any, command: bytes) -> Reply:
    # redis-py's own way to send takes a task, a timer and three rounds of the event loop where there is a
    # time limit. What the system takes at once needs none; that nothing comes back, reading finds out.
    writer = getattr(link, "_writer", None) if link.is_connected else None
    if writer is None or len(command) > _AT_ONCE or link.health_check_interval:
        await link.send_packed_command(command)
    else:
        writer.write(command)
    return await link.read_response(disable_decoding=True)
