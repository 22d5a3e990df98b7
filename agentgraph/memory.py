"""The one place that joins the ports of `remember` to the package `checkpoints`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any

from agentgraph.errors import (
    MemoryUnavailableError,
    MemoryWarning,
    Problem,
    ThreadBusyError,
    ThreadTakenError,
)
from agentgraph.remember.ports import Memory

if TYPE_CHECKING:
    from agentgraph.call.circuits import SharedCircuits
    from checkpoints.errors import CheckpointsError
    from checkpoints.errors import ThreadBusyError as Busy
    from checkpoints.journal import RedisJournal
    from checkpoints.saver import RedisSaver


KEYS = "AGENTGRAPH_ENCRYPTION_KEYS"
"""The variable that commands take encryption keys from: base64, commas between, the newest first."""


@contextmanager
def open_memory(
    url: str | None = None,
    *,
    folder: str | os.PathLike[str] = ".agentgraph",
    prefix: str = "",
    encryption: bytes | str | Sequence[bytes | str] | None = None,
) -> Iterator[Memory]:
    """A memory in Redis, open while the `with` lasts.

    `url` is redis-py's (`redis://`, `rediss://`, `unix://`). Without one, a real redis-server of
    the project's own is started under `folder`, or joined where another process has started it;
    the last to leave ends it, its data kept. `prefix` stands before every key (one server, many
    tenants). `encryption` is a key for AES-GCM, 16, 24 or 32 bytes or the same in base64, or
    several, the newest first: then only encrypted values are written and read.

    A server at `url` that is set up so that it can lose what it has acknowledged is told of as a
    `MemoryWarning`, a sentence for each reason.

    MemoryUnavailableError: it cannot be reached or started, or was lost on the way; what had
    been acknowledged is kept. Or what was given as a key is none.
    """
    # Here, so that checking and drawing never pay for a Redis client.
    from checkpoints.embedded import EmbeddedRedis
    from checkpoints.errors import (
        CheckpointsError,
        EmbeddedRedisError,
        RedisRefusedError,
        RedisUnreachableError,
    )

    try:
        with ExitStack() as stack:
            where = url or stack.enter_context(EmbeddedRedis(folder)).url
            saver, journal = _opened(stack, where, prefix, encryption)
            circuits = _circuits(stack, where, prefix)
            if url is not None:
                # A wrong address is told now, not in the middle of a run.
                for sentence in saver.advice():
                    warnings.warn(sentence, MemoryWarning, stacklevel=3)
            yield _memory(saver, journal, circuits, url or f"embedded, in {folder}")
    except (EmbeddedRedisError, RedisRefusedError, RedisUnreachableError) as error:
        help_ = "" if url else "name a Redis instead: --redis URL, open_memory(url)"
        raise MemoryUnavailableError([Problem(str(error), help=help_)]) from error
    except CheckpointsError as error:
        raise _cannot(error) from error


def _cannot(error: CheckpointsError) -> MemoryUnavailableError:
    from checkpoints.errors import EncryptionKeyError, UnknownKeyError

    help_ = ""
    if isinstance(error, EncryptionKeyError | UnknownKeyError):
        help_ = f"commands take the keys from {KEYS}: base64, commas between, the newest first"
    return MemoryUnavailableError([Problem(str(error), help=help_)], "memory cannot do this")


def _opened(
    stack: ExitStack,
    url: str,
    prefix: str,
    encryption: bytes | str | Sequence[bytes | str] | None,
) -> tuple[RedisSaver, RedisJournal]:
    from checkpoints.errors import CheckpointsError
    from checkpoints.journal import RedisJournal
    from checkpoints.saver import RedisSaver

    try:
        how: dict[str, Any] = {"prefix": prefix, "encryption": encryption}
        saver = stack.enter_context(RedisSaver.from_url(url, **how))
        return saver, stack.enter_context(RedisJournal.from_url(url, **how))
    except CheckpointsError as error:
        raise _cannot(error) from None
    except ValueError as error:
        help_ = "write redis://host:6379/0 or unix:///path/to.sock"
        problem = Problem(f"{url!r} is not a Redis address: {error}", help=help_)
        raise MemoryUnavailableError([problem]) from None


def _circuits(stack: ExitStack, url: str, prefix: str) -> SharedCircuits:
    from agentgraph.call.circuits import SharedCircuits
    from checkpoints.circuits import RedisCircuits

    shared = stack.enter_context(RedisCircuits.from_url(url, prefix=prefix))
    return SharedCircuits(shared)


def _memory(
    saver: RedisSaver, journal: RedisJournal, circuits: SharedCircuits, where: str
) -> Memory:
    from checkpoints.errors import LeaseLostError
    from checkpoints.errors import ThreadBusyError as Busy
    from checkpoints.holding import Holder
    from checkpoints.upkeep import Upkeep

    holder = Holder(saver)

    @contextmanager
    def hold(thread: str) -> Iterator[Memory]:
        try:
            with holder.hold(thread) as lease:
                own = journal.holding(lease)
                yield replace(memory, saver=saver.holding(lease), journal=own, traces=own)
        except Busy as busy:
            raise ThreadBusyError([_busy(busy)]) from busy
        except LeaseLostError as lost:
            raise ThreadTakenError([_taken(lost.thread)]) from lost

    memory = Memory(saver, journal, saver.threads, where, hold, Upkeep(saver), circuits, journal)
    return memory


def _busy(busy: Busy) -> Problem:
    """Who writes the thread, how long it has it, and what to do."""
    from checkpoints.owners import read_owner

    holder = read_owner(busy.holder)
    span = f"its lease runs {busy.seconds:.1f} s more, and is renewed while it goes on"
    thread = f"thread {busy.thread!r} is being written by"
    if holder is None:
        return Problem(f"{thread} {busy.holder!r}; {span}", help="wait until it is done")
    if not holder.is_here:
        help_ = f"wait until it is done; if it is dead, try again in {ceil(busy.seconds)} s"
        return Problem(f"{thread} process {holder.pid} on {holder.host}; {span}", help=help_)
    if holder.pid == os.getpid():
        return Problem(f"{thread} another run of this process; {span}", help="wait for that run")
    help_ = f"wait until it is done, or end it: kill {holder.pid}"
    return Problem(f"{thread} process {holder.pid} on this machine; {span}", help=help_)


def _taken(thread: str) -> Problem:
    message = (
        f"another run took over thread {thread!r} while this one was cut off, or it was deleted"
    )
    return Problem(message, help="see what became of it: agentgraph history")
