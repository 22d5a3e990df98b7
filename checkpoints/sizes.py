"""What threads take up, part by part and field by field, and how each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from langgraph.checkpoint.base import PendingWrite
from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Reply, Trip, answer, call, check_format, moment
from checkpoints.errors import CheckpointsError
from checkpoints.keys import thread_keys, unescape, unlisted
from checkpoints.owners import read_owner
from checkpoints.reading import Stored
from checkpoints.settings import Settings

PARTS = tuple(key.rpartition(":")[2] for key in thread_keys("", ""))
"""The parts of a thread, as its keys end: `keys` says what stands in each."""


@dataclass(frozen=True, slots=True)
class ThreadSizes:
    """A thread in bytes, and how its newest checkpoint stands.

    `parts` are the bytes that Redis uses for each part, its own bookkeeping with it. `checkpoints`
    counts those of the thread itself, without its subgraphs. `holder` is who has the lease, empty
    where nobody does, or a process of this machine that has ended. `metadata`, `versions_seen` and `writes` (to special channels, such as an interrupt)
    are those of the newest checkpoint; where they cannot be read, `problem` says why.
    """

    thread_id: str
    created: datetime
    updated: datetime
    expires_in: float | None
    checkpoints: int
    holder: str
    parts: Mapping[str, int]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    versions_seen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    writes: Sequence[PendingWrite] = ()
    problem: str = ""

    __hash__ = None  # type: ignore[assignment]

    @property
    def bytes(self) -> int:
        """All parts together."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class FieldSize:
    """What is stored of a channel in one part: names and payloads, as they are stored.

    `channels` are several where a task wrote them in one piece, and none for parts that belong
    to no channel.
    """

    part: str
    namespace: str
    channels: tuple[str, ...]
    entries: int
    bytes: int


def thread_sizes(
    settings: Settings, serde: SerializerProtocol, threads: Sequence[str]
) -> Trip[list[ThreadSizes]]:
    """The sizes of these threads, in one round trip; those that are gone are left out."""
    replies = yield [call("sizes", settings.keys(thread), "parts") for thread in threads]
    found = [
        _sizes(Stored(settings.codec, serde, thread), reply)
        for thread, reply in zip(threads, replies, strict=True)
    ]
    return [one for one in found if one is not None]


def field_sizes(settings: Settings, thread: str) -> Trip[list[FieldSize]]:
    """What is stored of each channel of a thread, in one round trip. Takes time with its length."""
    [reply] = yield [call("sizes", settings.keys(thread), "fields")]
    flat = answer(thread, reply)[-1]
    found = zip(*(flat[i::4] for i in range(4)), strict=True)
    return [_field_size(*one) for one in found]


def _field_size(part: bytes, whose: bytes, entries: int, size: int) -> FieldSize:
    namespace, _, names = whose.decode().partition("/")
    channels = tuple(unlisted(names)) if names else ()
    return FieldSize(part.decode(), unescape(namespace), channels, entries, size)


def _sizes(stored: Stored, reply: Reply) -> ThreadSizes | None:
    thread = stored.thread
    version, created, updated, count, left, lease, sizes, name, envelope, special, _ = answer(
        thread, reply
    )
    if created is None:
        return None
    head: dict[str, Any] = {}
    try:
        check_format(thread, version)
        if name is not None and envelope is not None:
            head = _head(stored, name, envelope, special)
    except CheckpointsError as error:
        head = {"problem": str(error)}
    return ThreadSizes(
        thread_id=thread,
        created=moment(created),
        updated=moment(updated or created),
        expires_in=left / 1000 if left >= 0 else None,
        checkpoints=count,
        holder=_holder((lease or b"").decode().partition("/")[2]),
        parts=dict(zip(PARTS, sizes, strict=True)),
        **head,
    )


def _holder(owner: str) -> str:
    process = read_owner(owner)
    return "" if process is not None and process.is_dead else owner


def _head(stored: Stored, name: bytes, sealed: bytes, special: Sequence[bytes]) -> dict[str, Any]:
    envelope = stored.envelope(name, sealed)
    return {
        "metadata": envelope.metadata,
        "versions_seen": envelope.rest["versions_seen"],
        "writes": stored.writes(special),
    }
