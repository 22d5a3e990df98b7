"""`AsyncRedisStore`: long-term memory in Redis, in an event loop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, Self

from langgraph.store.base import Op, Result, TTLConfig

from checkpoints.codec import COMPRESS_ABOVE, PLAIN, Codec
from checkpoints.encryption import Key
from checkpoints.serializer import Allowed
from checkpoints.store_base import StoreBase
from checkpoints.store_batch import batch
from checkpoints.store_errors import WrongStoreError
from checkpoints.wire import AsyncClient, AsyncWire
from checkpoints.wired import AsyncWired


class AsyncRedisStore(AsyncWired, StoreBase):
    """`RedisStore` for `aget`, `aput`, `asearch` and the like: the same layout, settings and errors.

    Belongs to the event loop that first uses it.
    """

    def __init__(
        self,
        wire: AsyncWire,
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
        """See `RedisStore.from_url`."""
        codec = Codec.of(compress_above, encryption)
        return cls(
            AsyncWire.to(url, **client_options),
            prefix=prefix,
            ttl=ttl,
            allowed=allowed,
            codec=codec,
        )

    @classmethod
    def from_client(
        cls,
        client: AsyncClient,
        *,
        prefix: str = "",
        ttl: TTLConfig | None = None,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        allowed: Iterable[Allowed] = (),
    ) -> Self:
        """See `RedisStore.from_client`."""
        codec = Codec.of(compress_above, encryption)
        return cls(AsyncWire.over(client), prefix=prefix, ttl=ttl, allowed=allowed, codec=codec)

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """See `RedisStore.batch`."""
        return await self.wire.run(batch(self.shelf, ops))

    # `get`, `put` and the others come here. A blocking call into the event loop that it may be
    # called from could never return.
    def batch(self, ops: Iterable[Op]) -> NoReturn:  # noqa: ARG002  # LangGraph's signature
        """Refused with `WrongStoreError`."""
        raise WrongStoreError
