"""The stores on a cluster of three masters: each script stays within a namespace's slot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from langgraph.store.base import GetOp, ListNamespacesOp, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore
from redis.asyncio.cluster import RedisCluster as AsyncRedisCluster
from redis.cluster import RedisCluster

from checkpoints import AsyncRedisStore, RedisStore
from checkpoints.store_keys import namespace_keys
from tests.fixtures_cluster import MASTERS

USERS = [("users", f"{number:02d}") for number in range(30)]
PUTS: list[Any] = [
    PutOp(user, key, {"key": key, "n": n}) for n, user in enumerate(USERS) for key in "ab"
]
READS: list[Any] = [
    *(GetOp(user, "b") for user in USERS),
    SearchOp(("users",), limit=100),
    SearchOp(("users",), filter={"n": {"$gte": 20}}, limit=7, offset=3),
    SearchOp(("users", "07")),
    ListNamespacesOp(limit=100),
    ListNamespacesOp(max_depth=1),
]


@pytest.fixture
def client(cluster_port: int) -> Iterator[Any]:
    with closing(RedisCluster(host="127.0.0.1", port=cluster_port)) as client:
        yield client


def plain(results: list[Any]) -> list[Any]:
    return [
        [(item.namespace, item.key, item.value) if hasattr(item, "value") else item for item in one]
        if isinstance(one, list)
        else (one.namespace, one.key, one.value)
        for one in results
    ]


@pytest.fixture
def expected() -> list[Any]:
    oracle = InMemoryStore()
    oracle.batch(PUTS)
    return plain(oracle.batch(READS))


def test_namespaces_are_spread_and_found_again(
    client: Any, prefix: str, expected: list[Any]
) -> None:
    store = RedisStore.from_client(client, prefix=prefix)
    store.batch(PUTS)
    assert plain(store.batch(READS)) == expected
    ports = {client.get_node_from_key(namespace_keys(prefix, user)[0]).port for user in USERS}
    assert len(ports) == MASTERS


def test_the_other_store_too(cluster_port: int, prefix: str, expected: list[Any]) -> None:
    async def main() -> None:
        async with AsyncRedisCluster(host="127.0.0.1", port=cluster_port) as client:
            store = AsyncRedisStore.from_client(client, prefix=prefix)
            await store.abatch(PUTS)
            assert plain(await store.abatch(READS)) == expected

    asyncio.run(main())


def test_what_expired_is_cleaned_on_all_masters(client: Any, prefix: str) -> None:
    store = RedisStore.from_client(client, prefix=prefix)
    for user in USERS:
        store.put(user, "k", {"a": 1}, ttl=10)
        client.pexpireat(namespace_keys(prefix, user)[2] + "k", 1)
    assert store.list_namespaces(limit=100) == []
    assert store.search((), limit=100) == []
    left = {key.decode() for key in client.scan_iter(f"{prefix}*", count=1000)}
    # What was taken back is remembered for an hour.
    assert left == {namespace_keys(prefix, user)[0] for user in USERS}
    assert all(0 < client.ttl(key) <= 3600 for key in left)
    store.put(USERS[0], "k", {"a": 2})
    assert store.list_namespaces() == [USERS[0]]
