"""Connections cut anywhere, in requests and in replies: done whole or not at all, and never half."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from langgraph.graph import END, START, StateGraph
from redis import Redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry
from typing_extensions import TypedDict

from checkpoints import AsyncRedisSaver, RedisJournal, RedisSaver
from checkpoints.errors import RedisUnreachableError
from tests.unit.checkpoints.cutting import CuttingProxy
from tests.unit.checkpoints.made import config, plain, put, writes_at

BIG = "big " * 3_000
SIDES: tuple[Any, ...] = ("request", "reply")


@pytest.fixture
def proxy(short_folder: Path, redis_url: str) -> Iterator[CuttingProxy]:
    with CuttingProxy(short_folder, redis_url.removeprefix("unix://")) as one:
        yield one


def act_put(saver: Any) -> None:
    put(saver, config(), {"a": 1, "text": BIG}, step=1)


def act_writes(saver: Any) -> None:
    saver.put_writes(config(checkpoint="c"), [("a", 1), ("text", BIG)], "task")


def act_read(saver: Any) -> None:
    found = saver.get_tuple(config())
    assert found.checkpoint["channel_values"] == {"kept": BIG}


def places(size: int) -> list[int]:
    """Where to cut: at every byte of the beginning and the end, and here and there between."""
    return sorted({*range(min(12, size)), *range(0, size, max(1, size // 12)), size - 1})


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("act", [act_put, act_writes, act_read])
def test_a_cut_is_made_good_without_a_word(
    proxy: CuttingProxy, client: Redis, prefix: str, side: Any, act: Callable[[Any], None]
) -> None:
    direct = RedisSaver.from_client(client, prefix=prefix)
    put(direct, config(), {"kept": BIG})
    for place in places(400):
        before = proxy.cut_off
        with RedisSaver.from_url(proxy.url, prefix=prefix, protocol=2) as saver:
            proxy.cut(side, place)
            act(saver)
            assert saver.get_tuple(config()) is not None
        assert proxy.cut_off - before <= 1
        proxy.mend()
        direct.delete_thread("t")
        put(direct, config(), {"kept": BIG})
    assert proxy.cut_off > 10


@pytest.mark.parametrize("side", SIDES)
def test_where_it_cannot_be_made_good_all_or_nothing_is_stored(
    proxy: CuttingProxy, client: Redis, side: Any
) -> None:
    outcomes = set()
    for place in places(20_000 if side == "request" else 60):
        prefix = f"cut-{uuid4().hex}:"
        direct = RedisSaver.from_client(client, prefix=prefix)
        with RedisSaver.from_url(
            proxy.url, prefix=prefix, retry=Retry(NoBackoff(), 0), compress_above=None
        ) as saver:
            at = put(direct, config(), {"kept": 1})
            saver.get_tuple(at)  # the connection is there
            proxy.cut(side, place)
            try:
                put(saver, at, {"kept": 1, "text": BIG[:5_000]}, new={"text": "1.0"})
                saver.put_writes(at, [("a", 1), ("b", BIG)], "task")
            except RedisUnreachableError as error:
                assert "cut.sock" in str(error)
        proxy.mend()
        stored = [one.checkpoint["channel_values"] for one in direct.list(config())]
        assert stored in (
            [{"kept": 1}],
            [{"kept": 1, "text": BIG[:5_000]}, {"kept": 1}],
        )
        writes = [(channel, value) for _, channel, value in writes_at(direct, at)]
        assert writes in ([], [("a", 1), ("b", BIG)])
        outcomes.add((len(stored), len(writes)))
        direct.delete_thread("t")
    assert len(outcomes) > 1


def test_a_step_whose_acknowledgement_was_lost_is_recorded_once(
    proxy: CuttingProxy, client: Redis, prefix: str
) -> None:
    with RedisJournal.from_url(proxy.url, prefix=prefix) as journal:
        journal.record("t", "place", "before", b"")
        proxy.cut("reply", 0)
        assert journal.record("t", "place", "key", b"first") == b"first"
        assert journal.record("t", "place", "key", b"second") == b"first"
    assert proxy.cut_off == 1


class Counted(TypedDict):
    n: int


def counting(saver: Any, ran: list[int]) -> Any:
    def step(state: Counted) -> Counted:
        ran.append(state["n"])
        return {"n": state["n"] + 1}

    builder: Any = StateGraph(Counted)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["n"] < 12 else END)
    return builder.compile(checkpointer=saver)


@pytest.mark.parametrize("mode", ["invoke", "ainvoke"])
def test_a_run_over_a_bad_line_goes_on_or_ends_in_a_clear_error(
    proxy: CuttingProxy, client: Redis, prefix: str, mode: str
) -> None:
    dice = random.Random(mode)
    ended = []
    for number in range(12):
        ran: list[int] = []
        given: Any = {"n": 0}
        at: Any = config(f"t{number}")
        while True:
            for _ in range(dice.randrange(4)):
                proxy.cut(dice.choice(SIDES), dice.randrange(8_000))
            try:
                done = run(mode, proxy.url, prefix, ran, given, at)
            except RedisUnreachableError:
                ended.append("error")
                latest = RedisSaver.from_client(client, prefix=prefix).get_tuple(at)
                given = None if latest else {"n": 0}
                continue
            finally:
                proxy.mend()
            ended.append("done")
            break
        assert done == {"n": 12}
        # At most the step that was under way runs again, for each time that the line broke.
        assert sorted(set(ran)) == list(range(12))
        assert len(ran) <= 12 + ended.count("error")
    assert {"done", "error"} == set(ended)


def run(mode: str, url: str, prefix: str, ran: list[int], given: Any, at: Any) -> Any:
    if mode == "invoke":
        with RedisSaver.from_url(url, prefix=prefix, retry=Retry(NoBackoff(), 0)) as saver:
            return counting(saver, ran).invoke(given, at, durability="sync")

    async def main() -> Any:
        retry = AsyncRetry(NoBackoff(), 0)
        async with AsyncRedisSaver.from_url(url, prefix=prefix, retry=retry) as saver:
            return await counting(saver, ran).ainvoke(given, at, durability="sync")

    return asyncio.run(main())


def test_reading_is_the_same_after_any_cut(proxy: CuttingProxy, client: Redis, prefix: str) -> None:
    direct = RedisSaver.from_client(client, prefix=prefix)
    at = put(direct, config(), {"a": list(range(50)), "text": BIG})
    direct.put_writes(at, [("a", [1])], "task")
    whole = plain(direct.get_tuple(config()))
    with RedisSaver.from_url(proxy.url, prefix=prefix) as saver:
        for place in places(1_000):
            proxy.cut("reply", place)
            assert plain(saver.get_tuple(config())) == whole
            proxy.mend()
    assert proxy.cut_off > 10
