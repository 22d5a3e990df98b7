"""Through Sentinel: the saver finds the master, and the new one after a failover."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.exceptions import ResponseError
from redis.sentinel import Sentinel

from checkpoints import AsyncRedisSaver, RedisSaver
from tests.fixtures_cluster import free_ports, wait_for
from tests.fixtures_redis import require_binary
from tests.unit.checkpoints.made import config, put, values_at

NAME = "memory"


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[list[int]]:
    """Of a master, its replica, and a sentinel that watches them."""
    binary = require_binary("7.0")
    master, replica, sentinel = found = free_ports(3)
    watching = tmp_path / "sentinel.conf"
    watching.write_text(
        f"sentinel monitor {NAME} 127.0.0.1 {master} 1\nsentinel down-after-milliseconds {NAME} 1000\n"
        f"sentinel failover-timeout {NAME} 10000\n"
    )
    servers = [
        [str(master)],
        [str(replica), "--replicaof", "127.0.0.1", str(master)],
        [str(sentinel)],
    ]
    with ExitStack() as stack:
        for number, (port, *more) in enumerate(servers):
            words = [binary, str(watching), "--sentinel"] if number == 2 else [binary, "--save", ""]
            words += ["--port", port, "--bind", "127.0.0.1", *more]
            folder = tmp_path / f"server{number}"
            folder.mkdir()
            one = stack.enter_context(
                subprocess.Popen([*words, "--dir", str(folder)], stdout=subprocess.DEVNULL)
            )
            stack.callback(one.terminate)
        for number in found:
            client: Any = stack.enter_context(closing(Redis(port=number)))
            wait_for(client.ping)
        yield found


def fail_over(ports: list[int]) -> None:
    """Make the replica the master, once it has all that the master has."""
    master, replica, sentinel = (Redis(port=port) for port in ports)
    with closing(master), closing(replica), closing(sentinel):
        # It asks every ten seconds by default.
        sentinel.execute_command("SENTINEL", "DEBUG", "info-period", 100, "ping-period", 100)
        wait_for(lambda: replica.info("replication").get("master_link_status") == "up")
        master.wait(1, 10_000)
        wait_for(lambda: is_told(sentinel))
        wait_for(lambda: replica.info("replication")["role"] == "master")
        wait_for(lambda: master.info("replication")["role"] == "slave")


def is_told(sentinel: Any) -> bool:
    """Whether the sentinel knows of a replica that will do, and begins."""
    try:
        return bool(sentinel.execute_command("SENTINEL", "FAILOVER", NAME))
    except ResponseError:
        return False


def test_a_failover_is_followed_and_what_was_replicated_is_there(ports: list[int]) -> None:
    at = {"host": "127.0.0.1", "port": ports[2]}
    sentinel = Sentinel([tuple(at.values())], socket_timeout=5)
    with closing(sentinel.master_for(NAME)) as client:
        saver = RedisSaver.from_client(client)
        first = put(saver, config(), {"n": 1}, versions={"n": "1"})
        fail_over(ports)
        put(saver, first, {"n": 2}, versions={"n": "2"})
        assert values_at(saver, config()) == {"n": 2}
        assert values_at(saver, first) == {"n": 1}

    async def main() -> None:
        watched = AsyncSentinel([tuple(at.values())], socket_timeout=5)
        async with watched.master_for(NAME) as other:
            found = await AsyncRedisSaver.from_client(other).aget_tuple(config())
            assert found is not None
            assert found.checkpoint["channel_values"] == {"n": 2}
        for one in watched.sentinels:
            await one.aclose()

    asyncio.run(main())
    for one in sentinel.sentinels:
        one.close()
