"""How much memory does a thread take, how many steps does a server carry, how long does a restart last?

The numbers of docs/redis.md. Bytes are what Redis says it holds for the thread's keys; they are the
same on every machine. Times are processor time where it says so, which a busy machine disturbs
least; how slow it was just then stands in the first line.

    python -m benchmarks sizing [--threads N] [--long N ...]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from benchmarks._contenders import wait
from benchmarks._long_threads import long_threads
from benchmarks._threads import (
    SMALL,
    Delta,
    Shape,
    Whole,
    build,
    config,
    facts,
    grow,
    held,
    run,
    text,
)
from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisJournal, RedisSaver

FEW, MANY = 10, 30
"""Steps of the two threads whose difference says what a step takes."""


def bytes_of(shape: Shape, client: Redis, saver: RedisSaver) -> tuple[float, float]:
    """What a step takes, and what a thread takes besides its steps."""
    client.flushall()
    for steps in (FEW, MANY):
        run(shape, saver, f"of-{steps}", steps)
    few, many = held(client, f"of-{FEW}"), held(client, f"of-{MANY}")
    step = (many - few) / (MANY - FEW)
    return step, few - FEW * step


def constants(client: Redis, saver: RedisSaver) -> dict[str, float]:
    """What each part of a step adds, by leaving all else as it is."""
    base, fixed = bytes_of(Shape(), client, saver)

    def more(**shape: int) -> float:
        return bytes_of(Shape(**shape), client, saver)[0] - base

    found = {
        "a thread before its first step": fixed,
        "a step of one task that changes two small fields": base,
        "each other field that changes, besides its value": more(changing=11) / 10 - 2 * SMALL,
        "each field that does not change": more(resting=20) / 20,
        "each other task of the step": more(tasks=5) / 4,
        "a recorded step of the journal, besides its payload": _recorded(client),
    }
    for size in (1_000, 6_000, 100_000):
        found[f"a byte of {size:,} of new prose"] = more(size=size) / (size - SMALL)
    return found


def _recorded(client: Redis) -> float:
    journal = RedisJournal.from_client(client)
    sizes = []
    for number in range(MANY):
        journal.record("journal", "place-of-the-call", f"key-{number}", text(number, 200).encode())
        sizes.append(held(client, "journal"))
    return (sizes[-1] - sizes[FEW]) / (MANY - FEW - 1) - 200


WAYS: list[tuple[str, type, int | None]] = [
    ("in parts, uncompressed", Whole, None),
    ("in parts, compressed", Whole, 2_048),
    ("in a delta channel", Delta, 2_048),
]


def lists(client: Redis, url: str) -> None:
    """Lists that grow, stored in each way there is."""
    for steps, each, size in ((100, 10, 500), (20, 1, 600)):
        of = f"{steps * each:,} messages of {size} bytes"
        print(f"\n{of} in {steps} steps: KiB held; after prune")
        for name, state, above in WAYS:
            client.flushall()
            with RedisSaver.from_url(url, compress_above=above) as saver:
                grow(state, saver, steps, each, size)
                before = held(client, "grown")
                saver.prune(["grown"])
            print(f"{before / 1024:10,.1f}{held(client, 'grown') / 1024:10,.1f}  {name}")
        print(f"{steps * size * each / 1024:10,.1f}{'':10}  the messages themselves")


@contextmanager
def spent(client: Redis, steps: int) -> Iterator[None]:
    """Prints what a step took of the clock, and of the processor here and in the server."""

    def server() -> float:
        said = facts(client)
        return float(said["used_cpu_user"]) + float(said["used_cpu_sys"])

    began, here, there = time.perf_counter(), time.process_time(), server()
    yield
    clock, ours, theirs = (
        (now - then) / steps * 1e6
        for now, then in (
            (time.perf_counter(), began),
            (time.process_time(), here),
            (server(), there),
        )
    )
    print(f"{clock:10,.0f}{ours:10,.0f}{theirs:10,.0f}{1e6 / theirs:12,.0f}", end="")


def speed(client: Redis, url: str) -> None:
    """What a step costs the client and the server, one thread after the other and many at once."""
    print(
        "\nmicroseconds a step: clock, processor here, in Redis; steps a second of one core of Redis"
    )
    for name, shape in (
        ("one thread, small values", Shape()),
        ("one thread, five tasks a step", Shape(tasks=5)),
        ("one thread, 100 kB of prose a step", Shape(size=100_000)),
    ):
        client.flushall()
        with RedisSaver.from_url(url) as saver:
            run(shape, saver, "warm", 5)
            with spent(client, 200):
                run(shape, saver, "t", 200)
        print(f"  {name}")
    with spent(client, 200):
        run(Shape(), None, "t", 200)
    print("  the same without a saver (small values)")
    client.flushall()
    wait(at_once(client, url, 100, 10))


async def at_once(client: Redis, url: str, threads: int, steps: int) -> None:
    saver = AsyncRedisSaver.from_url(url)
    app = build(Shape(), saver, steps)
    with spent(client, threads * steps):
        await asyncio.gather(
            *(app.ainvoke({"n": 0}, config(f"t{i}"), durability="sync") for i in range(threads))
        )
    print(f"  {threads} threads at once in an event loop")
    await saver.aclose()


def restart(folder: Path, threads: int) -> None:
    """What threads take in memory and on disk, and how long a server reads them when it starts."""
    with EmbeddedRedis(folder) as server, server.client() as client:
        before = facts(client)
        wait(_filled(server.url, threads))
        after = facts(client)
        log = facts(client)["aof_current_size"]
        listing = _listed(server.url)
        memory = after["used_memory"] - before["used_memory"]
    print(f"\n{threads:,} threads of 5 steps, then a restart")
    print(f"{memory / threads / 1024:10.1f}  KiB of memory a thread, all told")
    print(f"{log / threads / 1024:10.1f}  KiB a thread in the append-only file, as it was written")
    print(f"{listing / threads * 1e6:10.0f}  microseconds a thread to list them all")
    _timed_start(folder, log, memory)
    with EmbeddedRedis(folder) as server, server.client() as client:
        client.bgrewriteaof()
        while facts(client)["aof_rewrite_in_progress"]:
            time.sleep(0.01)
        log = facts(client)["aof_current_size"]
    print(f"{log / threads / 1024:10.1f}  KiB a thread in it, after Redis rewrote it")
    _timed_start(folder, log, memory)


def _listed(url: str) -> float:
    began = time.perf_counter()
    with RedisSaver.from_url(url) as saver:
        list(saver.threads())
    return time.perf_counter() - began


async def _filled(url: str, threads: int) -> None:
    saver = AsyncRedisSaver.from_url(url)
    app = build(Shape(resting=3, size=200), saver, 5)
    for first in range(0, threads, 50):
        given = {"n": 0} | {f"r{i}": text(i, SMALL) for i in range(3)}
        many = range(first, min(first + 50, threads))
        await asyncio.gather(*(app.ainvoke(given, config(f"user-{i:08}")) for i in many))
    await saver.aclose()


def _timed_start(folder: Path, log: int, memory: int) -> None:
    took = _start(folder) - _start(folder.with_name("empty"))
    print(
        f"{took * 1000:10,.0f}  ms to read it: {log / took / 1e6:,.0f} MB of the file a second, "
        f"{memory / took / 1e6:,.0f} MB of memory"
    )


def _start(folder: Path) -> float:
    began = time.perf_counter()
    with EmbeddedRedis(folder):
        return time.perf_counter() - began


def slowness() -> float:
    began = time.perf_counter()
    for _ in range(5_000_000):
        pass
    return time.perf_counter() - began


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="What threads take, and what a server carries.")
    parser.add_argument("--threads", type=int, default=1_000, help="of the restart")
    parser.add_argument("--long", type=int, nargs="*", default=[1_000, 10_000], metavar="N")
    given = parser.parse_args(argv)
    asyncio.set_event_loop(asyncio.new_event_loop())
    print(f"a loop of five million rounds took {slowness():.2f} s (an idle machine: 0.15)")
    with tempfile.TemporaryDirectory() as place:
        with EmbeddedRedis(place) as server, server.client() as client:
            print(f"Redis {facts(client)['redis_version']}")
            with RedisSaver.from_url(server.url) as saver:
                print("\nbytes in memory")
                for what, size in constants(client, saver).items():
                    print(f"{size:10,.{2 if size < 10 else 0}f}  {what}")
                lists(client, server.url)
                speed(client, server.url)
                long_threads(client, saver, given.long)
        restart(Path(place, "restarted"), given.threads)
    asyncio.get_event_loop().close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
