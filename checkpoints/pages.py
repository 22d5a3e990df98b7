"""A long list, cut to what one round trip may carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def pages(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """`items` in order, at most `size` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def in_pairs(flat: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    """The items of a reply two by two, as text."""
    for one, other in zip(flat[::2], flat[1::2], strict=True):
        yield one.decode(), other.decode()
