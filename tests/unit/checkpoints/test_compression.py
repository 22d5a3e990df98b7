from __future__ import annotations

import os
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoints import compression
from checkpoints.codec import Codec
from checkpoints.compression import NONE, ZLIB, ZSTD, UnavailableError, compress, decompress
from checkpoints.errors import CompressionUnavailableError, CorruptPayloadError
from checkpoints.frames import seal

TEXT = b"the same words again and again; " * 200
NOISE = os.urandom(5_000)


@pytest.fixture(params=["zstd", "zlib"])
def kind(request: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """Where there is zstd, and where there is none."""
    if request.param == "zlib":
        monkeypatch.setattr(compression, "_zstd", lambda: None)
    return ZSTD if request.param == "zstd" else ZLIB


def test_text_becomes_less_and_comes_back(kind: int) -> None:
    how, smaller = compress(TEXT)
    assert how == kind
    assert len(smaller) < len(TEXT) / 10
    assert decompress(how, smaller, len(TEXT)) == TEXT


def test_noise_is_kept_as_it_is(kind: int) -> None:
    assert compress(NOISE) == (NONE, NOISE)


@given(data=st.binary(max_size=2_000).map(lambda one: one * 5))
def test_whatever_was_compressed_comes_back(data: bytes) -> None:
    how, smaller = compress(data)
    assert decompress(how, smaller, len(data)) == data


@pytest.mark.parametrize("size", [0, 1, len(TEXT) - 1, len(TEXT) + 1])
def test_what_expands_to_another_length_is_refused(kind: int, size: int) -> None:
    _, smaller = compress(TEXT)
    with pytest.raises(ValueError, match=r"says|length"):
        decompress(kind, smaller, size)


def test_a_bomb_does_not_go_off() -> None:
    bomb = zlib.compress(bytes(50_000_000))
    with pytest.raises(ValueError, match="11 bytes"):
        decompress(ZLIB, bomb, 10)


@pytest.mark.parametrize("how", [ZLIB, ZSTD, 7])
def test_what_was_never_compressed_is_refused(how: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        decompress(how, NOISE, 10)


def test_it_is_said_when_zstd_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    codec = Codec()
    payload = codec.seal("n", ("msgpack", TEXT))
    monkeypatch.setattr(compression, "_zstd", lambda: None)
    with pytest.raises(UnavailableError):
        decompress(ZSTD, b"", 0)
    with pytest.raises(CompressionUnavailableError, match="install `zstandard`"):
        codec.unseal("t", "n", payload)


def test_a_payload_that_cannot_be_expanded_is_named() -> None:
    payload = seal("n", ZLIB, b"", (10).to_bytes(4) + b"no zlib")
    with pytest.raises(CorruptPayloadError, match="'n' of thread 't' cannot be read: it cannot"):
        Codec().unseal("t", "n", payload)


def test_small_payloads_and_all_where_it_is_switched_off_are_not_compressed() -> None:
    assert b"the same words" in Codec(compress_above=None).seal("n", ("msgpack", TEXT))
    assert b"the same words" in Codec(compress_above=10_000).seal("n", ("msgpack", TEXT))
    assert b"again and again; the same" not in Codec().seal("n", ("msgpack", TEXT))
