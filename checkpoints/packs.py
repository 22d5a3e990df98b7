"""Pending writes as they are stored: what a task wrote in one go, in one member of a sorted set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from checkpoints.codec import BIG, Blobs, Codec
from checkpoints.errors import CorruptPayloadError, LostValueError
from checkpoints.frames import Typed, tagged, untagged
from checkpoints.keys import escape, listed, unescape, unlisted

_KIND = "writes"
_BY_DIGEST = "@"
"""The type of a write in a pack that is a big value: its data are the digest."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write. `index` is its place among those of its task, below 0 for a special channel."""

    task: str
    index: int
    channel: str
    path: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class Pack:
    """What is sent to store a pack: its width, the rest of the member, big values as digest, payload ..."""

    width: int
    rest: bytes
    blobs: tuple[str | bytes, ...]


def packed(codec: Codec, beginning: str, path: str, writes: Sequence[Write]) -> Pack:
    """The pack of what a task wrote; `beginning` is namespace/checkpoint/task/."""
    body: list[bytes] = []
    blobs: dict[str, bytes] = {}
    for write in writes:
        typed = write.typed
        if len(typed[1]) >= BIG:
            digest = codec.digest(typed)
            blobs[digest] = codec.seal(digest, typed)
            typed = (_BY_DIGEST, digest.encode())
        one = tagged(typed)
        body += [write.index.to_bytes(4), len(one).to_bytes(4), one]
    width = writes[-1].index + 1
    clear = f"{width}/{listed(write.channel for write in writes)}/{','.join(blobs)}/{escape(path)}/"
    payload = codec.seal(beginning + clear, (_KIND, b"".join(body)))
    flat = tuple(part for pair in blobs.items() for part in pair)
    return Pack(width, clear.partition("/")[2].encode() + payload, flat)


def alone(codec: Codec, beginning: str, write: Write) -> tuple[str, bytes]:
    """A write to a special channel: up to its index, and the rest of the member."""
    start = f"{beginning}{write.index}/"
    rest = f"{escape(write.channel)}/{escape(write.path)}/"
    return start, rest.encode() + codec.seal(start + rest, write.typed)


def unpacked(codec: Codec, thread: str, members: Iterable[bytes], blobs: Blobs) -> list[Write]:
    """The writes in the members of a checkpoint, or of several, in no order.

    The first that was written for each task and index counts. CorruptPayloadError, and what
    `Codec.unseal` raises.
    """
    found: dict[tuple[bytes, bytes, bytes, int], Write] = {}
    for _, owner, writes in sorted(
        (_taken_apart(codec, thread, member, blobs) for member in members), key=lambda one: one[0]
    ):
        for write in writes:
            found.setdefault((*owner, write.index), write)
    return list(found.values())


_Owner = tuple[bytes, bytes, bytes]
"""Namespace, checkpoint and task, as they are written."""


def _taken_apart(
    codec: Codec, thread: str, member: bytes, blobs: Blobs
) -> tuple[int, _Owner, list[Write]]:
    """A member's number among those of its task, whose it is, and the writes in it."""
    try:
        space, checkpoint, task, rest = member.split(b"/", 3)
        beginning = f"{space.decode()}/{checkpoint.decode()}/{task.decode()}/"
        owner, name = (space, checkpoint, task), unescape(task.decode())
        if not rest.startswith(b"+"):
            index, channel, path, payload = rest.split(b"/", 3)
            clear = f"{index.decode()}/{channel.decode()}/{path.decode()}/"
            typed = codec.unseal(thread, beginning + clear, payload, blobs)
            texts = unescape(channel.decode()), unescape(path.decode())
            return -1, owner, [Write(name, int(index), *texts, typed)]
        number, width, channels, digests, path, payload = rest.split(b"/", 5)
        clear = b"/".join((width, channels, digests, path, b"")).decode()
        typed = codec.unseal(thread, beginning + clear, payload)
        where = (thread, beginning + clear)
        return (
            int(number),
            owner,
            [
                Write(name, index, channel, unescape(path.decode()), one)
                for (index, one), channel in zip(
                    _entries(codec, where, typed, blobs), unlisted(channels.decode()), strict=True
                )
            ],
        )
    except ValueError as error:
        raise CorruptPayloadError(thread, "writes", f"{member[:80]!r} is no write") from error


def _entries(
    codec: Codec, where: tuple[str, str], typed: Typed, blobs: Blobs
) -> Iterator[tuple[int, Typed]]:
    """Index and value of each write in the body of a pack."""
    body, at = typed[1], 0
    while at < len(body):
        index, length = int.from_bytes(body[at : at + 4]), int.from_bytes(body[at + 4 : at + 8])
        kind, data = untagged(body[at + 8 : at + 8 + length])
        at += 8 + length
        if kind != _BY_DIGEST:
            yield index, (kind, data)
            continue
        blob = blobs.get(data.decode())
        if blob is None:
            raise LostValueError(*where)
        yield index, codec.unseal(where[0], data.decode(), blob)
