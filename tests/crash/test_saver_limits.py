"""Runs on a server whose memory is used up, or whose disk is full: a clear error, nothing half-written, and on."""

from __future__ import annotations

import asyncio
import os
from operator import add
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisSaver
from checkpoints.errors import RedisRefusedError

STEPS = 30
AT: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": 100}


class State(TypedDict):
    n: int
    notes: Annotated[list[str], add]


def graph(saver: Any, ran: list[int]) -> Any:
    def step(state: State) -> dict[str, Any]:
        ran.append(state["n"])
        return {"n": state["n"] + 1, "notes": [os.urandom(20_000).hex()]}

    builder: Any = StateGraph(State)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["n"] < STEPS else END)
    return builder.compile(checkpointer=saver)


def run(mode: str, url: str, ran: list[int], given: Any) -> Any:
    if mode == "invoke":
        with RedisSaver.from_url(url) as saver:
            return graph(saver, ran).invoke(given, AT, durability="sync")

    async def main() -> Any:
        async with AsyncRedisSaver.from_url(url) as saver:
            return await graph(saver, ran).ainvoke(given, AT, durability="sync")

    return asyncio.run(main())


@pytest.mark.parametrize("mode", ["invoke", "ainvoke"])
def test_a_run_that_uses_up_the_memory_goes_on_when_there_is_more(
    short_folder: Path, mode: str
) -> None:
    ran: list[int] = []
    with EmbeddedRedis(short_folder) as server, server.client() as client:
        used = client.info("memory")["used_memory"]
        client.config_set("maxmemory", used + 600_000)
        with pytest.raises(RedisRefusedError, match="maxmemory"):
            run(mode, server.url, ran, {"n": 0, "notes": []})
        assert 2 < len(ran) < STEPS
        with RedisSaver.from_url(server.url) as saver:
            stored = list(saver.list(AT))
            latest = stored[0].checkpoint["channel_values"]
            assert latest["n"] == len(latest["notes"])
            # Each is whole: as many notes as steps, also where the last was refused.
            for one in stored:
                values = one.checkpoint["channel_values"]
                assert values.get("n", 0) == len(values.get("notes", []))
        client.config_set("maxmemory", 0)
        done = run(mode, server.url, ran, None)
    assert (done["n"], len(done["notes"])) == (STEPS, STEPS)
    assert sorted(set(ran)) == list(range(STEPS))
    assert len(ran) <= STEPS + 1
