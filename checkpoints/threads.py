"""The threads that Redis holds: finding them, what each amounts to, copying and deleting one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from checkpoints.calls import Scan, Trip, Unlink, answer, call, check_format, moment
from checkpoints.errors import ThreadExistsError
from checkpoints.keys import thread_of, threads_pattern
from checkpoints.settings import Settings

BATCH = 100
"""Threads asked about in one round trip."""


@dataclass(frozen=True, slots=True)
class ThreadInfo:
    """A thread at a glance.

    `checkpoints` counts those of the thread itself, without its subgraphs: steps, inputs and
    updates. `expires_in` is in seconds, None where the thread is kept for ever.
    """

    thread_id: str
    checkpoints: int
    created: datetime
    updated: datetime
    expires_in: float | None


def thread_ids(settings: Settings) -> Trip[list[str]]:
    """The ids of all threads under the prefix, in no order."""
    [keys] = yield [Scan(threads_pattern(settings.prefix))]
    found = (key.decode() if isinstance(key, bytes) else key for key in keys)
    return list(dict.fromkeys(thread_of(settings.prefix, key) for key in found))


def thread_infos(settings: Settings, ids: Sequence[str]) -> Trip[list[ThreadInfo]]:
    """What these threads amount to; those that are gone are left out."""
    replies = yield [call("info", settings.keys(thread)) for thread in ids]
    infos = []
    for thread, reply in zip(ids, replies, strict=True):
        version, created, updated, count, left = answer(thread, reply)
        check_format(thread, version)
        if created is not None:
            infos.append(
                ThreadInfo(
                    thread,
                    count,
                    moment(created),
                    moment(updated or created),
                    left / 1000 if left >= 0 else None,
                )
            )
    return infos


def delete_threads(settings: Settings, ids: Sequence[str]) -> Trip[None]:
    """Remove threads with all that belongs to them: checkpoints, journal, run records, lease."""
    if ids:
        yield [Unlink(settings.keys(thread)) for thread in ids]


def copy_thread(settings: Settings, source: str, target: str) -> Trip[None]:
    """Copy a thread as it is at one moment, journal and run records too, with the lifetime it has left.

    Copying a thread that does not exist does nothing. Raises `ThreadExistsError`.
    """
    [reply] = yield [call("dump", settings.keys(source))]
    version, left, dumps = answer(source, reply)
    check_format(source, version)
    if not any(dumps):
        return
    [reply] = yield [
        call("restore", settings.keys(target), max(left, 0), *(dump or b"" for dump in dumps))
    ]
    if reply[0] == b"EXISTS":
        raise ThreadExistsError(target)
