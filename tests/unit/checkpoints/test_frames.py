from __future__ import annotations

from zlib import crc32

import pytest

from checkpoints.codec import Codec
from checkpoints.errors import CorruptPayloadError, LostValueError, UnsupportedFormatError
from checkpoints.frames import EMPTY, Head

CODEC = Codec()
TYPED = ("msgpack", b"\x93\x01\x02\x03")
LONG = ("msgpack", b"a long text " * 300)
HEAD = Head("parent", ("a/1", "b/2"), ("c/3",))


@pytest.mark.parametrize("typed", [TYPED, LONG, ("null", b""), (EMPTY, b"")])
def test_a_payload_comes_back(typed: tuple[str, bytes]) -> None:
    assert CODEC.unseal("t", "name", CODEC.seal("name", typed)) == typed


@pytest.mark.parametrize("head", [HEAD, Head("", (), ())])
def test_an_envelope_comes_back(head: Head) -> None:
    sealed = CODEC.seal_envelope("name", head, LONG)
    assert CODEC.unseal_envelope("t", "name", sealed) == (head, LONG)


def test_every_truncation_is_noticed_and_named() -> None:
    payload = CODEC.seal("name", TYPED)
    for length in range(len(payload)):
        with pytest.raises(CorruptPayloadError, match="'name' of thread 't'"):
            CODEC.unseal("t", "name", payload[:length])


def test_every_flipped_bit_is_noticed() -> None:
    for sealed, opened in (
        (CODEC.seal("n", TYPED), CODEC.unseal),
        (CODEC.seal("n", LONG), CODEC.unseal),
        (CODEC.refer("n", [CODEC.digest(TYPED)]), CODEC.unseal),
        (CODEC.seal_envelope("n", HEAD, TYPED), CODEC.unseal_envelope),
    ):
        for position in range(len(sealed) * 8):
            altered = bytearray(sealed)
            altered[position // 8] ^= 1 << position % 8
            with pytest.raises(CorruptPayloadError):
                opened("t", "n", bytes(altered))


def test_a_payload_under_another_name_is_noticed() -> None:
    with pytest.raises(CorruptPayloadError):
        CODEC.unseal("t", "other", CODEC.seal("name", TYPED))


def test_a_payload_is_no_envelope_and_an_envelope_no_payload() -> None:
    with pytest.raises(CorruptPayloadError, match="another kind"):
        CODEC.unseal("t", "n", CODEC.seal_envelope("n", HEAD, TYPED))
    with pytest.raises(CorruptPayloadError, match="another kind"):
        CODEC.unseal_envelope("t", "n", CODEC.seal("n", TYPED))


def test_a_newer_format_is_named() -> None:
    rest = b"whatever that format holds"
    payload = b"\x03" + crc32(rest, crc32(b"\x03name")).to_bytes(4) + rest
    with pytest.raises(UnsupportedFormatError, match="format 3"):
        CODEC.unseal("t", "name", payload)


def test_what_is_referred_to_is_looked_up_and_missed() -> None:
    digest = CODEC.digest(LONG)
    reference, blob = CODEC.refer("n", [digest]), CODEC.seal(digest, LONG)
    assert CODEC.unseal("t", "n", reference, {digest: blob}) == LONG
    for blobs in ({}, {digest: None}):
        with pytest.raises(LostValueError, match="'n'"):
            CODEC.unseal("t", "n", reference, blobs)
