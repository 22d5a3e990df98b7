from __future__ import annotations

import base64
import secrets
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoints import RedisJournal, RedisSaver
from checkpoints.codec import Codec
from checkpoints.encryption import Cipher
from checkpoints.errors import (
    CorruptPayloadError,
    EncryptionKeyError,
    EncryptionUnavailableError,
    NotEncryptedError,
    UnknownKeyError,
)
from checkpoints.frames import Head, seal, unseal
from tests.unit.checkpoints.made import config, put, values_at, writes_at

KEY, OTHER = secrets.token_bytes(32), secrets.token_bytes(16)
SECRET = "the account number is 4711, and so on and on " * 40
TYPED = ("msgpack", SECRET.encode())


def coded(*keys: Any) -> Codec:
    return Codec.of(512, keys)


@given(data=st.binary(max_size=3_000), name=st.text(max_size=20))
def test_what_is_encrypted_comes_back(data: bytes, name: str) -> None:
    codec = coded(KEY)
    assert codec.unseal("t", name, codec.seal(name, ("bytes", data))) == ("bytes", data)


def test_nothing_of_it_can_be_read_and_no_two_payloads_are_alike() -> None:
    codec = coded(KEY)
    small = ("msgpack", b"4711")
    one, other = codec.seal("n", small), codec.seal("n", small)
    assert one != other
    assert b"4711" not in one
    assert b"msgpack" not in one
    assert b"4711" not in codec.seal_envelope("n", Head("", (), ()), small)


def test_a_key_is_bytes_or_base64() -> None:
    codec = Codec.of(None, base64.b64encode(KEY).decode())
    assert codec.unseal("t", "n", coded(KEY).seal("n", TYPED)) == TYPED


@pytest.mark.parametrize(
    ("keys", "why"),
    [(b"short", "5 bytes"), ("not base64!", "base64"), ([], "none"), ("YWJj", "3 bytes")],
)
def test_what_is_no_key_is_refused_with_the_way_to_make_one(keys: Any, why: str) -> None:
    with pytest.raises(EncryptionKeyError, match=rf"{why}.*token_bytes\(32\)"):
        RedisSaver.from_url("redis://localhost", encryption=keys)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(EncryptionUnavailableError, match="pip install"):
        Cipher.of(KEY)


def test_old_payloads_are_read_after_the_key_was_changed() -> None:
    old = coded(OTHER).seal("n", TYPED)
    both = coded(KEY, OTHER)
    assert both.unseal("t", "n", old) == TYPED
    assert coded(KEY).unseal("t", "n", both.seal("n", TYPED)) == TYPED


def test_another_key_and_no_key_are_told_apart() -> None:
    payload = coded(OTHER).seal("n", TYPED)
    with pytest.raises(UnknownKeyError, match="not among those given") as found:
        coded(KEY).unseal("t", "n", payload)
    assert len(bytes.fromhex(found.value.key)) == 4
    with pytest.raises(UnknownKeyError, match="no key was given"):
        Codec().unseal("t", "n", payload)


def test_plain_text_is_refused_once_there_is_a_key() -> None:
    plain = Codec()
    codec = coded(KEY)
    for payload in (
        plain.seal("n", TYPED),
        plain.seal("n", ("empty", b"")),
        plain.refer("n", ["0" * 40]),
    ):
        with pytest.raises(NotEncryptedError, match="migrate"):
            codec.unseal("t", "n", payload)
    with pytest.raises(NotEncryptedError):
        codec.unseal_envelope("t", "n", plain.seal_envelope("n", Head("", (), ()), TYPED))


def test_what_someone_altered_who_mended_the_checksum_is_noticed() -> None:
    codec = coded(KEY)
    frame = unseal("t", "n", codec.seal("n", TYPED))
    assert frame.how is not None
    for position in range(4, len(frame.body)):
        body = bytearray(frame.body)
        body[position] ^= 1
        with pytest.raises(CorruptPayloadError, match="altered"):
            codec.unseal("t", "n", seal("n", frame.how, frame.clear, bytes(body)))


def test_a_payload_moved_under_another_name_with_its_checksum_mended_is_noticed() -> None:
    codec = coded(KEY)
    for payload in (codec.seal("balance", TYPED), codec.refer("balance", [codec.digest(TYPED)])):
        frame = unseal("t", "balance", payload)
        moved = seal("limit", frame.how or 0, frame.clear, frame.body)
        with pytest.raises(CorruptPayloadError, match="altered"):
            codec.unseal("t", "limit", moved)


def test_the_name_of_a_big_value_tells_nothing_of_its_content() -> None:
    assert coded(KEY).digest(TYPED) == coded(KEY).digest(TYPED)
    assert len({coded(KEY).digest(TYPED), coded(OTHER).digest(TYPED), Codec().digest(TYPED)}) == 3


def test_a_thread_and_its_journal_are_unreadable_in_redis_and_whole_with_the_key(
    client: Any,
) -> None:
    where = {"client": client, "encryption": KEY}
    saver, journal = RedisSaver.from_client(**where), RedisJournal.from_client(**where)
    at = put(saver, config(), {"note": SECRET, "n": 4711}, note_of_run="confidential")
    saver.put_writes(at, [("note", SECRET), ("n", 4712)], "task")
    saver.put_writes(at, [("__interrupt__", "confidential")], "task")
    journal.record("t", "place", "key", b"confidential")
    assert values_at(saver, at) == {"note": SECRET, "n": 4711}
    assert [value for _, _, value in writes_at(saver, at)] == ["confidential", SECRET, 4712]
    assert journal.read("t", "place") == {"key": b"confidential"}
    everything = b"".join(client.dump(key) for key in client.scan_iter())
    assert b"confidential" not in everything
    assert b"account" not in everything
    with pytest.raises(UnknownKeyError):
        RedisSaver.from_client(client).get_tuple(config())
