"""What does remembering cost, a superstep?

Twenty supersteps that each add ten messages of 500 bytes to a growing list, beside four small
channels, under durability `sync`, on a local socket with a sync to disk each second. Each
line is one saver in the same graph; all run in turn, several times, and the best
time counts, so that a busy machine disturbs all alike.

How to read it: "no saver" is the floor, LangGraph alone. `x memory` is the time against
InMemorySaver in the same run; the aim is at most 1.5. `trips` are commands sent a superstep
(from Redis's own count of what clients sent): tasks + 1 is what LangGraph's calls come to, and
the run's one read and two more puts are spread over it. `KiB` is what Redis holds for
the thread. The second table keeps the list in a delta channel, which stores each message once.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import add
from typing import Annotated, Any

from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from redis import Redis
from typing_extensions import TypedDict

from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisSaver

STEPS = 20
MESSAGES = 10
TEXT = "x" * 500


def extend(value: Any, writes: Any) -> Any:
    return [*value, *(message for write in writes for message in write)]


class Grown(TypedDict):
    messages: Annotated[list[Any], add]
    n: int
    a: str
    b: str
    c: str


class Delta(Grown):
    messages: Annotated[list[Any], DeltaChannel(extend)]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: seconds of the best run, commands a superstep, bytes held. NaN where it has no meaning."""

    name: str
    seconds: float
    trips: float = float("nan")
    size: float = float("nan")


def build(state: type, saver: Any) -> Any:
    def step(state: dict[str, Any]) -> dict[str, Any]:
        n = state["n"] + 1
        made = [{"role": "user", "content": TEXT, "id": f"{n}-{i}"} for i in range(MESSAGES)]
        return {"messages": made, "n": n, "a": f"a{n}", "b": f"b{n}"}

    builder: Any = StateGraph(state)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda s: "step" if s["n"] < STEPS else END)
    return builder.compile(checkpointer=saver)


def config(thread: str) -> Any:
    return {"configurable": {"thread_id": thread}, "recursion_limit": 1000}


def best(rounds: int, act: Callable[[str], object]) -> float:
    """Seconds of the quickest of several runs, each on a thread of its own."""
    times = []
    for number in range(rounds):
        began = time.perf_counter()
        act(f"t{number}")
        times.append(time.perf_counter() - began)
    return min(times)


def run(app: Any) -> Callable[[str], object]:
    # LangGraph refuses a durability where nothing is stored.
    how = {"durability": "sync"} if app.checkpointer else {}
    return lambda thread: app.invoke({"n": 0, "c": "kept"}, config(thread), **how)


def arun(app: Any) -> Callable[[str], object]:
    async def one(thread: str) -> None:
        await app.ainvoke({"n": 0, "c": "kept"}, config(thread), durability="sync")

    loop = asyncio.get_event_loop()
    return lambda thread: loop.run_until_complete(one(thread))


@contextmanager
def counted(client: Redis, found: dict[str, float], runs: int) -> Iterator[None]:
    """Commands a superstep that clients sent meanwhile, and bytes held for one thread afterwards."""
    client.config_resetstat()
    yield
    stats: Any = client.info("commandstats")
    sent = sum(
        said["calls"] for name, said in stats.items() if name in {"cmdstat_evalsha", "cmdstat_eval"}
    )
    found["trips"] = sent / runs / STEPS
    keys: Any = client.keys("*{t0}*")
    found["size"] = sum(int(client.memory_usage(key, samples=0) or 0) for key in keys)
    client.flushall()


def measure(state: type, server: EmbeddedRedis, rounds: int) -> list[Line]:
    lines = [
        Line("no saver", best(rounds, run(build(state, None)))) if state is Grown else None,
        Line("in memory", best(rounds, run(build(state, InMemorySaver())))),
        Line("in memory, async", best(rounds, arun(build(state, InMemorySaver())))),
    ]
    with server.client() as client:
        found: dict[str, float] = {}
        with RedisSaver.from_url(server.url) as saver, counted(client, found, rounds):
            seconds = best(rounds, run(build(state, saver)))
        lines.append(Line("RedisSaver", seconds, **found))
        other = AsyncRedisSaver.from_url(server.url)
        with counted(client, found, rounds):
            seconds = best(rounds, arun(build(state, other)))
        asyncio.get_event_loop().run_until_complete(other.aclose())
        lines.append(Line("AsyncRedisSaver", seconds, **found))
    return [line for line in lines if line is not None]


def show(title: str, lines: list[Line]) -> None:
    times = {line.name: line.seconds for line in lines}
    print(f"\n{title}\n{'':20}{'ms':>8}{'ms/step':>9}{'x memory':>10}{'trips':>8}{'KiB':>8}")
    for line in lines:
        base = times["in memory, async" if "sync" in line.name.lower() else "in memory"]
        print(
            f"{line.name:20}{line.seconds * 1000:8.1f}{line.seconds * 1000 / STEPS:9.2f}"
            f"{line.seconds / base:10.2f}{line.trips:8.2f}{line.size / 1024:8.0f}"
        )


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description="What remembering costs a superstep.")
    parser.add_argument(
        "--rounds", type=int, default=15, help="runs of each saver; the best counts"
    )
    rounds = parser.parse_args(argv).rounds
    asyncio.set_event_loop(asyncio.new_event_loop())
    with tempfile.TemporaryDirectory() as folder, EmbeddedRedis(folder) as server:
        show("a list stored whole each step", measure(Grown, server, rounds))
        show("the list in a delta channel", measure(Delta, server, rounds))
    asyncio.get_event_loop().close()


if __name__ == "__main__":
    main(sys.argv[1:])
