"""Sends calls and brings back replies: the only place that waits, once blocking and once not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import redis.exceptions as broken
from redis import BlockingConnectionPool, Redis
from redis.asyncio import BlockingConnectionPool as AsyncBlockingConnectionPool
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.cluster import RedisCluster as AsyncRedisCluster
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import ExponentialWithJitterBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry

from checkpoints.calls import Argument, Ask, Call, Reply, Request, Scan, Trip, Unlink
from checkpoints.errors import RedisRefusedError, RedisUnreachableError
from checkpoints.links import AsyncLinks, Links
from checkpoints.outbox import AsyncOutbox, Outbox

SyncClient = Redis | RedisCluster
AsyncClient = AsyncRedis | AsyncRedisCluster
T = TypeVar("T")

RETRIES = 6
"""Tries after the first, over about a second and a half: a server that restarts is not noticed.

Repeating is safe: every call either stores the same again or keeps what is there.
"""
_BACKOFF = ExponentialWithJitterBackoff(cap=0.5, base=0.02)
POOL: dict[str, Any] = {"max_connections": 64, "timeout": 20.0}
"""Who finds all connections in use waits for one, so many seconds at most.

redis-py's own pool fails at once: a fan-out to a few hundred tasks would not get through it.
"""
# Replies stay bytes also where the client decodes: payloads are binary.
_RAW: dict[str, Any] = {"NEVER_DECODE": True}
_SCAN_COUNT = 1000


class Wire:
    """Drives operations over a redis-py client, blocking. Safe to use from several threads."""

    def __init__(self, client: SyncClient, where: str, links: Links | None = None) -> None:
        """`links` are those of a client that is our own; without, every call goes through the client."""
        self.client = client
        self.where = where
        self._links = links
        self._execute: Callable[..., Any] = client.execute_command
        self._outbox = Outbox(self._write)

    @classmethod
    def to(cls, url: str, **options: Any) -> Wire:
        """A wire with a client of its own. `options` are redis-py's, such as `max_connections`."""
        options = {"retry": Retry(_BACKOFF, RETRIES)} | POOL | options
        pool, linked = (BlockingConnectionPool.from_url(url, **options) for _ in range(2))
        return cls(Redis.from_pool(pool), _without_password(url), Links(linked))

    @classmethod
    def over(cls, client: SyncClient) -> Wire:
        """A wire over the caller's client, which the caller closes."""
        return cls(client, _address(client))

    def run(self, trip: Trip[T]) -> T:
        """The result of an operation."""
        try:
            requests = next(trip)
            while True:
                requests = trip.send(self._send(requests))
        except StopIteration as done:
            result: T = done.value
            return result

    def _write(self, call: Call) -> Reply:
        with _translated(self.where):
            return self._one(call)

    def _send(self, requests: Sequence[Request]) -> list[Reply]:
        if len(requests) == 1 and isinstance(requests[0], Call) and requests[0].shared:
            return [self._outbox.deliver(requests[0])]
        with _translated(self.where):
            if _goes_alone(requests) or isinstance(self.client, RedisCluster):
                return [self._one(request) for request in requests]
            with self.client.pipeline(transaction=False) as pipe:
                add: Callable[..., Any] = pipe.execute_command
                for request in requests:
                    add(*_words(request), **_RAW)
                replies = pipe.execute(raise_on_error=False)
            return [self._unless_lost(pair) for pair in zip(requests, replies, strict=True)]

    def _one(self, request: Request) -> Reply:
        if isinstance(request, Scan):
            return list(self.client.scan_iter(match=request.pattern, count=_SCAN_COUNT))
        if isinstance(request, Ask) and isinstance(self.client, RedisCluster):
            return self._asked(self.client, request)
        try:
            return self._call(_words(request))
        except broken.NoScriptError:
            return self._call(_words(request, whole=True))

    def _asked(self, cluster: Any, request: Ask) -> Reply:
        found: dict[str, Reply] = {}
        for node in cluster.get_primaries():
            try:
                found[node.name] = self._execute(*request.words, target_nodes=node, **_RAW)
            except broken.ResponseError:
                found[node.name] = None
        return found

    def _call(self, words: Sequence[Argument]) -> Reply:
        return self._execute(*words, **_RAW) if self._links is None else self._links.call(words)

    def _unless_lost(self, pair: tuple[Request, Reply]) -> Reply:
        request, reply = pair
        if isinstance(reply, broken.NoScriptError):
            return self._one(request)
        return _told(request, reply)

    def close(self) -> None:
        """Close the connections, unless the client is the caller's."""
        if self._links is not None:
            self._links.close()
            self.client.close()


class AsyncWire:
    """Drives operations over a redis-py asyncio client, in the event loop that first used it."""

    def __init__(self, client: AsyncClient, where: str, links: AsyncLinks | None = None) -> None:
        """See `Wire`."""
        self.client = client
        self.where = where
        self._links = links
        self._outbox = AsyncOutbox(self._write)

    @classmethod
    def to(cls, url: str, **options: Any) -> AsyncWire:
        """See `Wire.to`."""
        options = {"retry": AsyncRetry(_BACKOFF, RETRIES)} | POOL | options
        pool, linked = (AsyncBlockingConnectionPool.from_url(url, **options) for _ in range(2))
        return cls(AsyncRedis.from_pool(pool), _without_password(url), AsyncLinks(linked))

    @classmethod
    def over(cls, client: AsyncClient) -> AsyncWire:
        """See `Wire.over`."""
        return cls(client, _address(client))

    async def run(self, trip: Trip[T]) -> T:
        """The result of an operation."""
        try:
            requests = next(trip)
            while True:
                requests = trip.send(await self._send(requests))
        except StopIteration as done:
            result: T = done.value
            return result

    async def _write(self, call: Call) -> Reply:
        with _translated(self.where):
            return await self._one(call)

    async def _send(self, requests: Sequence[Request]) -> list[Reply]:
        if len(requests) == 1 and isinstance(requests[0], Call) and requests[0].shared:
            return [await self._outbox.deliver(requests[0])]
        with _translated(self.where):
            if _goes_alone(requests) or isinstance(self.client, AsyncRedisCluster):
                return [await self._one(request) for request in requests]
            async with self.client.pipeline(transaction=False) as pipe:
                for request in requests:
                    pipe.execute_command(*_words(request), **_RAW)
                replies = await pipe.execute(raise_on_error=False)
            return [await self._unless_lost(pair) for pair in zip(requests, replies, strict=True)]

    async def _one(self, request: Request) -> Reply:
        if isinstance(request, Scan):
            return [
                key async for key in self.client.scan_iter(match=request.pattern, count=_SCAN_COUNT)
            ]
        if isinstance(request, Ask) and isinstance(self.client, AsyncRedisCluster):
            return await self._asked(self.client, request)
        try:
            return await self._call(_words(request))
        except broken.NoScriptError:
            return await self._call(_words(request, whole=True))

    async def _asked(self, cluster: AsyncRedisCluster, request: Ask) -> Reply:
        found: dict[str, Reply] = {}
        await cluster.initialize()
        for node in cluster.get_primaries():
            asking: Any = cluster.execute_command(*request.words, target_nodes=node, **_RAW)
            try:
                found[node.name] = await asking
            except broken.ResponseError:
                found[node.name] = None
        return found

    async def _call(self, words: Sequence[Argument]) -> Reply:
        if self._links is None:
            return await self.client.execute_command(*words, **_RAW)
        return await self._links.call(words)

    async def _unless_lost(self, pair: tuple[Request, Reply]) -> Reply:
        request, reply = pair
        if isinstance(reply, broken.NoScriptError):
            return await self._one(request)
        return _told(request, reply)

    async def close(self) -> None:
        """Close the connections, unless the client is the caller's."""
        if self._links is not None:
            await self._links.close()
            await self.client.aclose()


def _words(request: Request, *, whole: bool = False) -> tuple[Argument, ...]:
    """A request as Redis takes it; `whole` sends the script's text, for a server that lost it."""
    if isinstance(request, Call):
        script = request.script
        head = ("EVAL", script.source) if whole else ("EVALSHA", script.digest)
        return (*head, len(request.keys), *request.keys, *request.arguments)
    if isinstance(request, Unlink):
        return ("UNLINK", *request.keys)
    if isinstance(request, Ask):
        return request.words
    raise TypeError(request)


def _goes_alone(requests: Sequence[Request]) -> bool:
    """Whether it needs no pipeline, which is also what lets a server refuse what it is asked."""
    return len(requests) == 1 and not isinstance(requests[0], Ask)


def _told(request: Request, reply: Reply) -> Reply:
    """The reply to a request in a pipeline, or its error raised; the one server that is asked has no name."""
    if isinstance(request, Ask):
        if isinstance(reply, broken.ResponseError):
            return {"": None}
        reply = reply if isinstance(reply, Exception) else {"": reply}
    if isinstance(reply, Exception):
        raise reply
    return reply


@contextmanager
def _translated(where: str) -> Iterator[None]:
    """Redis's errors in our words, the original as the cause."""
    try:
        yield
    except (
        broken.AuthenticationError,
        broken.ConnectionError,
        broken.TimeoutError,
        OSError,
    ) as error:
        raise RedisUnreachableError(where, str(error) or type(error).__name__) from error
    except broken.ResponseError as error:
        raise RedisRefusedError(where, str(error)) from error


def _without_password(url: str) -> str:
    """The URL to show: redis-py takes passwords before the host and in the query, so neither is kept."""
    parts = urlsplit(url)
    credentials, at, host = parts.netloc.rpartition("@")
    user = credentials.partition(":")[0]
    return f"{parts.scheme}://{user}{':***' if at else ''}{at}{host}{parts.path}"


def _address(client: SyncClient | AsyncClient) -> str:
    if isinstance(client, RedisCluster | AsyncRedisCluster):
        return "the cluster"
    said = client.connection_pool.connection_kwargs
    return str(said.get("path") or f"{said.get('host', 'localhost')}:{said.get('port', 6379)}")
