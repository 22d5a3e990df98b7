"""LangGraph's memory in a plain Redis: savers, a store, a journal, and a server of one's own.

In come LangGraph's checkpoints, writes and items, and recorded steps as bytes; out come keys in any
Redis from 6.2. Knows LangGraph's saver and store interfaces and redis-py, and nothing of `agentgraph`.
Names are loaded when first used: the embedded server and the journal need no LangGraph.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checkpoints.async_saver import AsyncRedisSaver
    from checkpoints.async_store import AsyncRedisStore
    from checkpoints.embedded import EmbeddedRedis
    from checkpoints.errors import CheckpointsError
    from checkpoints.holding import Holder
    from checkpoints.journal import AsyncRedisJournal, RedisJournal
    from checkpoints.leases import Lease
    from checkpoints.saver import RedisSaver
    from checkpoints.serializer import StrictSerializer
    from checkpoints.store import RedisStore
    from checkpoints.threads import ThreadInfo
    from checkpoints.upkeep import Upkeep

__all__ = [
    "AsyncRedisJournal",
    "AsyncRedisSaver",
    "AsyncRedisStore",
    "CheckpointsError",
    "EmbeddedRedis",
    "Holder",
    "Lease",
    "RedisJournal",
    "RedisSaver",
    "RedisStore",
    "StrictSerializer",
    "ThreadInfo",
    "Upkeep",
]

_HOMES = {
    "AsyncRedisJournal": "journal",
    "AsyncRedisSaver": "async_saver",
    "AsyncRedisStore": "async_store",
    "CheckpointsError": "errors",
    "EmbeddedRedis": "embedded",
    "Holder": "holding",
    "Lease": "leases",
    "RedisJournal": "journal",
    "RedisSaver": "saver",
    "RedisStore": "store",
    "StrictSerializer": "serializer",
    "ThreadInfo": "threads",
    "Upkeep": "upkeep",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'checkpoints' has no attribute {name!r}")
    return getattr(import_module(f"checkpoints.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
