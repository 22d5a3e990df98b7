"""A circuit before a call: what keeps failing is left alone, and tried again by a probe."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    CircuitBreaker,
    Context,
    Edge,
    Graph,
    Retry,
    Value,
    agent,
    arun_graph,
    compile_graph,
    open_memory,
    run_graph,
    tool,
)
from agentgraph.call import circuits as room
from agentgraph.call.circuits import LocalCircuits, SharedCircuits, Stands
from agentgraph.call.errors import CircuitOpenError
from agentgraph.errors import DeclarationError
from agentgraph.observe.clock import PerClock
from agentgraph.observe.events import (
    CircuitClosed,
    CircuitOpened,
    CircuitProbed,
    Degraded,
    Event,
    event_of,
)
from agentgraph.remember.ports import Memory, Rule, Standing
from checkpoints.circuits import RedisCircuits
from checkpoints.embedded import EmbeddedRedis


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


def one(agent: Any, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


class Time:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr("agentgraph.call.gate.CIRCUITS", PerClock(lambda: LocalCircuits(clock)))
    return clock


AFTER_TWO = CircuitBreaker(calls=2, window=10, open_for=5)


def runs(graph: Graph, n: int, awaited: bool, **options: Any) -> Any:
    if awaited:
        return asyncio.run(arun_graph(graph, {"n": n}, **options)).output
    return run_graph(graph, {"n": n}, **options).output


@pytest.mark.parametrize("awaited", [False, True])
def test_it_opens_refuses_probes_and_closes(time: Time, awaited: bool) -> None:
    called: list[int] = []

    @agent(writes="shown", needs="shop", breaker=AFTER_TWO)
    def ask(n: int) -> str:
        called.append(n)
        if n == 0:
            raise OSError("down")
        return "ok"

    seen: list[Event] = []
    graph = one(ask)
    for _ in range(2):
        with pytest.raises(OSError, match="down"):
            runs(graph, 0, awaited, sink=seen.append)
    time.now = 3.0
    with pytest.raises(CircuitOpenError) as refused:
        runs(graph, 1, awaited, sink=seen.append)
    assert called == [0, 0]
    assert str(refused.value) == (
        "ask was not called: shop failed 2 of 2 calls, so its circuit is open; it is tried again "
        "in 2 s\n    help: a fallback= or an Edge(..., on_failure=True) takes over meanwhile"
    )
    time.now = 5.0
    with pytest.raises(OSError, match="down"):
        runs(graph, 0, awaited, sink=seen.append)
    time.now = 10.0
    assert runs(graph, 1, awaited, sink=seen.append) == {"shown": "ok"}
    assert runs(graph, 1, awaited, sink=seen.append) == {"shown": "ok"}
    changes = [
        one for one in seen if isinstance(one, CircuitOpened | CircuitProbed | CircuitClosed)
    ]
    assert [one.kind for one in changes] == [
        "circuit_opened",
        "circuit_probed",
        "circuit_opened",
        "circuit_probed",
        "circuit_closed",
    ]
    assert changes[0] == event_of(changes[0].to_json())
    assert isinstance(changes[0], CircuitOpened)
    assert (changes[0].dependency, changes[0].failed, changes[0].calls) == ("shop", 2, 2)


def test_a_call_counts_once_however_often_it_is_tried_again(time: Time) -> None:
    called: list[int] = []

    @agent(writes="shown", breaker=AFTER_TWO, retry=Retry(attempts=3, wait=0.0, jitter=0.0))
    def ask(n: int) -> str:
        called.append(n)
        raise OSError("down")

    for expected in (OSError, OSError, CircuitOpenError):
        with pytest.raises(expected):
            run_graph(one(ask), {"n": 1})
    assert len(called) == 6


def test_all_that_needs_one_service_shares_its_circuit(time: Time) -> None:
    called: list[str] = []

    @tool(read_only=True, needs="shop", open_world=False)
    def look(n: int) -> str:
        called.append("look")
        raise OSError("down")

    @agent(writes="shown", tools=[look])
    def asks(n: int) -> str:
        return look(n)

    @agent(writes="shown", needs="shop", fallback=Value("later"))
    def pays(n: int) -> str:
        called.append("pays")
        return "paid"

    @agent(writes="shown")
    def needs_nothing(n: int) -> str:
        called.append("nothing")
        raise OSError("its own")

    for _ in range(2):
        with pytest.raises(OSError, match="down"):
            run_graph(one(asks, breaker=AFTER_TWO), {"n": 1})
    seen: list[Event] = []
    with pytest.raises(CircuitOpenError, match=r"^asks.look was not called: shop failed 2 of 2"):
        run_graph(one(asks, breaker=AFTER_TWO), {"n": 1})
    output = run_graph(one(pays, breaker=AFTER_TWO), {"n": 1}, sink=seen.append).output
    assert output == {"shown": "later"}
    (degraded,) = [one for one in seen if isinstance(one, Degraded)]
    assert degraded.because.startswith("pays was not called: shop failed 2 of 2 calls")
    for _ in range(3):  # a breaker for all is none for what depends on nothing
        with pytest.raises(OSError, match="its own"):
            run_graph(one(needs_nothing, breaker=AFTER_TWO), {"n": 1})
    assert called == ["look", "look", "nothing", "nothing", "nothing"]


def test_only_what_it_names_counts_as_a_failure(time: Time) -> None:
    breaker = CircuitBreaker(calls=2, on=("OSError",))
    called: list[int] = []

    @agent(writes="shown", breaker=breaker)
    def ask(n: int) -> str:
        called.append(n)
        raise ValueError("what was asked is wrong, not who was asked")

    for _ in range(4):
        with pytest.raises(ValueError, match="what was asked"):
            run_graph(one(ask), {"n": 1})
    assert len(called) == 4


def test_a_tool_that_is_not_allowed_says_nothing_of_the_service(time: Time) -> None:
    @tool
    def other(n: int) -> str:
        return "never"

    not_listed = {"other": other}

    @agent(writes="shown", needs="shop", breaker=AFTER_TWO)
    def ask(n: int) -> str:
        return not_listed["other"](n) if n else "ok"

    for _ in range(3):
        with pytest.raises(Exception, match="may not call other"):
            run_graph(one(ask), {"n": 1})
    assert run_graph(one(ask), {"n": 0}).output == {"shown": "ok"}


@pytest.mark.anyio
async def test_a_probe_that_is_cancelled_makes_room_after_the_open_time(time: Time) -> None:
    started = asyncio.Event()

    @agent(writes="shown", needs="shop", breaker=AFTER_TWO)
    async def ask(n: int) -> str:
        if n == 0:
            raise OSError("down")
        if n == 2:
            started.set()
            await asyncio.Event().wait()
        return "ok"

    graph = one(ask)
    for _ in range(2):
        with pytest.raises(OSError, match="down"):
            await arun_graph(graph, {"n": 0})
    time.now = 5.0
    probe = asyncio.create_task(arun_graph(graph, {"n": 2}))
    await asyncio.wait_for(started.wait(), 10)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    with pytest.raises(CircuitOpenError, match="again in 5 s"):
        await arun_graph(graph, {"n": 1})
    time.now = 10.0
    assert (await arun_graph(graph, {"n": 1})).output == {"shown": "ok"}


def test_what_makes_no_breaker_is_refused() -> None:
    breaker = CircuitBreaker(failures=2, calls=0, window=0, open_for=-1, probes=0, on="OSError")  # type: ignore[arg-type]  # what the test is about

    @agent(writes="shown", breaker=breaker)
    def ask(n: int) -> str:
        return ""

    with pytest.raises(DeclarationError) as refused:
        one(ask, breaker=CircuitBreaker(calls=0))
    said = [(problem.where, problem.message) for problem in refused.value.problems]
    assert said == [
        ("one.breaker", "calls=0 says nothing: it takes at least one call"),
        ("ask.breaker", "failures=2 is no share"),
        ("ask.breaker", "calls=0 says nothing: it takes at least one call"),
        ("ask.breaker", "probes=0 would leave it open for ever"),
        ("ask.breaker", "window=0 is no span of seconds"),
        ("ask.breaker", "open_for=-1 is no span of seconds"),
        ("ask.breaker", "on='OSError' is one text"),
    ]


class Broken:
    """Shared circuits that cannot be reached."""

    def __init__(self) -> None:
        self.asked = 0

    def admit(self, name: str, rule: Rule) -> Standing:
        self.asked += 1
        raise ConnectionError("no route")

    def record(self, name: str, rule: Rule, ticket: str, outcome: str) -> Standing:
        self.asked += 1
        raise ConnectionError("no route")


def test_where_the_shared_ones_are_out_of_reach_the_processs_own_hold() -> None:
    clock, broken = Time(), Broken()
    both = SharedCircuits(broken, LocalCircuits(clock), clock)
    rule = CircuitBreaker(calls=2)
    for _ in range(2):
        both.record("shop", rule, both.admit("shop", rule).ticket, "failed")
    assert broken.asked == 1  # and not again at once
    assert both.admit("shop", rule).ticket == ""
    clock.now = room.ALONE
    assert both.admit("shop", rule).ticket == ""
    assert broken.asked == 2
    # What was begun with the shared ones, and ends while they are out of reach, is no error.
    clock.now = 2 * room.ALONE
    assert both.record("shop", rule, "1:", "failed") == Stands()


@pytest.fixture
def memory(short_folder: Path) -> Iterator[Memory]:
    with open_memory(folder=short_folder) as opened:
        yield opened


@pytest.mark.parametrize("awaited", [False, True])
def test_runs_with_a_memory_share_the_circuits_of_their_redis(
    time: Time, memory: Memory, awaited: bool
) -> None:
    @agent(writes="shown", needs="shop", breaker=AFTER_TWO)
    def ask(ctx: Context[Any], n: int) -> str:
        raise OSError("down")

    for number in range(2):
        with pytest.raises(OSError, match="down"):
            runs(one(ask), 1, awaited, thread=f"t{number}", memory=memory)
    with pytest.raises(CircuitOpenError):
        runs(one(ask), 1, awaited, thread="t2", memory=memory)
    assert memory.circuits is not None
    assert not memory.circuits.admit("shop", AFTER_TWO).ticket
    with pytest.raises(OSError, match="down"):  # without it, only what this process knows
        runs(one(ask), 1, awaited)


def test_a_redis_that_dies_fails_no_call(short_folder: Path, time: Time) -> None:
    """The circuits alone: what else a run keeps in its memory is another matter."""

    @agent(writes="shown", needs=uuid4().hex, breaker=AFTER_TWO)
    def ask(n: int) -> str:
        if n == 0:
            raise OSError("down")
        return "ok"

    server = EmbeddedRedis(short_folder)
    with server, RedisCircuits.from_url(server.url) as shared:
        compiled = compile_graph(one(ask), circuits=SharedCircuits(shared, LocalCircuits(time)))
        assert compiled.invoke({"n": 1}) == {"shown": "ok"}
    assert compiled.invoke({"n": 1}) == {"shown": "ok"}
    with pytest.raises(OSError, match="down"):
        compiled.invoke({"n": 0})  # one of two: the first of them was counted in Redis
    with pytest.raises(CircuitOpenError):
        compiled.invoke({"n": 1})
