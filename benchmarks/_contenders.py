"""The savers that `savers` compares: how each is opened, and what it holds and sends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from redis import BlockingConnectionPool
from redis.asyncio import BlockingConnectionPool as AsyncBlockingConnectionPool

from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisSaver
from checkpoints.links import AsyncLinks, Links
from checkpoints.wire import POOL

NAN = float("nan")
MEMORY, ASYNC_MEMORY = "in memory", "in memory, async"
SET, ASYNC_SET = "floor: one SET a superstep", "floor: one SET, async"
FLOOR = 800
"""Bytes a superstep that a saver may need besides what is new."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A saver. `make` opens one; `held` says how many bytes it holds for the thread "t0"."""

    name: str
    make: Callable[[], AbstractContextManager[Any]]
    held: Callable[[], float] = lambda: NAN
    sent: Callable[[], float] = lambda: NAN
    clear: Callable[[], object] = lambda: None

    @property
    def is_async(self) -> bool:
        return "sync" in self.name.lower()


def wait(one: Any) -> Any:
    return asyncio.get_event_loop().run_until_complete(one)


@contextmanager
def awaited(saver: Any) -> Iterator[Any]:
    try:
        yield saver
    finally:
        wait(saver.aclose())


class OneSet(InMemorySaver):
    """What cannot be had for less: all in memory, and what is new sent to Redis with one SET a superstep.

    It keeps nothing that could be read back, and waits for no writes of a task.
    """

    def __init__(self, links: Any) -> None:
        super().__init__()
        self._links = links
        self._new: dict[str, list[bytes]] = {}

    def put_writes(self, config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        super().put_writes(config, writes, task_id, task_path)
        thread = config["configurable"]["thread_id"]
        found = self._new.setdefault(thread, [])
        found += (self.serde.dumps_typed(value)[1] for _, value in writes)

    def _words(self, config: Any, checkpoint: Any) -> tuple[str, str, bytes]:
        thread = config["configurable"]["thread_id"]
        new = b"".join((*self._new.pop(thread, ()), bytes(FLOOR)))
        return "SET", f"{thread}/{checkpoint['id']}", new

    def put(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        self._links.call(self._words(config, checkpoint))
        return super().put(config, checkpoint, metadata, new_versions)

    async def aput(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        await self._links.call(self._words(config, checkpoint))
        return InMemorySaver.put(self, config, checkpoint, metadata, new_versions)


@contextmanager
def one_set(server: EmbeddedRedis) -> Iterator[OneSet]:
    with closing(Links(BlockingConnectionPool.from_url(server.url, **POOL))) as links:
        yield OneSet(links)


@contextmanager
def async_one_set(server: EmbeddedRedis) -> Iterator[OneSet]:
    links = AsyncLinks(AsyncBlockingConnectionPool.from_url(server.url, **POOL))
    yield OneSet(links)
    wait(links.close())


def floors(server: EmbeddedRedis) -> list[Contender]:
    """What no saver can do without, blocking and awaited."""
    return [
        _counted(server, SET, lambda: one_set(server)),
        _counted(server, ASYNC_SET, lambda: async_one_set(server)),
    ]


def ours(server: EmbeddedRedis) -> list[Contender]:
    def one(name: str, make: Callable[[], AbstractContextManager[Any]]) -> Contender:
        return _counted(server, name, make)

    return [
        one("RedisSaver", lambda: RedisSaver.from_url(server.url)),
        one("RedisSaver, as it is", lambda: RedisSaver.from_url(server.url, compress_above=None)),
        one("AsyncRedisSaver", lambda: awaited(AsyncRedisSaver.from_url(server.url))),
    ]


def _counted(
    server: EmbeddedRedis, name: str, make: Callable[[], AbstractContextManager[Any]]
) -> Contender:
    client = server.client()

    def held() -> float:
        keys: Any = client.keys("*{t0}*")
        return sum(int(client.memory_usage(key, samples=0) or 0) for key in keys)

    def sent() -> float:
        stats: Any = client.info("commandstats")
        names = {"cmdstat_evalsha", "cmdstat_eval", "cmdstat_set"}
        return sum(float(said["calls"]) for name, said in stats.items() if name in names)

    def clear() -> None:
        client.flushall()
        client.config_resetstat()

    return Contender(name, make, held, sent, clear)


_SQLITE_BYTES = """
SELECT sum(length(checkpoint) + length(metadata)) FROM checkpoints WHERE thread_id = 't0'
UNION ALL SELECT sum(length(value)) FROM writes WHERE thread_id = 't0'
"""


def others(folder: Path) -> tuple[list[Contender], list[str]]:
    """Savers of others that are here, and what is said of those that are not."""
    file = folder / "checkpoints.sqlite"

    @contextmanager
    def sqlite() -> Iterator[Any]:
        with SqliteSaver.from_conn_string(str(file)) as saver:
            saver.setup()
            yield saver

    def clear() -> None:
        for path in folder.glob("checkpoints.sqlite*"):
            path.unlink()

    def held() -> float:
        with contextlib.closing(sqlite3.connect(file)) as one:
            return float(sum(size for (size,) in one.execute(_SQLITE_BYTES)))

    found, missing = [Contender("SqliteSaver", sqlite, held, clear=clear)], []
    for name, module, kind, variable in (
        ("PostgresSaver", "langgraph.checkpoint.postgres", "PostgresSaver", "BENCH_POSTGRES"),
        (
            "langgraph-checkpoint-redis",
            "langgraph.checkpoint.redis",
            "RedisSaver",
            "BENCH_REDIS_STACK",
        ),
    ):
        try:
            saver = getattr(import_module(module), kind)
        except (ImportError, AttributeError):
            missing.append(f"{name}: not installed")
            continue
        url = os.environ.get(variable)
        if url is None:
            missing.append(f"{name}: {variable} names no server")
            continue
        found.append(Contender(name, partial(set_up, saver, url)))
    return found, missing


@contextmanager
def set_up(kind: Any, url: str) -> Iterator[Any]:
    with kind.from_conn_string(url) as saver:
        saver.setup()
        yield saver


def in_memory() -> list[Contender]:
    return [
        Contender(name, lambda: nullcontext(InMemorySaver())) for name in (MEMORY, ASYNC_MEMORY)
    ]
