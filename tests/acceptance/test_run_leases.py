"""Two runs on one thread: the second is told who has it; who was killed, or cut off, holds up nobody."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from redis import Redis
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    agent,
    aresume_graph,
    arun_graph,
    astream_graph,
    open_memory,
    resume_graph,
    run_graph,
    stream_graph,
)
from agentgraph.errors import ResumeError, ThreadBusyError, ThreadTakenError
from agentgraph.remember.ports import Memory
from agentgraph.run.history import thread_history
from checkpoints.keys import thread_keys
from checkpoints.owners import Owner
from tests.crash.held_graph import graph as held

PROGRAM = Path(__file__).parent.parent / "crash" / "held_graph.py"
DONE = '{"shown": "5"}\n'
Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


@pytest.fixture
def client(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def lease(prefix: str) -> str:
    """The key of the lease of thread "t"."""
    return thread_keys(prefix, "t")[-1]


@contextmanager
def standing(redis_url: str, prefix: str, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process whose run on "t" has begun and stands still."""
    command = [sys.executable, str(PROGRAM), redis_url, prefix, "t", how]
    pipe = subprocess.PIPE
    cwd = PROGRAM.parents[2]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=cwd) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def go_on(process: subprocess.Popen[str]) -> str:
    """What it prints at its end."""
    return process.communicate("\n", timeout=60)[0]


def starts(memory: Memory) -> list[Callable[[], object]]:
    """All ways to run the graph on "t"."""

    def streamed() -> object:
        return list(stream_graph(held, {"n": 7}, thread="t", memory=memory))

    return [
        lambda: run_graph(held, {"n": 7}, thread="t", memory=memory),
        lambda: run_graph(held, {"n": 7}, thread="t", memory=memory, abandon=True),
        lambda: resume_graph(held, thread="t", memory=memory),
        lambda: asyncio.run(arun_graph(held, {"n": 7}, thread="t", memory=memory)),
        lambda: asyncio.run(aresume_graph(held, thread="t", memory=memory)),
        streamed,
    ]


@pytest.mark.parametrize("how", ["run", "arun", "stream"])
def test_the_second_is_told_who_has_the_thread_and_the_first_loses_nothing(
    how: str, redis_url: str, prefix: str, memory: Memory
) -> None:
    with standing(redis_url, prefix, how) as process:
        before = thread_history(memory, "t")
        for start in starts(memory):
            with pytest.raises(ThreadBusyError) as busy:
                start()
            said = str(busy.value)
            assert f"thread 't' is being written by process {process.pid} on this machine" in said
            assert f"kill {process.pid}" in said
            assert 10 < float(said.partition("lease runs ")[2].partition(" s ")[0]) <= 15
        assert thread_history(memory, "t") == before
        assert go_on(process) == DONE
    assert [step.ran for step in thread_history(memory, "t") if step.ran] == [
        ("double",),
        ("wait",),
        ("show",),
    ]
    with pytest.raises(ResumeError, match="has finished"):
        resume_graph(held, thread="t", memory=memory)


@pytest.mark.parametrize("collected", [True, False])
def test_who_was_killed_holds_up_nobody_on_its_machine(
    collected: bool,
    redis_url: str,
    prefix: str,
    memory: Memory,
    client: Redis,
    lease: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO())
    with standing(redis_url, prefix, "run") as process:
        process.kill()
        if collected:
            process.wait()
        else:  # until the kernel has ended it; it stays a zombie
            assert process.stdout
            assert process.stdout.read() == ""
        assert client.exists(lease)
        done = resume_graph(held, thread="t", memory=memory)
    assert done.output == {"shown": "5"}
    assert not client.exists(lease)


def test_who_is_elsewhere_is_waited_for_until_the_lease_is_over(
    memory: Memory, client: Redis, lease: str
) -> None:
    elsewhere = Owner("web-3", 4711, "another boot", "12", "abc")
    memory.saver.lease("t", str(elsewhere), ttl=90)
    with pytest.raises(
        ThreadBusyError, match=r"process 4711 on web-3; its lease runs \d+\.\d s"
    ) as busy:
        run_graph(counting, {"n": 1}, thread="t", memory=memory)
    assert re.search(r"if it is dead, try again in \d+ s", str(busy.value))
    client.delete(lease)  # it ran out
    assert run_graph(counting, {"n": 1}, thread="t", memory=memory).output == {"m": 2}


@pytest.mark.parametrize("how", ["run", "arun", "stream"])
def test_who_was_overtaken_writes_nothing_and_is_told(
    how: str, redis_url: str, prefix: str, memory: Memory, client: Redis, lease: str
) -> None:
    with standing(redis_url, prefix, how) as process:
        client.delete(lease)  # as if it had slept until the lease ran out
        mine = memory.saver.lease("t", "another run")
        before = thread_history(memory, "t")
        said = go_on(process)
    assert said.startswith("ThreadTakenError: the run has lost its thread: another run took over")
    assert thread_history(memory, "t") == before
    assert client.get(lease) == f"{mine.token}/another run".encode(), "its end gives back nothing"


def test_who_was_cut_off_goes_on_where_nobody_came(
    redis_url: str, prefix: str, client: Redis, lease: str
) -> None:
    with standing(redis_url, prefix, "run") as process:
        client.delete(lease)
        assert go_on(process) == DONE


class Number(TypedDict):
    n: int


class Result(TypedDict):
    m: int


@agent(writes="m")
def count(n: int) -> int:
    return n + 1


counting = Graph(
    "counting", input=Number, output=Result, edges=[Edge(START, count), Edge(count, END)]
)


def test_a_run_that_fails_or_cannot_begin_gives_the_thread_back(
    memory: Memory, client: Redis, lease: str
) -> None:
    @agent(writes="m")
    def break_down(n: int) -> int:
        assert client.exists(lease)
        raise ValueError("broken")

    broken = Graph(
        "broken",
        input=Number,
        output=Result,
        edges=[Edge(START, break_down), Edge(break_down, END)],
    )
    with pytest.raises(ResumeError, match="there is no thread"):
        resume_graph(broken, thread="t", memory=memory)
    assert list(memory.threads()) == []
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            run_graph(broken, {"n": 1}, thread="t", memory=memory, abandon=True)
        assert not client.exists(lease)


def test_a_stream_that_is_not_read_to_its_end_gives_the_thread_back(
    memory: Memory, client: Redis, lease: str
) -> None:
    stream = stream_graph(counting, {"n": 1}, thread="t", memory=memory)
    next(stream)
    assert client.exists(lease)
    stream.close()  # type: ignore[attr-defined]
    assert not client.exists(lease)

    async def first_only() -> None:
        awaited = astream_graph(counting, {"n": 1}, thread="u", memory=memory)
        await anext(awaited)
        assert client.exists(lease.replace("{t}", "{u}"))
        await awaited.aclose()  # type: ignore[attr-defined]

    asyncio.run(first_only())
    assert not client.exists(lease.replace("{t}", "{u}"))


def test_a_nested_graph_writes_under_the_lease_of_the_outer_one(
    memory: Memory, client: Redis, lease: str
) -> None:
    """The inner agent loses the thread to another: what the inner graph stores is refused."""

    @agent(writes="m")
    def lose(n: int) -> int:
        client.delete(lease)
        memory.saver.lease("t", "another run")
        return n

    inner = Graph("inner", input=Number, output=Result, edges=[Edge(START, lose), Edge(lose, END)])
    outer = Graph(
        "outer", input=Number, output=Result, edges=[Edge(START, inner), Edge(inner, END)]
    )
    with pytest.raises(ThreadTakenError, match="took over thread 't'"):
        run_graph(outer, {"n": 1}, thread="t", memory=memory)
    stored = list(memory.saver.list({"configurable": {"thread_id": "t"}}))
    assert all("m" not in one.checkpoint["channel_values"] for one in stored)


def test_a_run_within_a_run_on_the_same_thread_is_refused(memory: Memory) -> None:
    @agent(writes="m")
    def again(n: int) -> int:
        run_graph(counting, {"n": n}, thread="t", memory=memory)
        return n

    graph = Graph(
        "again", input=Number, output=Result, edges=[Edge(START, again), Edge(again, END)]
    )
    with pytest.raises(ThreadBusyError, match="another run of this process"):
        run_graph(graph, {"n": 1}, thread="t", memory=memory)


@pytest.mark.anyio
async def test_a_cancelled_run_gives_the_thread_back(
    memory: Memory, client: Redis, lease: str
) -> None:
    began = asyncio.Event()

    @agent(writes="m")
    async def hang(n: int) -> int:
        began.set()
        await asyncio.Event().wait()
        return n

    graph = Graph("hangs", input=Number, output=Result, edges=[Edge(START, hang), Edge(hang, END)])
    run = asyncio.ensure_future(arun_graph(graph, {"n": 1}, thread="t", memory=memory))
    await began.wait()
    assert client.exists(lease)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert not client.exists(lease)


@pytest.mark.anyio
async def test_a_run_cancelled_as_it_takes_the_thread_gives_it_back(
    memory: Memory, client: Redis, lease: str
) -> None:
    """The lease is taken in a thread, which goes on when the run is cancelled."""
    entering, loop = asyncio.Event(), asyncio.get_running_loop()
    hold = memory.hold
    assert hold is not None

    @contextmanager
    def slow(thread: str) -> Iterator[Memory]:
        loop.call_soon_threadsafe(entering.set)
        asyncio.run_coroutine_threadsafe(cancelled.wait(), loop).result()
        with hold(thread) as holding:
            yield holding

    cancelled = asyncio.Event()
    run = asyncio.ensure_future(
        arun_graph(counting, {"n": 1}, thread="t", memory=replace(memory, hold=slow))
    )
    await entering.wait()
    run.cancel()
    loop.call_soon(cancelled.set)
    with pytest.raises(asyncio.CancelledError):
        await run
    assert not client.exists(lease)


def test_a_memory_without_leases_serves_as_before(memory: Memory) -> None:
    bare = Memory(InMemorySaver(), memory.journal, memory.threads, "in memory")
    assert run_graph(counting, {"n": 1}, thread="t", memory=bare).output == {"m": 2}
    *_, result = stream_graph(counting, {"n": 1}, thread="t", memory=bare)
    assert result == run_graph(counting, {"n": 1}, thread="t", memory=bare)
