"""`Upkeep`: looking after the threads of a saver, from outside of any run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checkpoints.forking import fork_thread
from checkpoints.migrating import Migrated
from checkpoints.pages import pages
from checkpoints.saver import RedisSaver
from checkpoints.sizes import FieldSize, ThreadSizes, field_sizes, thread_sizes
from checkpoints.threads import BATCH, thread_ids


class Upkeep:
    """What threads take up, forks of them, and their form. Raises as `RedisSaver` does."""

    def __init__(self, saver: RedisSaver) -> None:
        self._saver = saver

    def sizes(self, threads: Sequence[str] | None = None) -> Iterator[ThreadSizes]:
        """Bytes and standing of these threads, or of all under the prefix; one round trip for a hundred."""
        saver = self._saver
        ids = saver.wire.run(thread_ids(saver.settings)) if threads is None else threads
        for page in pages(ids, BATCH):
            yield from saver.wire.run(thread_sizes(saver.settings, saver.serde, page))

    def fields(self, thread: str) -> list[FieldSize]:
        """What is stored of each channel of a thread."""
        return self._saver.wire.run(field_sizes(self._saver.settings, thread))

    def migrate(self, thread: str) -> Migrated:
        """See `RedisSaver.migrate`."""
        return self._saver.migrate(thread)

    def fork(self, source: str, target: str, *, checkpoint: str, in_flight: bool) -> None:
        """See `fork_thread`."""
        saver = self._saver
        self._saver.wire.run(
            fork_thread(
                saver.settings,
                saver.serde,
                source,
                target,
                checkpoint=checkpoint,
                in_flight=in_flight,
            )
        )
