"""`RedisStore`: long-term memory in Redis, blocking."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Self

from langgraph.store.base import Op, Result, TTLConfig

from checkpoints.codec import COMPRESS_ABOVE, PLAIN, Codec
from checkpoints.encryption import Key
from checkpoints.serializer import Allowed
from checkpoints.store_base import StoreBase
from checkpoints.store_batch import batch
from checkpoints.wire import SyncClient, Wire
from checkpoints.wired import Wired


class RedisStore(Wired, StoreBase):
    """LangGraph's store for long-term memory in a plain Redis, 6.2 or later; no modules needed.

        graph.compile(store=RedisStore.from_url("redis://localhost:6379/0"))

    Serves `get`, `put`, `search` and the like, from any number of threads and processes at once,
    and `aget`, `aput` and the like through threads, where `AsyncRedisStore` is faster. Both read
    what the other wrote.

    Round trips, on a single server (a cluster takes one for each namespace that is touched):
    gets, or puts and deletes, one for all of a batch, and two more where a namespace had no items
    before; a search of one namespace, one for each 100 items, and one more where a filter chose
    items that have lifetimes; a listing, two for each 200 namespaces. All reads of a batch go
    side by side. A filter is applied here, so all items under the prefix are read until
    there are enough.

    Searches give namespaces in order, and within each the items as they were first stored. A put
    keeps `created_at` of the item that it replaces. A batch is not a transaction: what it stores
    in one namespace (500 items at most) is seen at once, and what a search gives is read
    namespace by namespace.

    Every method can raise `RedisUnreachableError` (after retries of about a second and a half),
    `RedisRefusedError` (out of memory, disk full, not permitted), `InvalidNamespaceError`; on
    reading, `CorruptItemError`, `BlockedTypeError`, `UnsupportedStoreError`, `PlainItemError`,
    `UnknownItemKeyError`, `QueryError`, and `NoVectorsError` where something is to be found by
    meaning; on storing, `NotStorableError`.
    What was acknowledged before such an error is kept.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        prefix: str = "",
        ttl: TTLConfig | None = None,
        allowed: Iterable[Allowed] = (),
        codec: Codec = PLAIN,
    ) -> None:
        """For `from_url` and `from_client`, which see."""
        super().__init__(prefix, ttl, allowed, codec)
        self.wire = wire

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        prefix: str = "",
        ttl: TTLConfig | None = None,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        allowed: Iterable[Allowed] = (),
        **client_options: Any,
    ) -> Self:
        """A store with connections of its own, opened when first used and ended by `close`.

        `url` is redis-py's: `redis://`, `rediss://` or `unix://`. `prefix` stands before every
        key: give each tenant its own. `ttl` is LangGraph's: `default_ttl`, in minutes, is how
        long an item is kept that is put without a `ttl=` of its own, and `refresh_on_read`
        (True unless said) whether reading lets it live its full time again. Redis removes
        expired items itself, so they are never seen and there is nothing to sweep.
        `compress_above` and `encryption` are as for `RedisSaver`; namespaces and keys are always
        in the open. `allowed` names your own types that values may hold, as classes or as
        (module, name). `client_options` go to redis-py, such as `max_connections`. Raises
        `PrefixError`, `EncryptionKeyError`, `EncryptionUnavailableError`, `ValueError`.
        """
        codec = Codec.of(compress_above, encryption)
        return cls(
            Wire.to(url, **client_options), prefix=prefix, ttl=ttl, allowed=allowed, codec=codec
        )

    @classmethod
    def from_client(
        cls,
        client: SyncClient,
        *,
        prefix: str = "",
        ttl: TTLConfig | None = None,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        allowed: Iterable[Allowed] = (),
    ) -> Self:
        """A store over a redis-py client, also of a cluster or from Sentinel; you close it. Else as `from_url`."""
        codec = Codec.of(compress_above, encryption)
        return cls(Wire.over(client), prefix=prefix, ttl=ttl, allowed=allowed, codec=codec)

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """The results of operations, in their order. All reads see what was there before the batch."""
        return self.wire.run(batch(self.shelf, ops))

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """As `batch`, waiting in a thread."""
        return await asyncio.to_thread(self.batch, ops)
