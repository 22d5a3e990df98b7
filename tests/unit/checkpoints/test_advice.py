"""What is said about a server: each fault where it is, nothing where it is not, or cannot be told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.cluster import RedisCluster as AsyncRedisCluster
from redis.cluster import RedisCluster

from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisSaver
from checkpoints.advice import advise
from checkpoints.calls import Trip
from checkpoints.errors import RedisUnreachableError
from tests.fixtures_redis import VERSIONS, require_binary


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest, short_folder: Path) -> Iterator[EmbeddedRedis]:
    """A server of the test's own, whose settings it may spoil."""
    with EmbeddedRedis(short_folder, binary=require_binary(request.param)) as server:
        yield server


def advice(server: EmbeddedRedis, **options: Any) -> Sequence[str]:
    """What both savers say, over a client that may decode, and with connections of their own."""

    async def asked() -> list[Sequence[str]]:
        async with AsyncRedis.from_url(server.url, decode_responses=True, **options) as client:
            borrowed = await AsyncRedisSaver.from_client(client).advice()
        saver = AsyncRedisSaver.from_url(server.url, **options)
        own = await saver.advice()
        await saver.aclose()
        return [borrowed, own]

    with RedisSaver.from_url(server.url, **options) as saver:
        found = saver.advice()
    with server.client(decode_responses=True, **options) as client:
        assert RedisSaver.from_client(client).advice() == found
    assert asyncio.run(asked()) == [found, found]
    return found


def configure(server: EmbeddedRedis, **settings: str) -> None:
    with server.client() as client:
        for name, value in settings.items():
            client.config_set(name.replace("_", "-"), value)


def test_of_a_server_that_is_set_up_well_nothing_is_said(server: EmbeddedRedis) -> None:
    assert advice(server) == []
    configure(server, maxmemory="100mb", appendfsync="everysec", save="60 1")
    assert advice(server) == []
    assert advice(server, protocol=3) == []


def test_a_policy_that_drops_keys_is_named_where_there_is_a_limit(server: EmbeddedRedis) -> None:
    configure(server, maxmemory_policy="allkeys-lru")
    assert advice(server) == []
    configure(server, maxmemory="100mb")
    [said] = advice(server)
    assert said.startswith(
        "maxmemory-policy is allkeys-lru: once memory is full, Redis drops parts"
    )
    assert said.endswith("set it to noeviction")
    configure(server, maxmemory_policy="volatile-ttl")
    [said] = advice(server)
    assert "volatile-ttl" in said
    assert "drops leases, and parts of threads that are to expire" in said


def test_what_is_only_in_snapshots_or_nowhere_is_told(server: EmbeddedRedis) -> None:
    configure(server, appendonly="no", save="3600 1 300 100")
    [said] = advice(server)
    assert said.startswith("Redis keeps only snapshots (save 3600 1 300 100): when it is killed")
    assert advice(server, protocol=3) == [said]
    configure(server, save="")
    [said] = advice(server)
    assert said.startswith("Redis keeps nothing on disk")


def test_a_replica_that_cannot_be_written_is_told(server: EmbeddedRedis) -> None:
    with server.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
    [said] = advice(server)
    assert said.startswith("this is a replica that can only be read")
    configure(server, replica_read_only="no")
    assert advice(server) == []


def test_several_faults_are_told_together(server: EmbeddedRedis) -> None:
    configure(server, appendonly="no", save="", maxmemory="1gb", maxmemory_policy="allkeys-random")
    assert [said.split()[0] for said in advice(server)] == ["maxmemory-policy", "Redis"]


def test_what_may_not_be_asked_is_passed_over(server: EmbeddedRedis) -> None:
    """As of managed servers: some refuse CONFIG, some INFO too."""
    spoilt = {"maxmemory": "1gb", "maxmemory_policy": "allkeys-lru", "appendonly": "no", "save": ""}
    configure(server, **spoilt)
    with server.client() as client:
        rules = [">word", "~*", "+info"]
        client.execute_command("ACL", "SETUSER", "managed", "on", *rules)
        client.execute_command("ACL", "SETUSER", "silent", "on", *rules[:2], "+evalsha", "+eval")
    assert len(advice(server)) == 2
    [said] = advice(server, username="managed", password="word")
    assert said.startswith("maxmemory-policy is allkeys-lru")
    assert advice(server, username="silent", password="word") == []


def test_a_server_that_is_not_there_is_no_advice(server: EmbeddedRedis) -> None:
    options: dict[str, Any] = {"retry": None}
    with server.client() as client:
        client.config_set("requirepass", "word")
    with RedisSaver.from_url(server.url, **options) as saver, pytest.raises(RedisUnreachableError):
        saver.advice()
    with server.client(password="word") as client:
        client.config_set("requirepass", "")
    with (
        RedisSaver.from_url("redis://127.0.0.1:1/0", **options) as saver,
        pytest.raises(RedisUnreachableError),
    ):
        saver.advice()


def answered(facts: dict[str, Any], settings: dict[str, Any]) -> list[str]:
    """What is said of servers that answer so; it takes one round trip."""
    trip: Trip[list[str]] = advise()
    next(trip)
    with pytest.raises(StopIteration) as done:
        trip.send([facts, settings])
    said: list[str] = done.value.value
    return said


@pytest.mark.parametrize("version", ["6.0.16", "5.0.7", 4.0])
def test_a_server_that_is_too_old_is_told(version: str | float) -> None:
    [said] = answered({"": {"redis_version": version}}, {"": {}})
    assert said.startswith(f"Redis is {version} ")


@pytest.mark.parametrize("version", ["6.2.0", "7.0.15", "7.2.4", "10.0.1", "255.255.255"])
def test_a_server_that_is_new_enough_is_not(version: str) -> None:
    assert answered({"": {"redis_version": version}}, {"": {}}) == []


def test_in_a_cluster_each_master_is_asked(cluster_port: int, prefix: str) -> None:
    with closing(RedisCluster(host="127.0.0.1", port=cluster_port)) as client:
        saver = RedisSaver.from_client(client, prefix=prefix)
        # The tests' cluster keeps nothing on disk, none of its nodes.
        [everywhere] = saver.advice()
        assert everywhere.startswith("Redis keeps nothing on disk")
        one: Any = client.get_primaries()[1]
        client.execute_command("CONFIG SET", "save", "60 1", target_nodes=one)
        try:
            nowhere, somewhere = sorted(saver.advice(), key=lambda said: "snapshots" in said)
        finally:
            client.execute_command("CONFIG SET", "save", "", target_nodes=one)
    assert somewhere.startswith(f"{one.name}: Redis keeps only snapshots (save 60 1)")
    assert one.name not in nowhere
    assert nowhere.count("127.0.0.1:") == 2

    async def asked() -> Sequence[str]:
        async with AsyncRedisCluster(host="127.0.0.1", port=cluster_port) as client:
            return await AsyncRedisSaver.from_client(client, prefix=prefix).advice()

    assert asyncio.run(asked()) == [everywhere]
