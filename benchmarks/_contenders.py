"""The savers that `savers` compares: how each is opened, and what it holds and sends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver

from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisSaver

NAN = float("nan")
MEMORY, ASYNC_MEMORY = "in memory", "in memory, async"


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
def closing(saver: Any) -> Iterator[Any]:
    try:
        yield saver
    finally:
        wait(saver.aclose())


def ours(server: EmbeddedRedis) -> list[Contender]:
    client = server.client()

    def held() -> float:
        keys: Any = client.keys("*{t0}*")
        return sum(int(client.memory_usage(key, samples=0) or 0) for key in keys)

    def sent() -> float:
        stats: Any = client.info("commandstats")
        names = {"cmdstat_evalsha", "cmdstat_eval"}
        return sum(float(said["calls"]) for name, said in stats.items() if name in names)

    def clear() -> None:
        client.flushall()
        client.config_resetstat()

    def one(name: str, make: Callable[[], AbstractContextManager[Any]]) -> Contender:
        return Contender(name, make, held, sent, clear)

    return [
        one("RedisSaver", lambda: RedisSaver.from_url(server.url)),
        one("RedisSaver, as it is", lambda: RedisSaver.from_url(server.url, compress_above=None)),
        one("AsyncRedisSaver", lambda: closing(AsyncRedisSaver.from_url(server.url))),
    ]


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
