"""What does remembering cost?

Twenty supersteps that each add ten messages of 500 bytes to a growing list, beside four small
channels, under durability `sync`, on a local socket. Each line is one saver in the same
graph; all run in turn, several times, and the best time counts, so that a busy machine
disturbs all alike. In a second table the list is in a delta channel, which stores each message
once. Then a thread of a thousand steps, two hundred threads at once, and the embedded server.

How to read it. "no saver" is LangGraph alone. "floor: one SET a superstep" is InMemorySaver, and
what is new sent to Redis with one bare SET before each checkpoint is done, over the same kind
of connection: less cannot be had where checkpoints leave the process. `x memory` is the time
against InMemorySaver in the same run; the aim is at most 1.5. `trips` are commands that went
to Redis, a superstep (by its own count); the aim is one where LangGraph waits, two with delta
channels, and never more than tasks + 1; a run's one read and two more puts are spread over them. `KiB` is what is held for the thread, `x floor` that against the least: each message
once and 0.8 KiB a superstep; the aim is 1.3. `read` is the latest state, in milliseconds.

    python -m benchmarks savers [--rounds N] [--steps N]

Savers that are not here are named: Postgres needs `langgraph-checkpoint-postgres` and
BENCH_POSTGRES=postgresql://..., the other Redis saver `langgraph-checkpoint-redis` and
BENCH_REDIS_STACK=redis://..., a server with its modules.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice, pairwise
from operator import add
from pathlib import Path
from statistics import median
from typing import Annotated, Any

from langgraph.channels.delta import DeltaChannel
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from benchmarks._contenders import (
    ASYNC_MEMORY,
    FLOOR,
    MEMORY,
    NAN,
    Contender,
    floors,
    in_memory,
    others,
    ours,
    wait,
)
from checkpoints import EmbeddedRedis

STEPS, MESSAGES, LENGTH = 20, 10, 500


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


class Plain(TypedDict):
    n: int
    a: str


def texts() -> Iterator[str]:
    """Messages of made-up words: they compress about as prose does."""
    dice = random.Random(1)
    words = ["".join(dice.choices("etaoinshrdlu", k=dice.randint(2, 9))) for _ in range(2_000)]
    while True:
        yield " ".join(dice.choices(words, k=LENGTH // 3))[:LENGTH]


TEXTS = list(islice(texts(), STEPS * MESSAGES))


@dataclass(slots=True)
class Line:
    """What was measured of one contender, in seconds and bytes."""

    times: list[float] = field(default_factory=list)
    trips: float = NAN
    held: float = NAN
    read: float = NAN


def build(state: type, saver: Any, steps: int = STEPS) -> Any:
    def step(state: dict[str, Any]) -> dict[str, Any]:
        n = state["n"]
        made = [
            {"role": "user", "content": TEXTS[(n * MESSAGES + i) % len(TEXTS)], "id": f"{n}-{i}"}
            for i in range(MESSAGES)
        ]
        return {"messages": made, "n": n + 1, "a": f"a{n}", "b": f"b{n}"}

    builder: Any = StateGraph(state)
    builder.add_node("step", step if state is not Plain else lambda s: {"n": s["n"] + 1, "a": "a"})
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda s: "step" if s["n"] < steps else END)
    return builder.compile(checkpointer=saver)


def config(thread: str) -> Any:
    return {"configurable": {"thread_id": thread}, "recursion_limit": 10_000}


def go(app: Any, contender: Contender, thread: str, given: Any) -> None:
    # LangGraph refuses a durability where nothing is stored.
    how = {"durability": "sync"} if app.checkpointer else {}
    if contender.is_async:
        wait(app.ainvoke(given, config(thread), **how))
    else:
        app.invoke(given, config(thread), **how)


def latest(saver: Any, contender: Contender, thread: str) -> float:
    """Seconds that it takes to read the latest state; the best of several."""
    times = []
    for _ in range(20):
        began = time.perf_counter()
        if contender.is_async:
            wait(saver.aget_tuple(config(thread)))
        else:
            saver.get_tuple(config(thread))
        times.append(time.perf_counter() - began)
    return min(times)


def measure(state: type, contenders: Sequence[Contender], rounds: int) -> dict[str, Line]:
    """Each in turn, round by round."""
    lines = {one.name: Line() for one in contenders}
    for one in contenders:
        one.clear()
    for number in range(rounds):
        for one in contenders:
            line, before = lines[one.name], one.sent()
            with one.make() as saver:
                app = build(state, saver)
                began = time.perf_counter()
                go(app, one, f"t{number}", {"n": 0, "c": "kept"})
                line.times.append(time.perf_counter() - began)
                line.trips = (one.sent() - before) / STEPS
                if number == 0 and saver is not None:
                    line.held = one.held()
                    line.read = latest(saver, one, "t0")
            one.clear()
    return lines


def show(title: str, lines: dict[str, Line]) -> None:
    floor = STEPS * (MESSAGES * (LENGTH + 40) + FLOOR)
    print(f"\n{title}")
    heads = ("ms", "ms/step", "x memory", "trips", "KiB", "x floor", "read ms")
    print(f"{'':28}" + "".join(f"{head:>10}" for head in heads))
    for name, line in lines.items():
        base = ASYNC_MEMORY if "sync" in name.lower() else MEMORY
        cells = [
            min(line.times) * 1000,
            min(line.times) * 1000 / STEPS,
            min(line.times) / min(lines[base].times),
            line.trips,
            line.held / 1024,
            line.held / floor,
            line.read * 1000,
        ]
        print(
            f"{name:28}" + "".join("         -" if c != c else f"{c:10.2f}" for c in cells)
        )  # NaN


def long_thread(contenders: Sequence[Contender], steps: int) -> None:
    """Whether a step costs the same at the beginning and at the end of a long thread."""
    print(
        f"\na thread of {steps:,} steps: ms/step of early and of late ones, and reading the latest state"
    )
    heads = ("from 10", f"to {steps:,}", "late/early", "read at 10", f"at {steps:,}")
    print(f"{'':28}" + "".join(f"{head:>12}" for head in heads))
    for one in contenders:
        one.clear()
        with one.make() as saver:
            moments: list[float] = []
            app = build(Plain, saver, 10)
            go(app, one, "t0", {"n": 0})
            early_read = latest(saver, one, "t0")
            app = build(Plain, timed(saver, moments), steps)
            go(app, one, "t0", {"n": 10})
            late_read = latest(saver, one, "t0")
        width = max(10, steps // 20)
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        early, late = median(gaps[5 : 5 + width]) * 1000, median(gaps[-5 - width : -5]) * 1000
        print(
            f"{one.name:28}{early:12.2f}{late:12.2f}{late / early:12.2f}"
            f"{early_read * 1000:12.2f}{late_read * 1000:12.2f}"
        )
        one.clear()


def timed(saver: Any, moments: list[float]) -> Any:
    """The saver, noting when each checkpoint is put."""
    for name in ("put", "aput"):
        real = getattr(saver, name)

        def noting(*given: Any, _real: Any = real, **named: Any) -> Any:
            moments.append(time.perf_counter())
            return _real(*given, **named)

        setattr(saver, name, noting)
    return saver


def at_once(contenders: Sequence[Contender], many: int, workers: int = 32) -> None:
    """Many threads at once: in as many tasks, or in a pool of workers."""
    print(f"\n{many} threads of {STEPS} steps at once, ms for each")
    print(f"{'':28}{'ms/thread':>12}{'x memory':>12}")
    found: dict[str, float] = {}
    for one in contenders:
        one.clear()
        with one.make() as saver:
            app = build(Plain, saver)
            began = time.perf_counter()
            if one.is_async:
                wait(gathered(app, many))
            else:
                with ThreadPoolExecutor(workers) as pool:
                    list(pool.map(lambda n: go(app, one, f"t{n}", {"n": 0}), range(many)))  # noqa: B023
            found[one.name] = (time.perf_counter() - began) / many
        base = ASYNC_MEMORY if one.is_async else MEMORY
        print(f"{one.name:28}{found[one.name] * 1000:12.2f}{found[one.name] / found[base]:12.2f}")
        one.clear()


async def gathered(app: Any, many: int) -> None:
    how = {"durability": "sync"}
    await asyncio.gather(*(app.ainvoke({"n": 0}, config(f"t{n}"), **how) for n in range(many)))


def server_starts(folder: Path) -> None:
    """How long it takes until the embedded server answers, and until a second process has joined it."""
    cold, joined = [], []
    for number in range(5):
        began = time.perf_counter()
        with EmbeddedRedis(folder / f"server{number}") as one:
            cold.append(time.perf_counter() - began)
            began = time.perf_counter()
            with EmbeddedRedis(one.folder.parent):
                joined.append(time.perf_counter() - began)
    print(
        f"\nthe embedded server answers after {min(cold) * 1000:.1f} ms; "
        f"joining one that runs takes {min(joined) * 1000:.1f} ms"
    )


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="What remembering costs.")
    parser.add_argument(
        "--rounds", type=int, default=15, help="runs of each saver; the best counts"
    )
    parser.add_argument("--steps", type=int, default=1_000, help="of the long thread")
    given = parser.parse_args(argv)
    asyncio.set_event_loop(asyncio.new_event_loop())
    with tempfile.TemporaryDirectory() as place, EmbeddedRedis(place) as server:
        theirs, missing = others(Path(place))
        every = [*in_memory(), *theirs, *ours(server)]
        nothing = Contender("no saver", lambda: nullcontext(None))
        least = floors(server)
        show(
            "a list stored whole each step",
            measure(Grown, [nothing, *every, *least], given.rounds),
        )
        show("the list in a delta channel", measure(Delta, [*every, *least], given.rounds))
        for said in missing:
            print(said)
        long_thread([one for one in every if one.name != ASYNC_MEMORY], given.steps)
        at_once(every, 200)
        server_starts(Path(place))
    asyncio.get_event_loop().close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
