"""The one place that joins the ports of `remember` to the package `checkpoints`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from agentgraph.errors import MemoryUnavailableError, Problem
from agentgraph.remember.ports import Memory


@contextmanager
def open_memory(
    url: str | None = None, *, folder: str | os.PathLike[str] = ".agentgraph", prefix: str = ""
) -> Iterator[Memory]:
    """A memory in Redis, open while the `with` lasts.

    `url` is redis-py's (`redis://`, `rediss://`, `unix://`). Without one, a real redis-server of
    the project's own is started under `folder`, or joined where another process has started it;
    the last to leave ends it, its data kept. `prefix` stands before every key (one server, many
    tenants).

    MemoryUnavailableError: it cannot be reached or started, or was lost on the way; what had
    been acknowledged is kept.
    """
    # Here, so that checking and drawing never pay for a Redis client.
    from checkpoints.embedded import EmbeddedRedis
    from checkpoints.errors import CheckpointsError
    from checkpoints.journal import RedisJournal
    from checkpoints.saver import RedisSaver

    try:
        with ExitStack() as stack:
            where = url
            if where is None:
                where = stack.enter_context(EmbeddedRedis(folder)).url
            saver = stack.enter_context(RedisSaver.from_url(where, prefix=prefix))
            journal = stack.enter_context(RedisJournal.from_url(where, prefix=prefix))
            if url is not None:
                next(
                    iter(saver.threads()), None
                )  # a wrong address is told now, not in the middle of a run
            yield Memory(
                saver=saver,
                journal=journal,
                threads=saver.threads,
                where=url or f"embedded, in {folder}",
            )
    except ValueError as error:
        if url is None or "scheme" not in str(error):
            raise
        help_ = "write redis://host:6379/0 or unix:///path/to.sock"
        raise MemoryUnavailableError(
            [Problem(f"{url!r} is not a Redis address: {error}", help=help_)]
        ) from None
    except CheckpointsError as error:
        raise MemoryUnavailableError([Problem(str(error))]) from error
