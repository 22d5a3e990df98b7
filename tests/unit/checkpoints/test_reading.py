from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from checkpoints import RedisSaver
from checkpoints.errors import (
    BlockedTypeError,
    CorruptPayloadError,
    LostValueError,
    UnsupportedFormatError,
)
from checkpoints.keys import thread_keys
from tests.unit.checkpoints.made import config, plain, put, values_at, writes_at


@dataclasses.dataclass
class Order:
    number: int


@pytest.fixture
def keys(prefix: str) -> dict[str, str]:
    return {key.rpartition(":")[2]: key for key in thread_keys(prefix, "t")}


def commands(client: Any) -> dict[str, int]:
    return {
        name.removeprefix("cmdstat_"): said["calls"]
        for name, said in client.info("commandstats").items()
    }


def test_the_newest_is_the_one_with_the_greatest_id(saver: Any) -> None:
    ids = ["1f0-b", "1f0-a", "1f0-c", "0ff-z"]
    for one in ids:
        saver.put(config(), {**checkpoint_with(one)}, {}, {})
    assert saver.get_tuple(config()).checkpoint["id"] == "1f0-c"
    assert saver.get_tuple(config(checkpoint="1f0-a")).checkpoint["id"] == "1f0-a"
    assert saver.get_tuple(config(checkpoint="1f0")) is None


def checkpoint_with(one: str) -> dict[str, Any]:
    return {
        "v": 4,
        "id": one,
        "ts": "",
        "channel_values": {},
        "channel_versions": {},
        "versions_seen": {},
    }


def test_what_is_not_there_is_none(saver: Any) -> None:
    assert saver.get_tuple(config("nobody")) is None
    put(saver, config())
    assert saver.get_tuple(config(namespace="other")) is None


def test_the_latest_state_takes_one_command_at_any_length(saver: Any, client: Any) -> None:
    at = config()
    for n in range(60):
        at = put(
            saver,
            at,
            {f"c{i}": n for i in range(5)},
            versions={f"c{i}": f"{n}.x" for i in range(5)},
        )
        saver.put_writes(at, [("c", n)], "t")
    saver.get_tuple(config())
    client.config_resetstat()
    assert values_at(saver, config())["c0"] == 59
    assert {name for name in commands(client) if name.startswith("eval")} == {"evalsha"}


def test_a_forgotten_script_is_sent_again(saver: Any, client: Any) -> None:
    at = put(saver, config(), {"a": 1})
    client.script_flush()
    saver.put_writes(at, [("c", 1)], "t")
    client.script_flush()
    assert writes_at(saver, config()) == [("t", "c", 1)]
    client.script_flush()
    assert [info.checkpoints for info in saver.threads()] == [1]
    assert len(list(saver.threads())) == 1


def test_several_scripts_in_one_trip_survive_a_flush(saver: Any, client: Any) -> None:
    for n in range(5):
        put(saver, config(f"t{n}"))
    client.script_flush()
    assert sorted(info.thread_id for info in saver.threads()) == [f"t{n}" for n in range(5)]


def test_a_client_that_decodes_replies_will_do(redis_url: str, prefix: str) -> None:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        saver = RedisSaver.from_client(client, prefix=prefix)
        for n in range(3):
            put(saver, config(f"t{n}"), {"a": b"\xff\xfe"})
        assert values_at(saver, config("t1")) == {"a": b"\xff\xfe"}
        assert len(list(saver.threads())) == 3
        saver.close()
        assert client.ping()


@pytest.mark.parametrize("protocol", [2, 3])
def test_both_protocols_read_the_same(redis_url: str, prefix: str, protocol: int) -> None:
    with RedisSaver.from_url(redis_url, prefix=prefix, protocol=protocol) as saver:
        at = put(saver, config(), {"a": [1]})
        saver.put_writes(at, [("c", 1)], "t")
        found = plain(saver.get_tuple(config()))
        assert (found["checkpoint"]["channel_values"], found["writes"]) == (
            {"a": [1]},
            [("t", "c", 1)],
        )
        assert len(list(saver.threads())) == 1


def test_an_altered_value_is_named_and_not_half_read(
    saver: Any, client: Any, keys: dict[str, Any]
) -> None:
    put(saver, config(), {"a": ["long enough to cut"], "b": 2}, versions={"a": "1.x", "b": "1.x"})
    stored = client.hget(keys["values"], "/a/1.x")
    for altered in (stored[:-1], stored[:3], b"", stored.replace(b"cut", b"CUT")):
        client.hset(keys["values"], "/a/1.x", altered)
        with pytest.raises(CorruptPayloadError, match=r"/a/1\.x.* of thread 't'"):
            saver.get_tuple(config())


def test_an_altered_envelope_is_named(saver: Any, client: Any, keys: dict[str, Any]) -> None:
    put(saver, config(), {"a": 1})
    [(name, envelope)] = client.hgetall(keys["checkpoints"]).items()
    for altered in (envelope[:-1], envelope[:4], b"", envelope.replace(b"loop", b"LOOP")):
        client.hset(keys["checkpoints"], name, altered)
        with pytest.raises(CorruptPayloadError, match=name.decode()):
            saver.get_tuple(config())
        with pytest.raises(CorruptPayloadError):
            list(saver.list(config(), filter={"source": "loop"}))


def test_an_altered_write_is_named(saver: Any, client: Any, keys: dict[str, Any]) -> None:
    at = put(saver, config())
    saver.put_writes(at, [("c", "value")], "t")
    [(member, _)] = client.zrange(keys["writes"], 0, -1, withscores=True)
    client.zrem(keys["writes"], member)
    client.zadd(keys["writes"], {member[:-1]: 0})
    with pytest.raises(CorruptPayloadError, match="/t/1/c//"):
        saver.get_tuple(at)


@pytest.mark.parametrize(
    "damaged", [b"", b"/x", b"/x/t/zero/c/p/payload", b"/\xff/t/0/\xff/p/payload"]
)
def test_a_write_whose_name_is_damaged_is_named(
    saver: Any, client: Any, keys: dict[str, Any], damaged: bytes
) -> None:
    at = put(saver, config())
    name = f"/{at['configurable']['checkpoint_id']}/".encode()
    client.zadd(keys["writes"], {name + damaged: 0})
    with pytest.raises(CorruptPayloadError, match=r"is no write|cannot be read"):
        saver.get_tuple(at)


@pytest.mark.parametrize("part", ["index", "checkpoints"])
def test_an_evicted_key_is_no_new_thread(
    saver: Any, client: Any, keys: dict[str, Any], part: str
) -> None:
    """A thread that seemed empty would silently begin again."""
    at = put(saver, config(), {"a": 1})
    client.delete(keys[part])
    with pytest.raises(LostValueError, match="'t' is gone from Redis"):
        saver.get_tuple(config())
    if part == "checkpoints":
        with pytest.raises(LostValueError):
            saver.get_tuple(at)


def test_a_lost_value_is_no_empty_channel(saver: Any, client: Any, keys: dict[str, Any]) -> None:
    put(saver, config(), {"a": 1}, versions={"a": "1.x"})
    client.delete(keys["values"])
    with pytest.raises(LostValueError, match="noeviction"):
        saver.get_tuple(config())


def test_a_blocked_type_raises_until_allowed(saver: Any, redis_url: str, prefix: str) -> None:
    put(saver, config(), {"order": Order(7)})
    with pytest.raises(BlockedTypeError, match="Order"):
        saver.get_tuple(config())
    with RedisSaver.from_url(redis_url, prefix=prefix, allowed=[Order]) as allowing:
        assert values_at(allowing, config()) == {"order": Order(7)}


def test_with_allowlist_gives_a_saver_that_allows_more(saver: Any) -> None:
    put(saver, config(), {"order": Order(7)})
    clone = saver.with_allowlist({(Order.__module__, "Order")})
    assert clone is not saver
    assert clone.wire is saver.wire
    assert values_at(clone, config()) == {"order": Order(7)}
    with pytest.raises(BlockedTypeError):
        saver.get_tuple(config())
    assert clone.with_allowlist({(Order.__module__, "Order")}) is clone


def test_a_thread_of_a_newer_format_is_refused_by_name(
    saver: Any, client: Any, keys: dict[str, Any]
) -> None:
    at = put(saver, config())
    client.hset(keys["meta"], "format", 3)
    acts: list[Callable[[], object]] = [
        lambda: saver.get_tuple(config()),
        lambda: list(saver.list(config())),
        lambda: put(saver, config()),
        lambda: saver.put_writes(at, [("c", 1)], "t"),
        lambda: saver.get_delta_channel_history(config=at, channels=["c"]),
        lambda: saver.copy_thread("t", "u"),
        lambda: saver.prune(["t"]),
        lambda: list(saver.threads()),
        lambda: saver.lease("t", "me"),
    ]
    for act in acts:
        with pytest.raises(UnsupportedFormatError, match="format 3"):
            act()


def test_listed_checkpoints_share_no_objects(saver: Any) -> None:
    at = put(saver, config(), {"a": [1]}, versions={"a": "1.x"})
    put(saver, at, {"a": [1]}, versions={"a": "1.x"}, new={})
    one, two = saver.list(config())
    one.checkpoint["channel_values"]["a"].append(2)
    assert two.checkpoint["channel_values"]["a"] == [1]
