from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from checkpoints import AsyncRedisJournal
from checkpoints.errors import CorruptPayloadError
from checkpoints.journal import Step
from checkpoints.keys import thread_keys


def test_the_first_writer_wins(journal: Any) -> None:
    assert journal.record("t", "here", "step", b"first") == b"first"
    assert journal.record("t", "here", "step", b"second") == b"first"
    assert journal.read("t", "here") == {"step": b"first"}


def test_a_place_is_read_whole_in_the_order_of_recording(journal: Any) -> None:
    for n in range(30):
        journal.record("t", "here", f"step-{n * 7 % 30}", bytes([n]))
        journal.record("t", "here/deeper", "x", b"other place")
        journal.record("t", "her", "x", b"other place")
    found = journal.read("t", "here")
    assert list(found.items()) == [(f"step-{n * 7 % 30}", bytes([n])) for n in range(30)]
    assert journal.read("t", "nowhere") == {}
    assert journal.read("nobody", "here") == {}


def test_the_thread_is_read_in_the_order_of_recording(journal: Any) -> None:
    journal.record("t", "b", "1", b"first")
    journal.record("t", "a", "2", b"second")
    journal.record("t", "a", "1", b"third")
    assert journal.read_thread("t") == [
        Step(1, "b", "1", b"first"),
        Step(2, "a", "2", b"second"),
        Step(3, "a", "1", b"third"),
    ]


@pytest.mark.parametrize("text", ["", "/", "a/b", "{x}", "%2F", "ünï\ncode"])
@pytest.mark.parametrize("payload", [b"", b"/", b"\x00\xff/\n", b"x" * 100_000])
def test_any_place_key_and_payload(journal: Any, text: str, payload: bytes) -> None:
    assert journal.record(text, text, text, payload) == payload
    assert journal.read(text, text) == {text: payload}
    journal.put_run(text, text, payload)
    assert journal.get_runs(text) == {text: payload}


def test_of_many_writers_one_wins_and_all_are_told(journal: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: journal.record("t", "p", "k", str(n).encode()), range(50)))
    assert len(set(told)) == 1
    assert journal.read("t", "p") == {"k": told[0]}


def test_a_step_and_a_journal_take_one_command_each(journal: Any, client: Any) -> None:
    journal.record("t", "p", "k", b"x")
    journal.read("t", "p")
    client.config_resetstat()
    journal.record("t", "p", "k2", b"x")
    journal.record("t", "p", "k2", b"x")
    journal.read("t", "p")
    assert client.info("commandstats")["cmdstat_evalsha"]["calls"] == 3


def test_an_altered_record_is_named(journal: Any, client: Any, prefix: str) -> None:
    journal.record("t", "place", "key", b"payload")
    key = thread_keys(prefix, "t")[5]
    [member] = client.zrange(key, 0, -1)
    client.delete(key)
    client.zadd(key, {member.replace(b"payload", b"PAYLOAD"): 0})
    with pytest.raises(CorruptPayloadError, match="place/key/"):
        journal.read("t", "place")


def test_a_record_whose_name_is_damaged_is_named(journal: Any, client: Any, prefix: str) -> None:
    journal.record("t", "place", "key", b"payload")
    client.zadd(thread_keys(prefix, "t")[5], {b"place/x": 0})
    with pytest.raises(CorruptPayloadError, match="is no step"):
        journal.read("t", "place")


def test_run_records_keep_their_order_and_the_last_word(journal: Any) -> None:
    for run in ("b", "a", "c"):
        journal.put_run("t", run, b"began")
    journal.put_run("t", "b", b"ended")
    assert list(journal.get_runs("t").items()) == [
        ("b", b"ended"),
        ("a", b"began"),
        ("c", b"began"),
    ]
    assert journal.get_runs("nobody") == {}


def test_the_newest_run_is_the_one_stored_last(journal: Any, client: Any) -> None:
    assert journal.newest_run("t") is None
    for run in ("b", "a", "b"):
        journal.put_run("t", run, run.encode())
        assert journal.newest_run("t") == (run, run.encode())
    client.config_resetstat()
    journal.newest_run("t")
    assert client.info("commandstats")["cmdstat_evalsha"]["calls"] == 1


def test_both_journals_are_one(redis_url: str, prefix: str, journal: Any) -> None:
    async def main() -> None:
        async with AsyncRedisJournal.from_url(redis_url, prefix=prefix) as other:
            assert await other.record("t", "p", "k", b"1") == b"1"
            assert journal.record("t", "p", "k", b"2") == b"1"
            journal.record("t", "p", "k2", b"2")
            assert await other.read("t", "p") == {"k": b"1", "k2": b"2"}
            assert await other.read_thread("t") == journal.read_thread("t")
            await other.put_run("t", "r", b"run")
            assert journal.get_runs("t") == await other.get_runs("t") == {"r": b"run"}
            assert journal.newest_run("t") == await other.newest_run("t") == ("r", b"run")

    asyncio.run(main())
