"""What threads take up, as Redis itself counts it, and forks of them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from checkpoints import RedisJournal, RedisSaver
from checkpoints.errors import ThreadExistsError
from checkpoints.keys import thread_keys
from checkpoints.owners import new_owner
from checkpoints.sizes import PARTS
from checkpoints.upkeep import Upkeep
from tests.unit.checkpoints.made import config, put, values_at, writes_at


def fill(saver: RedisSaver, journal: RedisJournal, thread: str = "t", steps: int = 3) -> list[Any]:
    """A thread of some steps with a nested graph in each but the last; the configs of its checkpoints."""
    at, made = config(thread), []
    noise = random.Random(7)
    for n in range(steps):
        versions = {"big": "1.x" if n else "0.x", "n": f"{n}.x"}
        values = {"big": noise.randbytes(20_000), "n": n}
        at = put(
            saver, at, values, versions=versions, step=n, new={"n": f"{n}.x"} if n > 1 else None
        )
        made.append(at)
        saver.put_writes(at, [("n", n + 1), ("branch:to:b", None)], f"task{n}")
        if n < steps - 1:
            put(
                saver,
                config(thread, f"inner:{n}"),
                {"deep": n},
                parents={"": at["configurable"]["checkpoint_id"]},
            )
    journal.record(thread, "place", "key", b"x" * 1000)
    journal.put_run(thread, "r", b"run")
    return made


@pytest.fixture(params=["6.2", "7.0"])
def client(request: pytest.FixtureRequest, redis_servers: Any) -> Any:
    with Redis.from_url(redis_servers(request.param)) as client:
        yield client


@pytest.fixture
def saver(client: Redis, prefix: str) -> RedisSaver:
    return RedisSaver.from_client(client, prefix=prefix)


@pytest.fixture
def journal(client: Redis, prefix: str) -> RedisJournal:
    return RedisJournal.from_client(client, prefix=prefix)


def test_the_parts_are_what_redis_says_and_the_head_is_as_it_stands(
    saver: RedisSaver, journal: RedisJournal, client: Redis, prefix: str
) -> None:
    made = fill(saver, journal)
    saver.put_writes(made[-1], [("__interrupt__", ["which?"])], "task2")
    saver.lease("t", "someone/with/slashes")
    [found] = Upkeep(saver).sizes()
    for part, key in zip(PARTS, thread_keys(prefix, "t"), strict=True):
        assert found.parts[part] == (client.memory_usage(key, samples=0) or 0), part
    assert found.bytes == sum(found.parts.values())
    assert (found.thread_id, found.checkpoints) == ("t", 3)
    assert found.holder == "someone/with/slashes"
    assert found.metadata["step"] == 2
    assert [write[1:] for write in found.writes] == [("__interrupt__", ["which?"])]
    assert list(Upkeep(saver).sizes(["t", "nobody"])) == [found]


def test_who_was_killed_holds_no_thread(saver: RedisSaver) -> None:
    put(saver, config(), {"a": 1})
    lease = saver.lease("t", str(new_owner()))
    [found] = Upkeep(saver).sizes()
    assert found.holder == lease.owner
    saver.release(lease)
    saver.lease("t", str(replace(new_owner(), started="1")))
    [found] = Upkeep(saver).sizes()
    assert found.holder == ""


def test_all_threads_take_a_round_trip_a_hundred(
    saver: RedisSaver, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(150):
        put(saver, config(f"t{n}"), {"n": n})
    trips: list[int] = []
    send = saver.wire._send

    def counting(calls: Any) -> Any:
        trips.append(len(calls))
        return send(calls)

    monkeypatch.setattr(saver.wire, "_send", counting)
    assert len(list(Upkeep(saver).sizes())) == 150
    assert trips == [1, 100, 50]


def test_fields_hold_all_that_is_stored(
    saver: RedisSaver, journal: RedisJournal, client: Redis, prefix: str
) -> None:
    fill(saver, journal)
    fields = Upkeep(saver).fields("t")
    whose = {(one.part, one.namespace, one.channels) for one in fields}
    assert ("values", "", ("n",)) in whose
    assert ("values", "inner:0", ("deep",)) in whose
    sums: Counter[str] = Counter()
    for one in fields:
        sums[one.part] += one.bytes
    keys = dict(zip(PARTS, thread_keys(prefix, "t"), strict=True))
    for part in set(PARTS) - {"index", "meta", "lease"}:
        assert sums[part] == stored(client, keys[part]), part
    big = sum(one.bytes for one in fields if one.channels == ("big",))
    assert 40_000 < big < 41_000, "two versions of it are stored"


def stored(client: Any, key: str) -> int:
    kind = client.type(key)
    if kind == b"hash":
        return sum(len(field) + len(value) for field, value in client.hgetall(key).items())
    return sum(map(len, client.zrange(key, 0, -1))) if kind == b"zset" else 0


def test_a_thread_that_cannot_be_read_does_not_hide_the_others(
    saver: RedisSaver, client: Redis, prefix: str
) -> None:
    at = put(saver, config("damaged"), {"a": 1})
    put(saver, config("newer"), {"a": 1})
    put(saver, config("sound"), {"a": 1})
    name = f"/{at['configurable']['checkpoint_id']}"
    key = dict(zip(PARTS, thread_keys(prefix, "damaged"), strict=True))["checkpoints"]
    envelope: Any = client.hget(key, name)
    client.hset(key, name, envelope[:-1])
    client.hset(thread_keys(prefix, "newer")[PARTS.index("meta")], "format", "99")
    problems = {one.thread_id: one.problem for one in Upkeep(saver).sizes()}
    assert "checksum" in problems["damaged"]
    assert "format 99" in problems["newer"]
    assert problems["sound"] == ""


def forked(saver: RedisSaver, at: Any, *, in_flight: bool) -> None:
    checkpoint = at["configurable"]["checkpoint_id"]
    Upkeep(saver).fork("t", "new", checkpoint=checkpoint, in_flight=in_flight)


def names(saver: RedisSaver, thread: str) -> list[tuple[str, str]]:
    """Namespace and id of all checkpoints of a thread."""
    found = [
        one.config.get("configurable", {})
        for one in saver.list({"configurable": {"thread_id": thread}})
    ]
    return sorted((one["checkpoint_ns"], one["checkpoint_id"]) for one in found)


def test_a_fork_at_the_end_has_all_that_was_under_way(
    saver: RedisSaver, journal: RedisJournal
) -> None:
    made = fill(saver, journal)
    before = [names(saver, "t"), journal.read_thread("t")]
    forked(saver, made[-1], in_flight=True)
    assert names(saver, "new") == before[0] == names(saver, "t")
    assert values_at(saver, config("new")) == values_at(saver, config("t"))
    assert writes_at(saver, config("new")) == writes_at(saver, config("t")) != []
    assert journal.read_thread("new") == before[1] == journal.read_thread("t")
    saver.release(saver.lease("new", "one"))


def test_a_fork_at_an_earlier_step_leaves_what_came_later(
    saver: RedisSaver, journal: RedisJournal
) -> None:
    made = fill(saver, journal, steps=4)
    ids = [at["configurable"]["checkpoint_id"] for at in made]
    before = [names(saver, "t"), writes_at(saver, made[1]), journal.read_thread("t")]
    forked(saver, made[1], in_flight=False)
    root = [checkpoint for space, checkpoint in names(saver, "new") if not space]
    assert root == ids[:2]
    assert [space for space, _ in names(saver, "new") if space] == ["inner:0"]
    assert values_at(saver, config("new"))["n"] == 1
    assert writes_at(saver, config("new")) == []
    assert len(writes_at(saver, config("new", checkpoint=ids[0]))) == 2
    assert journal.read_thread("new") == []
    assert list(journal.get_runs("new")) == ["r"]
    assert [names(saver, "t"), writes_at(saver, made[1]), journal.read_thread("t")] == before
    parts = {one.thread_id: one for one in Upkeep(saver).sizes()}
    assert parts["new"].bytes < parts["t"].bytes
    assert parts["new"].created > parts["t"].updated


def test_a_fork_follows_its_own_line_where_a_thread_has_several(
    saver: RedisSaver, journal: RedisJournal
) -> None:
    made = fill(saver, journal)
    aside = put(saver, made[0], {"n": 77}, versions={"n": "9.y"}, step=1)
    forked(saver, aside, in_flight=True)
    root = [checkpoint for space, checkpoint in names(saver, "new") if not space]
    assert root == [at["configurable"]["checkpoint_id"] for at in (made[0], aside)]
    assert values_at(saver, config("new")) == {"n": 77}


def test_no_thread_is_forked_over(saver: RedisSaver, journal: RedisJournal) -> None:
    made = fill(saver, journal)
    put(saver, config("new"), {"a": 1})
    with pytest.raises(ThreadExistsError):
        forked(saver, made[0], in_flight=False)
    assert values_at(saver, config("new")) == {"a": 1}
