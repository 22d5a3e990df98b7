"""The savers on a cluster of three masters: each operation stays within a thread's slot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.conformance import checkpointer_test, validate
from redis.asyncio.cluster import RedisCluster as AsyncRedisCluster
from redis.cluster import RedisCluster

from checkpoints import AsyncRedisSaver, Holder, RedisJournal, RedisSaver, Upkeep
from tests.fixtures_cluster import MASTERS


async def async_saver(port: int, prefix: str) -> AsyncGenerator[AsyncRedisSaver, None]:
    async with AsyncRedisCluster(host="127.0.0.1", port=port) as client:
        yield AsyncRedisSaver.from_client(client, prefix=prefix)


async def sync_saver(port: int, prefix: str) -> AsyncGenerator[RedisSaver, None]:
    with closing(RedisCluster(host="127.0.0.1", port=port)) as client:
        yield RedisSaver.from_client(client, prefix=prefix)


@pytest.mark.parametrize("factory", [async_saver, sync_saver])
def test_base_and_extended(factory: Any, cluster_port: int, prefix: str) -> None:
    registered = checkpointer_test(name=factory.__name__)(lambda: factory(cluster_port, prefix))
    report = asyncio.run(validate(registered))
    assert [failure for result in report.results.values() for failure in result.failures] == []
    assert report.passed_all()


def test_threads_are_spread_and_found_again(cluster_port: int, prefix: str) -> None:
    with closing(RedisCluster(host="127.0.0.1", port=cluster_port)) as client:
        nodes: Any = client
        saver = RedisSaver.from_client(client, prefix=prefix)
        journal = RedisJournal.from_client(client, prefix=prefix)
        for number in range(30):
            at: Any = {"configurable": {"thread_id": f"t{number}", "checkpoint_ns": ""}}
            made: Any = empty_checkpoint() | {"id": str(uuid6())}
            saver.put(at, made, {"run_id": "r"}, {})
            assert journal.record(f"t{number}", "p", "k", b"x") == b"x"
        ports = {nodes.get_node_from_key(f"{{t{number}}}").port for number in range(30)}
        assert len(ports) == MASTERS
        assert len({info.thread_id for info in saver.threads()}) == 30
        saver.copy_thread("t0", "t1-copy")
        assert journal.read("t1-copy", "p") == {"k": b"x"}
        saver.delete_for_runs(["r"])
        assert list(saver.list(None)) == []


def test_threads_are_held_measured_and_forked_wherever_they_lie(
    cluster_port: int, prefix: str
) -> None:
    with closing(RedisCluster(host="127.0.0.1", port=cluster_port)) as client, ExitStack() as stack:
        saver = RedisSaver.from_client(client, prefix=prefix)
        upkeep, holder = Upkeep(saver), Holder(saver, ttl=60)
        ids = [f"t{number}" for number in range(10)]
        for thread in ids:
            made: Any = empty_checkpoint() | {"id": str(uuid6())}
            lease = stack.enter_context(holder.hold(thread))
            at: Any = {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
            saver.holding(lease).put(at, made, {}, {})
            upkeep.fork(thread, f"{thread}-fork", checkpoint=made["id"], in_flight=True)
        holder.renew()
        found = {one.thread_id: one for one in upkeep.sizes()}
        assert set(found) == {*ids, *(f"{thread}-fork" for thread in ids)}
        assert [thread for thread in ids if not found[thread].holder] == []
        assert all(one.checkpoints == 1 and one.bytes > 0 for one in found.values())
