"""`AsyncRedisSaver`: LangGraph's checkpoints in Redis, in an event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, Self

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints import advice, deltas, leases, migrating, reading, removing, saving, threads
from checkpoints.base import SaverBase
from checkpoints.codec import COMPRESS_ABOVE
from checkpoints.encryption import Key
from checkpoints.errors import WrongSaverError
from checkpoints.leases import Lease
from checkpoints.listing import Listing
from checkpoints.migrating import Migrated
from checkpoints.pages import pages
from checkpoints.serializer import Allowed
from checkpoints.settings import Seconds, Settings
from checkpoints.threads import BATCH, ThreadInfo
from checkpoints.wire import AsyncClient, AsyncWire
from checkpoints.wired import AsyncWired


class AsyncRedisSaver(AsyncWired, SaverBase):
    """`RedisSaver` for `ainvoke` and `astream`: the same layout, settings and errors.

    Belongs to the event loop that first uses it. Methods that LangGraph has start with
    "a", as there; the others are named as in `RedisSaver` and awaited.
    """

    def __init__(
        self,
        wire: AsyncWire,
        settings: Settings,
        *,
        allowed: Iterable[Allowed] = (),
        serde: SerializerProtocol | None = None,
    ) -> None:
        """For `from_url` and `from_client`, which see."""
        super().__init__(settings, allowed, serde)
        self.wire = wire

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        prefix: str = "",
        ttl: Seconds | None = None,
        refresh_on_read: bool = False,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        allowed: Iterable[Allowed] = (),
        serde: SerializerProtocol | None = None,
        **client_options: Any,
    ) -> Self:
        """See `RedisSaver.from_url`."""
        settings = Settings.of(
            prefix,
            ttl,
            refresh_on_read=refresh_on_read,
            compress_above=compress_above,
            encryption=encryption,
        )
        return cls(AsyncWire.to(url, **client_options), settings, allowed=allowed, serde=serde)

    @classmethod
    def from_client(
        cls,
        client: AsyncClient,
        *,
        prefix: str = "",
        ttl: Seconds | None = None,
        refresh_on_read: bool = False,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        allowed: Iterable[Allowed] = (),
        serde: SerializerProtocol | None = None,
    ) -> Self:
        """See `RedisSaver.from_client`."""
        settings = Settings.of(
            prefix,
            ttl,
            refresh_on_read=refresh_on_read,
            compress_above=compress_above,
            encryption=encryption,
        )
        return cls(AsyncWire.over(client), settings, allowed=allowed, serde=serde)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """See `RedisSaver.put`."""
        return await self.wire.run(
            saving.put(
                self.settings,
                self.serde,
                config,
                checkpoint,
                metadata=metadata,
                new_versions=new_versions,
            )
        )

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """See `RedisSaver.put_writes`."""
        await self.wire.run(
            saving.put_writes(
                self.settings, self.serde, config, writes, task=task_id, path=task_path
            )
        )

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """See `RedisSaver.get_tuple`."""
        return await self.wire.run(reading.get_tuple(self.settings, self.serde, config))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: Mapping[str, Any] | None = None,  # noqa: A002  # LangGraph's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """See `RedisSaver.list`."""
        listing = Listing(
            self.settings, self.serde, config, filter=filter, before=before, limit=limit
        )
        while not listing.done:
            for found in await self.wire.run(listing.next_page()):
                yield found

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """See `RedisSaver.get_delta_channel_history`."""
        return await self.wire.run(
            deltas.delta_history(self.settings, self.serde, config, channels)
        )

    async def adelete_thread(self, thread_id: str) -> None:
        """See `RedisSaver.delete_thread`."""
        await self.wire.run(threads.delete_threads(self.settings, [str(thread_id)]))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """See `RedisSaver.delete_for_runs`."""
        await self.wire.run(removing.delete_for_runs(self.settings, self.serde, run_ids))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """See `RedisSaver.copy_thread`."""
        await self.wire.run(
            threads.copy_thread(self.settings, str(source_thread_id), str(target_thread_id))
        )

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """See `RedisSaver.prune`."""
        await self.wire.run(removing.prune(self.settings, self.serde, thread_ids, strategy))

    async def threads(self) -> AsyncIterator[ThreadInfo]:
        """See `RedisSaver.threads`."""
        ids = await self.wire.run(threads.thread_ids(self.settings))
        for page in pages(ids, BATCH):
            for info in await self.wire.run(threads.thread_infos(self.settings, page)):
                yield info

    async def migrate(self, thread_id: str) -> Migrated:
        """See `RedisSaver.migrate`."""
        return await self.wire.run(migrating.migrate(self.settings, str(thread_id)))

    async def advice(self) -> Sequence[str]:
        """See `RedisSaver.advice`."""
        return await self.wire.run(advice.advise())

    async def lease(self, thread_id: str, owner: str, ttl: Seconds = 30.0) -> Lease:
        """See `RedisSaver.lease`."""
        return await self.wire.run(leases.take_lease(self.settings, str(thread_id), owner, ttl))

    async def renew(self, lease: Lease) -> None:
        """See `RedisSaver.renew`."""
        await self.wire.run(leases.renew_lease(self.settings, lease))

    async def release(self, lease: Lease) -> None:
        """See `RedisSaver.release`."""
        await self.wire.run(leases.release_lease(self.settings, lease))

    # `invoke` on a graph compiled with this saver would come here; a blocking call into the
    # event loop that it may be called from could never return.

    def get_tuple(self, config: RunnableConfig) -> NoReturn:  # noqa: ARG002  # LangGraph's signature
        """Refused with `WrongSaverError`."""
        raise WrongSaverError("get_tuple")

    def list(
        self,
        config: RunnableConfig | None,  # noqa: ARG002  # LangGraph's signature
        *,
        filter: Mapping[str, Any] | None = None,  # noqa: A002, ARG002
        before: RunnableConfig | None = None,  # noqa: ARG002
        limit: int | None = None,  # noqa: ARG002
    ) -> Iterator[CheckpointTuple]:
        """Refused with `WrongSaverError`."""
        raise WrongSaverError("list")

    def put(
        self,
        config: RunnableConfig,  # noqa: ARG002
        checkpoint: Checkpoint,  # noqa: ARG002
        metadata: CheckpointMetadata,  # noqa: ARG002
        new_versions: ChannelVersions,  # noqa: ARG002
    ) -> NoReturn:
        """Refused with `WrongSaverError`."""
        raise WrongSaverError("put")

    def put_writes(
        self,
        config: RunnableConfig,  # noqa: ARG002
        writes: Sequence[tuple[str, Any]],  # noqa: ARG002
        task_id: str,  # noqa: ARG002
        task_path: str = "",  # noqa: ARG002
    ) -> NoReturn:
        """Refused with `WrongSaverError`."""
        raise WrongSaverError("put_writes")
