from __future__ import annotations

from zlib import crc32

import pytest

from checkpoints.errors import CorruptPayloadError, UnsupportedFormatError
from checkpoints.frames import Head, seal, seal_envelope, unseal, unseal_envelope

TYPED = ("msgpack", b"\x93\x01\x02\x03")
HEAD = Head("parent", ("a/1", "b/2"), ("c/3",))


def test_a_payload_comes_back() -> None:
    assert unseal("t", "name", seal("name", TYPED)) == TYPED
    assert unseal("t", "name", seal("name", ("null", b""))) == ("null", b"")


def test_an_envelope_comes_back() -> None:
    assert unseal_envelope("t", "name", seal_envelope("name", HEAD, TYPED)) == (HEAD, TYPED)
    bare = Head("", (), ())
    assert unseal_envelope("t", "name", seal_envelope("name", bare, TYPED)) == (bare, TYPED)


def test_every_truncation_is_noticed_and_named() -> None:
    payload = seal("name", TYPED)
    for length in range(len(payload)):
        with pytest.raises(CorruptPayloadError, match="'name' of thread 't'"):
            unseal("t", "name", payload[:length])


def test_every_flipped_bit_is_noticed() -> None:
    for sealed, opened in (
        (seal("n", TYPED), unseal),
        (seal_envelope("n", HEAD, TYPED), unseal_envelope),
    ):
        for position in range(len(sealed) * 8):
            altered = bytearray(sealed)
            altered[position // 8] ^= 1 << position % 8
            with pytest.raises(CorruptPayloadError):
                opened("t", "n", bytes(altered))


def test_a_payload_under_another_name_is_noticed() -> None:
    with pytest.raises(CorruptPayloadError):
        unseal("t", "other", seal("name", TYPED))


def test_a_newer_format_is_named() -> None:
    rest = b"whatever that format holds"
    payload = b"\x02" + crc32(rest, crc32(b"\x02name")).to_bytes(4) + rest
    with pytest.raises(UnsupportedFormatError, match="format 2"):
        unseal("t", "name", payload)
