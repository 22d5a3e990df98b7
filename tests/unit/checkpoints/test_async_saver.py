"""What both savers share is tested on the blocking one; here, that the other one sends the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis as AsyncRedis

from checkpoints import AsyncRedisSaver
from checkpoints.errors import LeaseLostError, ThreadBusyError, ThreadExistsError
from tests.unit.checkpoints.made import checkpoint, config, plain, put


def run(url: str, prefix: str, act: Callable[[AsyncRedisSaver], Awaitable[None]]) -> None:
    async def main() -> None:
        async with AsyncRedisSaver.from_url(url, prefix=prefix) as other:
            await act(other)

    asyncio.run(main())


def test_each_reads_what_the_other_wrote(saver: Any, redis_url: str, prefix: str) -> None:
    async def act(other: AsyncRedisSaver) -> None:
        at = put(saver, config(), {"a": 1}, step=0)
        made = checkpoint({"a": 2}, {"a": "2.x"})
        new = await other.aput(at, made, {"source": "loop", "step": 1}, {"a": "2.x"})
        await other.aput_writes(new, [("c", 1)], "t", "path")
        assert plain(await other.aget_tuple(config())) == plain(saver.get_tuple(config()))
        theirs = [plain(one) async for one in other.alist(config(), filter={"step": 1})]
        assert theirs == [plain(one) for one in saver.list(config(), filter={"step": 1})]
        assert len(theirs) == 1
        ours = saver.get_delta_channel_history(config=new, channels=["a"])
        assert await other.aget_delta_channel_history(config=new, channels=["a"]) == ours
        assert [info.checkpoints async for info in other.threads()] == [2]

    run(redis_url, prefix, act)


def test_removing_and_copying(saver: Any, redis_url: str, prefix: str) -> None:
    async def act(other: AsyncRedisSaver) -> None:
        at = put(saver, config(), {"a": 1}, run_id="one")
        put(saver, at, {"a": 1}, new={}, run_id="two")
        await other.acopy_thread("t", "u")
        with pytest.raises(ThreadExistsError):
            await other.acopy_thread("t", "u")
        await other.adelete_for_runs(["one"])
        assert len(list(saver.list(config("u")))) == 1
        put(saver, config("u"))
        await other.aprune(["u"])
        assert len(list(saver.list(config("u")))) == 1
        await other.adelete_thread("t")
        assert [info.thread_id async for info in other.threads()] == ["u"]

    run(redis_url, prefix, act)


def test_leases(saver: Any, redis_url: str, prefix: str) -> None:
    async def act(other: AsyncRedisSaver) -> None:
        lease = await other.lease("t", "me", ttl=60)
        with pytest.raises(ThreadBusyError):
            saver.lease("t", "you")
        await other.renew(lease)
        await other.release(lease)
        saver.lease("t", "you")
        with pytest.raises(LeaseLostError):
            await other.renew(lease)
        with pytest.raises(LeaseLostError):
            await other.holding(lease).aput(config(), checkpoint(), {}, {})

    run(redis_url, prefix, act)


def test_many_at_once_in_one_loop(saver: Any, redis_url: str, prefix: str) -> None:
    async def act(other: AsyncRedisSaver) -> None:
        at = await other.aput(config(), checkpoint(), {}, {})
        writes = [other.aput_writes(at, [("c", n), ("d", n)], f"task-{n:03}") for n in range(200)]
        await asyncio.gather(*writes)
        found = saver.get_tuple(at).pending_writes
        assert [write[2] for write in found[::2]] == list(range(200))

    run(redis_url, prefix, act)


def test_a_forgotten_script_and_a_client_of_yours(redis_url: str, prefix: str) -> None:
    async def main() -> None:
        async with AsyncRedis.from_url(redis_url, decode_responses=True) as client:
            async with AsyncRedisSaver.from_client(client, prefix=prefix) as saver:
                for n in range(3):
                    await saver.aput(config(f"t{n}"), checkpoint({"a": b"\xff"}), {}, {"a": "1.0"})
                await client.script_flush()
                found = await saver.aget_tuple(config("t1"))
                assert found is not None
                assert found.checkpoint["channel_values"] == {"a": b"\xff"}
                await client.script_flush()
                assert len([info async for info in saver.threads()]) == 3
            assert await client.ping()

    asyncio.run(main())
