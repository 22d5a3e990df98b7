"""Threads of format 1: read, gone on with, and brought into the form of today."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import pytest

from checkpoints import AsyncRedisSaver, RedisJournal, RedisSaver
from checkpoints.errors import CheckpointsError, NotEncryptedError, UnknownKeyError
from checkpoints.keys import thread_keys
from tests.unit.checkpoints import format_1
from tests.unit.checkpoints.format_1 import IDS, LONG
from tests.unit.checkpoints.made import config, plain, put, values_at, writes_at

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def keys(prefix: str) -> dict[str, str]:
    return {key.rpartition(":")[2]: key for key in thread_keys(prefix, "t")}


def told(saver: Any) -> Any:
    """All that a saver tells of the thread."""
    tuples = [plain(one) for one in saver.list(config())]
    history = saver.get_delta_channel_history(config=config(), channels=["n", "a, b"])
    return tuples, history


def stored(client: Any, keys: dict[str, str]) -> bytes:
    """All that lies in Redis of the thread."""
    found = [
        b"".join(b"".join(pair) for pair in client.hgetall(keys[part]).items())
        for part in ("checkpoints", "values", "blobs", "runs")
    ]
    found += [b"".join(client.zrange(keys[part], 0, -1)) for part in ("writes", "journal")]
    return b"".join(found)


def test_all_of_a_thread_in_format_1_is_read(
    saver: Any, journal: Any, client: Any, prefix: str
) -> None:
    format_1.fill(client, prefix)
    latest = saver.get_tuple(config())
    assert latest.checkpoint["channel_values"] == {"n": 2, "text": LONG, "a, b": [2]}
    assert latest.checkpoint["channel_versions"]["gone"] == "0.v"
    assert latest.pending_writes == [
        ("task-3", "__interrupt__", "asked"),
        ("task-1", "n", 3),
        ("task-1", "a, b", ["task-1"]),
        ("task-2", "n", 3),
        ("task-2", "a, b", ["task-2"]),
    ]
    assert [one.metadata["step"] for one in saver.list(config())] == [2, 1, 0]
    history = saver.get_delta_channel_history(config=config(), channels=["a, b"])
    assert history["a, b"] == {
        "writes": [("task-1", "a, b", ["task-1"]), ("task-2", "a, b", ["task-2"])],
        "seed": [1],
    }
    assert journal.read("t", "place") == {"key": b"result"}
    assert journal.get_runs("t") == {"r": b"record"}


def test_it_goes_on_in_the_new_format_and_older_versions_are_told(
    saver: Any, client: Any, prefix: str, keys: dict[str, str]
) -> None:
    format_1.fill(client, prefix)
    at = config(checkpoint=IDS[-1])
    # A task that was recorded in part is recorded again, whole: what was there first counts.
    saver.put_writes(at, [("n", "late"), ("a, b", "late"), ("more", 9)], "task-1", "path")
    assert [w for w in writes_at(saver, at) if w[0] == "task-1"] == [
        ("task-1", "n", 3),
        ("task-1", "a, b", ["task-1"]),
        ("task-1", "more", 9),
    ]
    assert client.hget(keys["meta"], "format") == b"2"
    put(saver, at, {"n": 3, "text": LONG}, versions={"n": "3.v", "text": "0.v"}, new={"n": "3.v"})
    assert values_at(saver, config()) == {"n": 3, "text": LONG}
    saver.prune(["t"])
    assert values_at(saver, config()) == {"n": 3, "text": LONG}
    assert len(list(saver.list(config()))) == 1


def test_a_migration_changes_the_form_and_nothing_that_is_told(
    saver: Any, journal: Any, client: Any, prefix: str, keys: dict[str, str]
) -> None:
    format_1.fill(client, prefix)
    put(saver, config("t", "child"), {"text": LONG}, versions={"text": "5"})
    before, size = told(saver), len(stored(client, keys))
    done = saver.migrate("t")
    assert (done.thread_id, done.rewritten) == ("t", 3 + 7 + 13 + 1 + 1)
    assert told(saver) == before
    assert journal.read("t", "place") == {"key": b"result"}
    assert journal.get_runs("t") == {"r": b"record"}
    assert len(stored(client, keys)) < size - len(LONG) / 2
    assert client.hlen(keys["blobs"]) == 1
    again = asyncio.run(migrate_in_a_loop(client, prefix))
    assert (again.payloads > 20, again.rewritten) == (True, 0)


async def migrate_in_a_loop(client: Any, prefix: str) -> Any:
    path = client.connection_pool.connection_kwargs["path"]
    async with AsyncRedisSaver.from_url(f"unix://{path}", prefix=prefix) as saver:
        return await saver.migrate("t")


def test_what_is_there_is_encrypted_and_encrypted_anew_with_another_key(
    saver: Any, client: Any, prefix: str, keys: dict[str, str]
) -> None:
    format_1.fill(client, prefix)
    put(saver, config(checkpoint=IDS[-1]), {"text": LONG, "n": 3}, versions={"text": "4", "n": "4"})
    before = told(saver)

    def over(*given: bytes) -> RedisSaver:
        return RedisSaver.from_client(client, prefix=prefix, encryption=given)

    with pytest.raises(NotEncryptedError, match="migrate"):
        over(OLD).get_tuple(config())
    assert over(OLD).migrate("t").rewritten > 25
    assert told(over(OLD)) == before
    assert b"a long text" not in stored(client, keys)
    assert over(NEW, OLD).migrate("t").rewritten > 25
    assert told(over(NEW)) == before
    for refused in (over(OLD), saver):
        with pytest.raises(UnknownKeyError):
            refused.get_tuple(config())
    journal = RedisJournal.from_client(client, prefix=prefix, encryption=NEW)
    assert (journal.read("t", "place"), journal.get_runs("t")) == (
        {"key": b"result"},
        {"r": b"record"},
    )
    # The name that was made with the old key is no longer the content's, and still found.
    assert over(NEW).migrate("t").rewritten == 0


def test_what_changed_meanwhile_is_left_as_it_is(saver: Any, client: Any, prefix: str) -> None:
    format_1.fill(client, prefix)
    real = saver.wire._call
    changed: list[bool] = []

    def between(words: Any) -> Any:
        reply = real(words)
        if not changed and "values" in words:
            changed.append(True)
            put(
                RedisSaver.from_client(client, prefix=prefix),
                config(),
                {"n": "new"},
                versions={"n": "2.v"},
            )
        return reply

    saver.wire._call = between  # another process, at that very moment
    saver.migrate("t")
    assert changed
    assert values_at(saver, config(checkpoint=IDS[-1]))["n"] == "new"


def test_what_cannot_be_read_stops_it_by_name(
    saver: Any, client: Any, prefix: str, keys: Any
) -> None:
    format_1.fill(client, prefix)
    client.hset(keys["values"], "/n/1.v", b"\x01damaged")
    with pytest.raises(CheckpointsError, match=r"'/n/1\.v' of thread 't'"):
        saver.migrate("t")
