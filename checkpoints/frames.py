"""How a payload lies in Redis: sealed with a checksum over itself and the name it lies under.

    frame = 0x02, CRC-32 (4 bytes), how (1 byte), open part, body

`how` says how the body is to be read: the lowest three bits which compression, 0x10 that it
is encrypted, 0x20 that the value lies elsewhere (the open part is how many digests in 2 bytes,
then 40 letters for each), 0x08 beside it that it is a list in parts, to be put together, 0x40
that there is no value, 0x80 that it is an envelope (the open part is a head, with its
length in 4 bytes before it). The checksum covers all other bytes and the name. So a
payload that is truncated, altered or moved elsewhere is noticed before any of it is
decoded. (A checksum finds accidents. Against someone who can write to Redis, the
serializer's allowlist stands, and encryption.)

The head of an envelope is text, for scripts and for people: the parent's id, then a line
for each channel version, "+" where a value is stored and "-" where there is none.

In format 1 a payload was 0x01, CRC-32, length of the type (1 byte), type, data; and an envelope
0x01, CRC-32, length of the head, head, body. Both are still read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from checkpoints.errors import CorruptPayloadError, UnsupportedFormatError

OLD, NEW = b"\x01", b"\x02"
COMPRESSION, PARTS, ENCRYPTED, REFERENCE, NOTHING, ENVELOPE = 0x07, 0x08, 0x10, 0x20, 0x40, 0x80
"""Bits of `how`."""
DIGEST = 40
"""Letters of a digest."""
EMPTY = "empty"
"""The type of a payload that says: this channel had no value at this version."""

Typed = tuple[str, bytes]
"""What a serializer makes of a value: the name of its type, and the bytes."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an envelope says in the open. `stored` and `empty` hold names of channel versions."""

    parent: str
    stored: tuple[str, ...]
    empty: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame taken apart, its checksum seen to hold. `how` is None in format 1."""

    how: int | None
    clear: bytes
    body: bytes

    def has(self, bit: int) -> bool:
        """Whether `how` has the bit."""
        return bool((self.how or 0) & bit)

    @property
    def digests(self) -> tuple[str, ...]:
        """Of a reference: what it refers to, in order."""
        text = self.clear[2:].decode()
        return tuple(text[at : at + DIGEST] for at in range(0, len(text), DIGEST))

    @property
    def head(self) -> Head:
        """Of an envelope."""
        return _parsed(self.clear)


def seal(name: str, how: int, clear: bytes, body: bytes) -> bytes:
    """The frame that lies under `name`."""
    if how & ENVELOPE:
        clear = len(clear).to_bytes(4) + clear
    rest = bytes((how,)) + clear + body
    return NEW + _checksum(name, NEW, rest) + rest


def sealed_plainly(name: str, body: bytes) -> bytes:
    """What `seal` makes of a body that is neither compressed nor anything else: most are."""
    rest = b"\0" + body
    return b"%b%b%b" % (NEW, crc32(rest, crc32(NEW + name.encode())).to_bytes(4), rest)


def unseal(thread: str, name: str, payload: bytes, *, envelope: bool = False) -> Frame:
    """The frame that lies under `name`, an envelope or not.

    CorruptPayloadError: it was truncated, altered or moved, or is the other kind;
    UnsupportedFormatError: it was written by a later version.
    """
    if len(payload) < 6:
        raise CorruptPayloadError(thread, name, f"only {len(payload)} bytes are left of it")
    version, checksum, rest = payload[:1], payload[1:5], payload[5:]
    if checksum != _checksum(name, version, rest):
        raise CorruptPayloadError(
            thread, name, "its checksum does not hold; it was truncated or altered"
        )
    if version not in {OLD, NEW}:
        raise UnsupportedFormatError(thread, str(version[0]), str(NEW[0]))
    how = None if version == OLD else rest[0]
    if how is not None:
        rest = rest[1:]
        if bool(how & ENVELOPE) != envelope:
            raise CorruptPayloadError(thread, name, "it is of another kind than belongs there")
    if envelope:
        end = 4 + int.from_bytes(rest[:4])
        return Frame(how, rest[4:end], rest[end:])
    end = 0
    if how is not None and how & REFERENCE:
        end = 2 + DIGEST * int.from_bytes(rest[:2])
    return Frame(how, rest[:end], rest[end:])


def written(head: Head) -> bytes:
    """A head as it stands in an envelope."""
    lines = [head.parent, *("+" + ref for ref in head.stored), *("-" + ref for ref in head.empty)]
    return "\n".join(lines).encode()


def tagged(typed: Typed) -> bytes:
    """Type and data in one: the length of the type's name (1 byte), the name, the data."""
    return _tag(typed[0]) + typed[1]


@lru_cache(64)  # there are only a few types
def _tag(kind: str) -> bytes:
    name = kind.encode()
    return len(name).to_bytes(1) + name


def untagged(data: bytes) -> Typed:
    """What `tagged` was given."""
    end = 1 + data[0]
    return data[1:end].decode(), data[end:]


def _parsed(text: bytes) -> Head:
    parent, *lines = text.decode().split("\n")
    return Head(parent, _with_sign("+", lines), _with_sign("-", lines))


def _with_sign(sign: str, lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line[1:] for line in lines if line.startswith(sign))


def _checksum(name: str, version: bytes, rest: bytes) -> bytes:
    return crc32(rest, crc32(version + name.encode())).to_bytes(4)
