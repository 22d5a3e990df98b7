"""Long lists in parts, so that a list that grows at its end is not stored anew each time.

Where it is known how the list was divided before, the parts that did not change stay, and what
was appended becomes a part of its own: most often it is what a task wrote, and is stored
already. Else a part is so many items that it has about 8 KB, and so many more, the longer the list
is: always a power of two, so that the parts of a list that was stored before are found again.

All is done on msgpack, where a list is a header and then its items one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from checkpoints.frames import Typed

PART = 8_192
"""Bytes, about, of a part."""
MOST = 128
"""Parts, about, at most: longer lists have longer ones."""
OPEN = PART // 2
"""Bytes up to which a last part is put together with a small one that follows."""
RUN = 32
"""So many of one size are put together where there are more than the most: each costs 40 bytes a checkpoint."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many items of a list, in so many bytes, stored under a digest."""

    digest: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Divided:
    """A list's items in msgpack, one after the other, and the parts that they are in."""

    items: bytes
    parts: tuple[Part, ...]

    @property
    def digests(self) -> list[str]:
        """Those of all parts, in order."""
        return [part.digest for part in self.parts]

    def typed(self, digest: str) -> Typed:
        """A part, as a list of its own."""
        number = self.digests.index(digest)
        start, part = _size(self.parts[:number]), self.parts[number]
        return _list(part.count, self.items[start : start + part.size])


Dump = Callable[[Any], Typed]
Digest = Callable[[Typed], str]


def divide(
    value: Any, whole: Typed, dump: Dump, digest: Digest, before: Divided | None
) -> Divided | None:
    """A list that `dump` made `whole` of, divided as it was `before` where it is the same; None where it is none."""
    count, start = _header(whole[1]) if type(value) is list and whole[0] == "msgpack" else (None, 0)
    if count is None:
        return None
    items = whole[1][start:]
    if before is None:
        return _made(in_parts(value, whole, dump) or [whole], items, digest)
    first = _same_beginning(before, items)
    last: tuple[Part, ...] = ()
    if len(first) + 1 < len(before.parts):
        last = _same_end(before.parts[len(first) :], before, items, value, dump)
    elif first and max(first[-1].size, len(items) - _size(first)) < OPEN:
        first = first[:-1]
    if not first and not last:
        return _made(in_parts(value, whole, dump) or [whole], items, digest)
    middle = items[_size(first) : len(items) - _size(last)]
    if middle:
        new = _list(count - _count(first) - _count(last), middle)
        first = (*first, Part(digest(new), _count_of(new), len(middle)))
    return _with_fewer(Divided(items, (*first, *last)), digest)


def from_parts(digests: Sequence[str], parts: Sequence[Typed]) -> Divided | None:
    """A list as it was read, in parts; None where something in it is no list."""
    if not all(map(_is_list, parts)):
        return None
    bodies = [_body(part) for part in parts]
    made = (
        Part(digest, _count_of(part), len(body))
        for digest, part, body in zip(digests, parts, bodies, strict=True)
    )
    return Divided(b"".join(bodies), tuple(made))


def in_parts(value: Any, whole: Typed, dump: Dump) -> list[Typed]:
    """The parts of a list that `dump` made `whole` of; none where it is none, or better kept whole."""
    if type(value) is not list or len(whole[1]) < 2 * PART or not _is_list(whole):
        return []
    size = _items(len(value), len(whole[1]))
    parts = [dump(value[at : at + size]) for at in range(0, len(value), size)]
    return parts if len(parts) > 1 and all(map(_is_list, parts)) else []


def joined(parts: Sequence[Typed]) -> Typed:
    """The list that was taken apart. ValueError: something in it is no list."""
    if not all(map(_is_list, parts)):
        raise ValueError("a part of a list is no list")
    count = sum(map(_count_of, parts))
    return "msgpack", b"\xdd" + count.to_bytes(4) + b"".join(map(_body, parts))


def _made(parts: Sequence[Typed], items: bytes, digest: Digest) -> Divided | None:
    shortest = [_list(_count_of(part), _body(part)) for part in parts]
    made = from_parts([digest(part) for part in shortest], shortest)
    # A serializer of somebody's own may write the items otherwise when they stand in another list.
    return made if made is not None and made.items == items else None


def _same_beginning(before: Divided, items: bytes) -> tuple[Part, ...]:
    """The first parts, as far as the items are the same bytes; so they end where an item ends."""
    if items.startswith(before.items):
        return before.parts
    at, same = 0, 0
    for part in before.parts:
        if before.items[at : at + part.size] != items[at : at + part.size]:
            break
        at, same = at + part.size, same + 1
    return before.parts[:same]


def _same_end(
    left: Sequence[Part], before: Divided, items: bytes, value: Sequence[Any], dump: Dump
) -> tuple[Part, ...]:
    """The last of the parts that are left, likewise: for a list that was changed further up."""
    size, same, room = 0, 0, len(items) - (len(before.items) - _size(left))
    for part in reversed(left[1:]):
        end = size + part.size
        if end > room or before.items[-end:] != items[-end:]:
            break
        size, same = end, same + 1
    last = tuple(left[len(left) - same :])
    # The same bytes, and also the same items: they might stand within one that is longer.
    whole = dump(list(value[len(value) - _count(last) :])) if last else None
    return last if whole and _is_list(whole) and _body(whole) == items[-size:] else ()


def _with_fewer(found: Divided, digest: Digest) -> Divided:
    """The last parts put together where there are too many, and as many are alike in size."""
    parts = found.parts
    while len(parts) > MOST and all(_level(one) <= _level(parts[-1]) for one in parts[-RUN:]):
        rest, run = parts[:-RUN], parts[-RUN:]
        start = _size(rest)
        whole = _list(_count(run), found.items[start : start + _size(run)])
        parts = (*rest, Part(digest(whole), _count(run), _size(run)))
    return Divided(found.items, parts)


def _level(part: Part) -> int:
    """Parts of one level are alike in size: the next one's are 32 times as large."""
    return max(0, part.size.bit_length() - OPEN.bit_length()) // (RUN - 1).bit_length()


def _size(parts: Sequence[Part]) -> int:
    return sum([part.size for part in parts])


def _count(parts: Sequence[Part]) -> int:
    return sum([part.count for part in parts])


def _items(count: int, size: int) -> int:
    """How many items go into a part."""
    wanted = max(PART, size / MOST) * count / size
    return 1 << max(0, round(wanted).bit_length() - 1)


def _list(count: int, items: bytes) -> Typed:
    """A list in msgpack, its header as short as can be."""
    if count < 16:
        header = bytes((0x90 | count,))
    elif count < 0x10000:
        header = b"\xdc" + count.to_bytes(2)
    else:
        header = b"\xdd" + count.to_bytes(4)
    return "msgpack", header + items


def _is_list(typed: Typed) -> bool:
    return typed[0] == "msgpack" and _header(typed[1])[0] is not None


def _count_of(typed: Typed) -> int:
    return _header(typed[1])[0] or 0


def _body(typed: Typed) -> bytes:
    return typed[1][_header(typed[1])[1] :]


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
