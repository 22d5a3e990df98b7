"""Smaller payloads: zstd where it can be had, else zlib of the standard library.

zstd comes with Python 3.14, or as `zstandard`, which LangChain brings along. At level 1 it takes
about 0.3 ms for 100 KB of text and leaves less than half.
"""

from __future__ import annotations

import zlib
from functools import cache
from importlib import import_module
from typing import Any

NONE, ZLIB, ZSTD = 0, 1, 2
"""How a payload is compressed, as its frame says."""

_LEVEL = 1
_WORTH = 0.9
"""What does not shrink below this share is kept as it is: then reading it costs nothing."""


class UnavailableError(Exception):
    """What was compressed with zstd is read where there is no zstd."""


def compress(data: bytes) -> tuple[int, bytes]:
    """How it was compressed, and the bytes; `NONE` and `data` where it is not worth it."""
    zstd = _zstd()
    how, smaller = (
        (ZLIB, zlib.compress(data, _LEVEL)) if zstd is None else (ZSTD, zstd.compress(data, _LEVEL))
    )
    return (how, smaller) if len(smaller) < len(data) * _WORTH else (NONE, data)


def decompress(how: int, data: bytes, size: int) -> bytes:
    """The `size` bytes that were compressed. ValueError: it is something else; UnavailableError: no zstd."""
    if how == NONE:
        found = data
    elif how == ZLIB:
        found = _from_zlib(data, size)
    elif how == ZSTD:
        found = _from_zstd(data, size)
    else:
        raise ValueError(f"no compression has the number {how}")
    if len(found) != size:
        raise ValueError(f"it holds {len(found)} bytes and says {size}")
    return found


def _from_zlib(data: bytes, size: int) -> bytes:
    try:
        # One byte more than there should be: what grows without end is noticed, and stops.
        return zlib.decompressobj().decompress(data, size + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error


def _from_zstd(data: bytes, size: int) -> bytes:
    zstd = _zstd()
    if zstd is None:
        raise UnavailableError
    try:
        # Looked at before memory is taken for it.
        if _size_said(zstd, data) != size:
            raise ValueError("its length is another")
        return bytes(zstd.decompress(data))
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error


def _size_said(zstd: Any, data: bytes) -> int | None:
    """The length that a zstd frame announces."""
    if hasattr(zstd, "get_frame_info"):
        said: int | None = zstd.get_frame_info(data).decompressed_size
    else:
        said = zstd.get_frame_parameters(data).content_size
    return said


@cache
def _zstd() -> Any:
    for name in ("compression.zstd", "zstandard"):
        try:
            return import_module(name)
        except ImportError:
            continue
    return None
