"""`RedisSaver`: LangGraph's checkpoints in Redis, blocking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

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
from checkpoints.codec import COMPRESS_ABOVE
from checkpoints.encryption import Key
from checkpoints.in_threads import InThreads
from checkpoints.leases import Lease
from checkpoints.listing import Listing
from checkpoints.migrating import Migrated
from checkpoints.pages import pages
from checkpoints.serializer import Allowed
from checkpoints.settings import Seconds, Settings
from checkpoints.threads import BATCH, ThreadInfo
from checkpoints.wire import SyncClient, Wire
from checkpoints.wired import Wired


class RedisSaver(Wired, InThreads):
    """Keeps LangGraph's checkpoints in a plain Redis, 6.2 or later; no modules needed.

        graph.compile(checkpointer=RedisSaver.from_url("redis://localhost:6379/0"))

    Serves `invoke` and `stream`, from any number of threads and processes at once, and `ainvoke`
    through threads, where `AsyncRedisSaver` is faster. Both read what the other wrote.

    Every method can raise `RedisUnreachableError` (after retries of about a second and a half),
    `RedisRefusedError` (out of memory, disk full, not permitted) and, on reading,
    `CorruptPayloadError`, `LostValueError`, `BlockedTypeError` and `UnsupportedFormatError`.
    What was acknowledged before such an error is kept.
    """

    def __init__(
        self,
        wire: Wire,
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
        """A saver with connections of its own, opened when first used and ended by `close`.

        `url` is redis-py's: `redis://`, `rediss://` or `unix://`. `prefix` stands before every
        key: give each tenant its own. `ttl`, seconds or a timedelta, is how long a
        thread is kept after its last write (or read, with `refresh_on_read`); None keeps it.
        What is larger than `compress_above` bytes is compressed (zstd, else zlib); None: nothing.
        `encryption` is a key for AES-GCM, or several, the newest first: it encrypts, all decrypt,
        and plain text is refused. `allowed` names your own types that stored values may hold, as classes or as
        (module, name). `serde` replaces the strict msgpack serializer. `client_options` go to
        redis-py, such as `max_connections`. Raises `PrefixError`,
        `EncryptionKeyError`, `EncryptionUnavailableError`, `ValueError`.
        """
        settings = Settings.of(
            prefix,
            ttl,
            refresh_on_read=refresh_on_read,
            compress_above=compress_above,
            encryption=encryption,
        )
        return cls(Wire.to(url, **client_options), settings, allowed=allowed, serde=serde)

    @classmethod
    def from_client(
        cls,
        client: SyncClient,
        *,
        prefix: str = "",
        ttl: Seconds | None = None,
        refresh_on_read: bool = False,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        allowed: Iterable[Allowed] = (),
        serde: SerializerProtocol | None = None,
    ) -> Self:
        """A saver over a redis-py client, also of a cluster or from Sentinel; you close it. Else as `from_url`."""
        settings = Settings.of(
            prefix,
            ttl,
            refresh_on_read=refresh_on_read,
            compress_above=compress_above,
            encryption=encryption,
        )
        return cls(Wire.over(client), settings, allowed=allowed, serde=serde)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint; the config that names it.

        `NotStorableError` for a value without msgpack form; `LostValueError` where what it refers
        to, stored before, is gone from Redis: it could not be read.
        """
        return self.wire.run(
            saving.put(
                self.settings,
                self.serde,
                config,
                checkpoint,
                metadata=metadata,
                new_versions=new_versions,
            )
        )

    def put_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Store what a task wrote; the first to write a (task, index) wins. Raises as `put` does."""
        self.wire.run(
            saving.put_writes(
                self.settings, self.serde, config, writes, task=task_id, path=task_path
            )
        )

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint that `config` names, or the newest; one round trip at any length of thread."""
        return self.wire.run(reading.get_tuple(self.settings, self.serde, config))

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: Mapping[str, Any] | None = None,  # noqa: A002  # LangGraph's name
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Checkpoints, newest first, read page by page; with None for `config`, those of all threads.

        `filter` holds metadata that have to be equal, of any kind.
        """
        listing = Listing(
            self.settings, self.serde, config, filter=filter, before=before, limit=limit
        )
        while not listing.done:
            yield from self.wire.run(listing.next_page())

    def get_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """What delta channels are rebuilt from; one round trip for a thousand ancestors."""
        return self.wire.run(deltas.delta_history(self.settings, self.serde, config, channels))

    def delete_thread(self, thread_id: str) -> None:
        """Remove a thread: checkpoints, writes, journal, run records, lease."""
        self.wire.run(threads.delete_threads(self.settings, [str(thread_id)]))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Remove what these runs wrote, except what a remaining delta channel is rebuilt from."""
        self.wire.run(removing.delete_for_runs(self.settings, self.serde, run_ids))

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy a thread whole, journal and run records too. `ThreadExistsError` when the target exists."""
        self.wire.run(
            threads.copy_thread(self.settings, str(source_thread_id), str(target_thread_id))
        )

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep the newest checkpoint of each namespace, or with "delete" nothing at all.

        Ancestors from which a kept delta channel is rebuilt stay. `ThreadBusyError` for a
        thread that is written all the while.
        """
        self.wire.run(removing.prune(self.settings, self.serde, thread_ids, strategy))

    def threads(self) -> Iterator[ThreadInfo]:
        """All threads under the prefix, in no order."""
        ids = self.wire.run(threads.thread_ids(self.settings))
        for page in pages(ids, BATCH):
            yield from self.wire.run(threads.thread_infos(self.settings, page))

    def migrate(self, thread_id: str) -> Migrated:
        """Bring what is stored of a thread into the form that is written now; safe while it is in use.

        That is: the newest format, compressed, encrypted with the first key (plain text is read
        too, this once). Raises what reading raises.
        """
        return self.wire.run(migrating.migrate(self.settings, str(thread_id)))

    def advice(self) -> Sequence[str]:
        """What to change about the server, so that threads are safe in it: a sentence each, none where all is well.

        Eviction, persistence, a read-only replica, a version too old; see docs/redis.md. What a
        server does not permit to ask, as managed ones do not, is passed over. One round trip.
        """
        return self.wire.run(advice.advise())

    def lease(self, thread_id: str, owner: str, ttl: Seconds = 30.0) -> Lease:
        """The right to write a thread, for `ttl` seconds; `ThreadBusyError` while another has it.

        Write through `holding(lease)`, call `renew` in time, and `release` at the end: `Holder`
        does all of it.
        """
        return self.wire.run(leases.take_lease(self.settings, str(thread_id), owner, ttl))

    def renew(self, lease: Lease) -> None:
        """Let a lease run for its full time again; `LeaseLostError` when another came."""
        self.wire.run(leases.renew_lease(self.settings, lease))

    def release(self, lease: Lease) -> None:
        """Give a lease back."""
        self.wire.run(leases.release_lease(self.settings, lease))
