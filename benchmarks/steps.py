"""What does a recorded step cost?

One agent whose body takes a hundred steps that do next to nothing, so that what is measured is the
recording; beside it LangGraph's `@task` in an `@entrypoint`, with its own SqliteSaver and with ours,
and DBOS on SQLite where it is installed. All run in turn, several times, in one process; Redis is on
a local socket. The answer is microseconds a step: the median over the rounds of the time that a run
takes beyond the same run without steps.

How to read it. "no memory" is what a step costs where nothing is recorded. `x` is the time against
the fastest of the others in the same run; the aim is at most 0.5. `trips` are commands that went to
Redis, a step. `replayed` is a step that answers from its record when a run is gone on with. LangGraph stores the results
of tasks under `durability="sync"`, as ours does: what was paid for is stored before the next step.

    python -m benchmarks steps [--rounds N] [--steps N]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.func import entrypoint, task
from redis import Redis
from typing_extensions import TypedDict

from agentgraph import END, START, Context, Edge, Graph, agent, compile_graph, tool
from checkpoints import EmbeddedRedis, RedisJournal, RedisSaver

TARGET = 0.5


class Number(TypedDict):
    n: int


class Total(TypedDict):
    total: int


def plus_one(n: int) -> int:
    return n + 1


async def aplus_one(n: int) -> int:
    return n + 1


@tool(read_only=True)
def more(n: int) -> int:
    return n + 1


class DiedError(BaseException):
    """The process ends; nothing catches it."""


@agent(writes="total")
def stepping(ctx: Context[Any], n: int) -> int:
    for number in range(n):
        ctx.step("more", plus_one, number)
    return _end(ctx, n)


@agent(writes="total", tools=[more])
def calling(ctx: Context[Any], n: int) -> int:
    for number in range(n):
        more(number)
    return _end(ctx, n)


@agent(writes="total")
async def astepping(ctx: Context[Any], n: int) -> int:
    for number in range(n):
        await ctx.step("more", aplus_one, number)
    return _end(ctx, n)


def _end(ctx: Context[Any], n: int) -> int:
    if ctx.context == "dies":
        raise DiedError
    return n


def graph_of(body: Any) -> Graph:
    edges = [Edge(START, body), Edge(body, END)]
    return Graph("steps", input=Number, output=Total, edges=edges)


@dataclass(frozen=True)
class Contender:
    """Runs so many steps on a thread that nobody has used yet. `ours`: it is not one of the others."""

    name: str
    run: Callable[[int], Any]
    ours: bool = False
    trips: Callable[[], int] = lambda: 0


_THREADS = count()


def config() -> Any:
    return {"configurable": {"thread_id": f"t{next(_THREADS)}"}}


def ours(name: str, body: Any, saver: Any, journal: Any, client: Any = None) -> Contender:
    app = compile_graph(graph_of(body), checkpointer=saver, journal=journal)
    how: dict[str, Any] = {"durability": "sync"} if saver is not None else {}
    loop = asyncio.new_event_loop() if body is astepping else None

    def run(steps: int) -> None:
        if loop is not None:
            loop.run_until_complete(app.ainvoke({"n": steps}, config(), **how))
        else:
            app.invoke({"n": steps}, config(), **how)

    def trips() -> int:
        found: dict[str, Any] = client.info("commandstats") if client is not None else {}
        return sum(one["calls"] for name, one in found.items() if "evalsha" in name)

    return Contender(name, run, ours=True, trips=trips)


def langgraph(name: str, saver: Any) -> Contender:
    @task
    def step(n: int) -> int:
        return n + 1

    @entrypoint(checkpointer=saver)
    def whole(steps: int) -> int:
        for number in range(steps):
            step(number).result()
        return steps

    return Contender(name, lambda steps: whole.invoke(steps, config(), durability="sync"))


@contextmanager
def dbos(folder: Path) -> Iterator[list[Contender]]:
    """DBOS on SQLite; none where it is not installed."""
    if find_spec("dbos") is None:
        print("not installed, and so not here: dbos")
        yield []
        return
    from dbos import DBOS  # type: ignore[import-not-found,unused-ignore]

    DBOS(config={"name": "steps", "system_database_url": f"sqlite:///{folder / 'dbos.sqlite'}"})

    @DBOS.step()  # type: ignore[untyped-decorator,unused-ignore]
    def step(n: int) -> int:
        return n + 1

    @DBOS.workflow()  # type: ignore[untyped-decorator,unused-ignore]
    def whole(steps: int) -> int:
        for number in range(steps):
            step(number)
        return steps

    DBOS.launch()
    try:
        yield [Contender("DBOS, SQLite", whole)]
    finally:
        DBOS.destroy()


def replayed(saver: Any, journal: Any, steps: int, rounds: int) -> float:
    """Seconds for a step that answers from its record."""
    app = compile_graph(graph_of(stepping), checkpointer=saver, journal=journal)
    times = []
    for _ in range(rounds):
        spent = []
        for number in (0, steps):
            at = config()
            try:
                app.invoke({"n": number}, at, context="dies", durability="sync")
            except DiedError:
                began = perf_counter()
                app.invoke(None, at, durability="sync")
                spent.append(perf_counter() - began)
        times.append((spent[1] - spent[0]) / steps)
    return statistics.median(times)


def measured(
    contenders: list[Contender], steps: int, rounds: int
) -> dict[str, tuple[float, float]]:
    """Seconds and trips a step, by contender; each in turn, round by round."""
    times: dict[str, list[float]] = {one.name: [] for one in contenders}
    trips: dict[str, float] = {}
    for number in range(rounds + 1):
        for one in contenders:
            spent, sent = [], []
            for many in (0, steps):
                before, began = one.trips(), perf_counter()
                one.run(many)
                spent.append(perf_counter() - began)
                sent.append(one.trips() - before)
            if number:  # the first warms up
                times[one.name].append((spent[1] - spent[0]) / steps)
                trips[one.name] = (sent[1] - sent[0]) / steps
    return {name: (statistics.median(found), trips[name]) for name, found in times.items()}


def main(arguments: list[str]) -> int:
    """Measure; 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=100)
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(EmbeddedRedis(folder)).url
        saver = stack.enter_context(RedisSaver.from_url(url))
        journal = stack.enter_context(RedisJournal.from_url(url))
        sqlite = stack.enter_context(SqliteSaver.from_conn_string(str(folder / "steps.sqlite")))
        client = stack.enter_context(Redis.from_url(url))
        contenders = [
            ours("ctx.step, no memory", stepping, None, None),
            ours("ctx.step", stepping, saver, journal, client),
            ours("ctx.step, awaited", astepping, saver, journal, client),
            ours("a tool", calling, saver, journal, client),
            langgraph("@task, SqliteSaver", sqlite),
            langgraph("@task, our RedisSaver", saver),
            *stack.enter_context(dbos(folder)),
        ]
        found = measured(contenders, given.steps, given.rounds)
        again = replayed(saver, journal, given.steps, given.rounds)
    return show(contenders, found, again)


def show(contenders: list[Contender], found: dict[str, tuple[float, float]], again: float) -> int:
    fastest = min(found[one.name][0] for one in contenders if not one.ours)
    print(f"{'':26}{'µs/step':>10}{'x':>8}{'trips':>8}")
    for one in contenders:
        seconds, trips = found[one.name]
        sent = f"{trips:8.2f}" if trips else f"{'-':>8}"
        print(f"{one.name:26}{seconds * 1e6:10.1f}{seconds / fastest:8.2f}{sent}")
    print(f"{'ctx.step, replayed':26}{again * 1e6:10.1f}{again / fastest:8.2f}")
    worst = max(found[name][0] for name in ("ctx.step", "a tool")) / fastest
    print(f"a recorded step takes {worst:.2f} times the fastest of the others (at most {TARGET})")
    return 1 if worst > TARGET else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
