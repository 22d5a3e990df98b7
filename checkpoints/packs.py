"""Pending writes as they are stored: what a task wrote in one go, in one member of a sorted set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from checkpoints.codec import Blobs, Codec, resealed
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
    """What is sent to store a pack: which indices, the rest of the member, big values by digest."""

    indices: str
    rest: bytes
    blobs: dict[str, Typed | Callable[[str], Typed]]


def packed(codec: Codec, beginning: str, path: str, writes: Sequence[Write]) -> Pack:
    """The pack of what a task wrote; `beginning` is namespace/checkpoint/task/."""
    body: list[bytes] = []
    blobs: dict[str, Typed | Callable[[str], Typed]] = {}
    for write in writes:
        typed = write.typed
        if len(typed[1]) >= codec.big:
            digest = codec.digest(typed)
            blobs[digest] = typed
            typed = (_BY_DIGEST, digest.encode())
        one = tagged(typed)
        body += [write.index.to_bytes(4), len(one).to_bytes(4), one]
    indices = _indices([write.index for write in writes])
    clear = (
        f"{indices}/{listed(write.channel for write in writes)}/{','.join(blobs)}/{escape(path)}/"
    )
    payload = codec.seal(beginning + clear, (_KIND, b"".join(body)))
    return Pack(indices, clear.partition("/")[2].encode() + payload, blobs)


def _indices(found: Sequence[int]) -> str:
    """How many, where they count from 0; else each, after a colon."""
    if list(found) == list(range(len(found))):
        return str(len(found))
    return ":" + ",".join(map(str, found))


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
    for one in sorted((_member(thread, member) for member in members), key=lambda one: one.number):
        for write in _writes(codec, thread, one, blobs):
            found.setdefault((*one.owner, write.index), write)
    return list(found.values())


def resealed_write(codec: Codec, thread: str, member: bytes) -> bytes | None:
    """A member whose payload is in the form in which it would be made now; None where it is already."""
    one = _member(thread, member)
    now = resealed(codec, thread, one.name, one.payload)
    return now and member[: len(member) - len(one.payload)] + now


_Owner = tuple[bytes, bytes, bytes]
"""Namespace, checkpoint and task, as they are written."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A member taken apart. `number` counts the packs of a task; -1 for a write that stands alone.

    `index` is that of a single write. `name` is what the payload is sealed under.
    """

    owner: _Owner
    number: int
    index: int
    channels: list[str]
    path: str
    name: str
    payload: bytes


def _member(thread: str, member: bytes) -> _Member:
    try:
        space, checkpoint, task, rest = member.split(b"/", 3)
        owner = (space, checkpoint, task)
        number, index = -1, 0
        if rest.startswith(b"+"):
            counted, *clear, payload = rest.split(b"/", 5)
            _, channels, _, path = (part.decode() for part in clear)
            number, names = int(counted), unlisted(channels)
        else:
            *clear, payload = rest.split(b"/", 3)
            position, channel, path = (part.decode() for part in clear)
            index, names = int(position), [unescape(channel)]
        name = b"/".join((*owner, *clear, b"")).decode()
        return _Member(owner, number, index, names, unescape(path), name, payload)
    except ValueError as error:
        raise CorruptPayloadError(thread, "writes", f"{member[:80]!r} is no write") from error


def _writes(codec: Codec, thread: str, one: _Member, blobs: Blobs) -> list[Write]:
    task = unescape(one.owner[2].decode())
    typed = codec.unseal(thread, one.name, one.payload, blobs)
    if one.number < 0:
        return [Write(task, one.index, one.channels[0], one.path, typed)]
    entries = list(_entries(codec, (thread, one.name), typed, blobs))
    if len(entries) != len(one.channels):
        raise CorruptPayloadError(thread, one.name, "it holds another number of writes")
    return [
        Write(task, index, channel, one.path, value)
        for (index, value), channel in zip(entries, one.channels, strict=True)
    ]


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
