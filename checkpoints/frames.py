"""How a payload lies in Redis: sealed with a checksum over itself and the name it lies under.

    payload  = 0x01, CRC-32 (4 bytes), length of the type (1 byte), type, data
    envelope = 0x01, CRC-32 (4 bytes), length of the head (4 bytes), head, body (a payload's rest)

The first byte is the format, the checksum covers all the other bytes, the format and the
name. So a payload that is truncated, altered or moved elsewhere is noticed before any
of it is decoded. (A checksum finds accidents. Against someone who can write to
Redis, the serializer's allowlist stands.)

The head of an envelope is text, for scripts and for people: the parent's id, then a line
for each channel version, "+" where a value is stored and "-" where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from checkpoints.errors import CorruptPayloadError, UnsupportedFormatError

_FORMAT = b"\x01"
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


def seal(name: str, typed: Typed) -> bytes:
    """The payload that lies under `name`."""
    return _sealed(name, _tagged(typed))


def unseal(thread: str, name: str, payload: bytes) -> Typed:
    """What was sealed under `name`; raises `CorruptPayloadError` or `UnsupportedFormatError`."""
    return _untagged(_opened(thread, name, payload))


def seal_envelope(name: str, head: Head, body: Typed) -> bytes:
    """The envelope of the checkpoint called `name`."""
    lines = [head.parent, *("+" + ref for ref in head.stored), *("-" + ref for ref in head.empty)]
    text = "\n".join(lines).encode()
    return _sealed(name, len(text).to_bytes(4) + text + _tagged(body))


def unseal_envelope(thread: str, name: str, envelope: bytes) -> tuple[Head, Typed]:
    """Head and body of an envelope; raises as `unseal` does."""
    rest = _opened(thread, name, envelope)
    end = 4 + int.from_bytes(rest[:4])
    parent, *lines = rest[4:end].decode().split("\n")
    return Head(parent, _with_sign("+", lines), _with_sign("-", lines)), _untagged(rest[end:])


def _with_sign(sign: str, lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line[1:] for line in lines if line.startswith(sign))


def _tagged(typed: Typed) -> bytes:
    kind, data = typed
    name = kind.encode()
    return len(name).to_bytes(1) + name + data


def _untagged(rest: bytes) -> Typed:
    end = 1 + rest[0]
    return rest[1:end].decode(), rest[end:]


def _sealed(name: str, rest: bytes) -> bytes:
    return _FORMAT + _checksum(name, _FORMAT, rest) + rest


def _checksum(name: str, version: bytes, rest: bytes) -> bytes:
    return crc32(rest, crc32(version + name.encode())).to_bytes(4)


def _opened(thread: str, name: str, payload: bytes) -> bytes:
    if len(payload) < 6:
        raise CorruptPayloadError(thread, name, f"only {len(payload)} bytes are left of it")
    version, checksum, rest = payload[:1], payload[1:5], payload[5:]
    if checksum != _checksum(name, version, rest):
        raise CorruptPayloadError(
            thread, name, "its checksum does not hold; it was truncated or altered"
        )
    if version != _FORMAT:
        raise UnsupportedFormatError(thread, str(version[0]), str(_FORMAT[0]))
    return rest
