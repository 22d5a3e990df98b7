"""Long lists in parts, so that a list that grows at its end is not stored anew each time.

A part is so many items that it has about 8 KB, and so many more, the longer the list is: always
a power of two, so that the parts of a list that was stored before are found again. All is
done on msgpack, where a list is a header and then its items one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from checkpoints.frames import Typed

PART = 8_192
"""Bytes, about, of a part."""
MOST = 128
"""Parts, about, at most: longer lists have longer ones."""


def in_parts(value: Any, whole: Typed, dump: Callable[[Any], Typed]) -> list[Typed]:
    """The parts of a list that `dump` made `whole` of; none where it is none, or better kept whole."""
    if type(value) is not list or len(whole[1]) < 2 * PART or not _is_list(whole):
        return []
    size = _items(len(value), len(whole[1]))
    parts = [dump(value[at : at + size]) for at in range(0, len(value), size)]
    return parts if len(parts) > 1 and all(map(_is_list, parts)) else []


def joined(parts: Sequence[Typed]) -> Typed:
    """The list that was taken apart. ValueError: something in it is no list."""
    bodies, count = [], 0
    for kind, data in parts:
        items, start = _header(data) if kind == "msgpack" else (None, 0)
        if items is None:
            raise ValueError("a part of a list is no list")
        count += items
        bodies.append(data[start:])
    return "msgpack", b"\xdd" + count.to_bytes(4) + b"".join(bodies)


def _items(count: int, size: int) -> int:
    """How many items go into a part."""
    wanted = max(PART, size / MOST) * count / size
    return 1 << max(0, round(wanted).bit_length() - 1)


def _is_list(typed: Typed) -> bool:
    return typed[0] == "msgpack" and _header(typed[1])[0] is not None


def _header(data: bytes) -> tuple[int | None, int]:
    """How many items a list in msgpack has, and where they begin; None where it is no list."""
    first = data[0] if data else 0
    if first & 0xF0 == 0x90:
        return first & 0x0F, 1
    if first == 0xDC:
        return int.from_bytes(data[1:3]), 3
    if first == 0xDD:
        return int.from_bytes(data[1:5]), 5
    return None, 0
