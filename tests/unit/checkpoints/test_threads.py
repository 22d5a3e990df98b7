from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.crc import key_slot

from checkpoints import RedisJournal, RedisSaver
from checkpoints.errors import ThreadExistsError
from checkpoints.keys import PrefixError, thread_keys
from tests.unit.checkpoints.made import config, plain, put, values_at


def fill(saver: Any, journal: Any, thread: str) -> None:
    at = config(thread)
    for n in range(3):
        at = put(saver, at, {"a": n}, versions={"a": f"{n}.x"}, step=n, run_id="r")
        saver.put_writes(at, [("c", n)], "t")
    put(saver, config(thread, "child"), {"b": 1, "big": "x" * 5_000})
    journal.record(thread, "place", "key", b"payload")
    journal.put_run(thread, "r", b"run")


def test_threads_are_listed_with_steps_and_times(saver: Any, journal: Any) -> None:
    started = datetime.now(UTC) - timedelta(seconds=1)
    fill(saver, journal, "a")
    journal.put_run("b", "r", b"not begun")
    infos = {info.thread_id: info for info in saver.threads()}
    assert {thread: info.checkpoints for thread, info in infos.items()} == {"a": 3, "b": 0}
    assert (
        started
        < infos["a"].created
        < infos["a"].updated
        <= infos["b"].updated
        < datetime.now(UTC) + timedelta(1)
    )
    assert infos["a"].expires_in is None


def test_many_threads_are_listed(saver: Any) -> None:
    for n in range(250):
        put(saver, config(f"t{n}"))
    assert sorted(info.thread_id for info in saver.threads()) == sorted(f"t{n}" for n in range(250))


def test_tenants_see_only_their_own(redis_url: str, prefix: str) -> None:
    savers = [
        RedisSaver.from_url(redis_url, prefix=prefix + tenant)
        for tenant in ("", "a:", "a:b:", "*:")
    ]
    for saver in savers:
        put(saver, config(f"thread of {saver.settings.prefix}"), run_id="r")
        put(saver, config("shared"), {"who": saver.settings.prefix}, run_id="r")
    for saver in savers:
        assert {info.thread_id for info in saver.threads()} == {
            "shared",
            f"thread of {saver.settings.prefix}",
        }
        assert values_at(saver, config("shared")) == {"who": saver.settings.prefix}
        assert len(list(saver.list(None))) == 2
    savers[0].delete_for_runs(["r"])
    savers[1].delete_thread("shared")
    assert [len(list(saver.list(None))) for saver in savers] == [0, 1, 2, 2]
    for saver in savers:
        saver.close()


def test_a_prefix_with_a_brace_is_refused() -> None:
    with pytest.raises(PrefixError):
        RedisSaver.from_url("redis://localhost", prefix="{a}")


def test_all_keys_of_a_thread_stand_in_one_slot(
    saver: Any, journal: Any, client: Any, prefix: str
) -> None:
    fill(saver, journal, "odd {thread}")
    saver.lease("odd {thread}", "me")
    keys = client.keys(f"{prefix}*")
    assert sorted(keys) == sorted(key.encode() for key in thread_keys(prefix, "odd {thread}"))
    assert len({key_slot(key) for key in keys}) == 1


def test_deleting_a_thread_leaves_no_key(
    saver: Any, journal: Any, client: Any, prefix: str
) -> None:
    fill(saver, journal, "a")
    saver.lease("a", "me")
    saver.delete_thread("a")
    assert client.keys(f"{prefix}*") == []


def test_a_copy_is_whole_and_stands_alone(saver: Any, journal: Any) -> None:
    fill(saver, journal, "a")
    before = [plain(tup) for tup in saver.list({"configurable": {"thread_id": "a"}})]
    saver.copy_thread("a", "b")
    put(saver, config("b"), {"a": "changed"})
    journal.record("b", "place", "other", b"x")
    assert [plain(tup) for tup in saver.list({"configurable": {"thread_id": "a"}})] == before
    copied = list(saver.list({"configurable": {"thread_id": "b"}}))[1:]
    assert [tup.checkpoint for tup in copied] == [one["checkpoint"] for one in before]
    assert [tup.pending_writes for tup in copied] == [one["writes"] for one in before]
    assert journal.read("b", "place") == {"key": b"payload", "other": b"x"}
    assert journal.read("a", "place") == {"key": b"payload"}
    assert journal.get_runs("b") == {"r": b"run"}
    saver.delete_thread("a")
    assert values_at(saver, config("b")) == {"a": "changed"}


def test_a_copy_takes_the_place_of_nothing(saver: Any, journal: Any) -> None:
    fill(saver, journal, "a")
    journal.put_run("b", "r", b"mine")
    with pytest.raises(ThreadExistsError, match="'b' exists"):
        saver.copy_thread("a", "b")
    assert journal.get_runs("b") == {"r": b"mine"}
    assert saver.get_tuple(config("b")) is None


@pytest.mark.parametrize("ttl", [100, 100.0, timedelta(seconds=100)])
def test_a_lifetime_covers_all_keys_and_starts_again_with_each_write(
    redis_url: str, client: Any, prefix: str, ttl: float
) -> None:
    with RedisSaver.from_url(redis_url, prefix=prefix, ttl=ttl) as saver:
        journal = RedisJournal.from_client(client, prefix=prefix, ttl=ttl)
        fill(saver, journal, "a")
        keys = client.keys(f"{prefix}*")
        assert len(keys) == 8
        left = [client.pttl(key) for key in keys]
        assert 90_000 < min(left) <= max(left) <= 100_000
        for key in keys:
            client.pexpire(key, 5_000)
        saver.get_tuple(config("a"))
        assert max(client.pttl(key) for key in keys) <= 5_000
        saver.put_writes(config("a", checkpoint="x"), [("c", 1)], "t")
        assert min(client.pttl(key) for key in keys) > 90_000
        assert 90 < (next(iter(saver.threads())).expires_in or 0) <= 100


def test_reading_renews_a_lifetime_where_asked(redis_url: str, client: Any, prefix: str) -> None:
    with RedisSaver.from_url(redis_url, prefix=prefix, ttl=100, refresh_on_read=True) as saver:
        put(saver, config())
        keys = client.keys(f"{prefix}*")
        for key in keys:
            client.pexpire(key, 5_000)
        saver.get_tuple(config())
        assert min(client.pttl(key) for key in keys) > 90_000
        assert saver.get_tuple(config("nobody")) is None
        assert len(client.keys(f"{prefix}*")) == len(keys)


def test_a_writer_without_a_lifetime_leaves_the_thread_its_own(
    redis_url: str, client: Any, prefix: str
) -> None:
    with RedisSaver.from_url(redis_url, prefix=prefix, ttl=100) as saver:
        put(saver, config("a"))
    RedisJournal.from_client(client, prefix=prefix).record("a", "place", "key", b"x")
    left = [client.pttl(key) for key in client.keys(f"{prefix}*")]
    assert 0 < min(left) <= max(left) <= 100_000


def test_a_copy_lives_as_long_as_its_source(redis_url: str, client: Any, prefix: str) -> None:
    with RedisSaver.from_url(redis_url, prefix=prefix, ttl=100) as saver:
        put(saver, config("a"), {"x": 1})
        saver.copy_thread("a", "b")
    left = [client.pttl(key) for key in client.keys(f"{prefix}*")]
    assert 90_000 < min(left) <= max(left) <= 100_000


@pytest.mark.parametrize("ttl", [0, -1, timedelta(0)])
def test_a_lifetime_is_positive(ttl: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        RedisSaver.from_url("redis://localhost", ttl=ttl)


def test_an_expired_thread_is_gone_everywhere(redis_url: str, client: Any, prefix: str) -> None:
    with RedisSaver.from_url(redis_url, prefix=prefix, ttl=100) as saver:
        put(saver, config("a"), {"x": 1})
        for key in client.keys(f"{prefix}*"):
            client.pexpire(key, 0)
        assert saver.get_tuple(config("a")) is None
        assert list(saver.threads()) == []
        assert list(saver.list(None)) == []
