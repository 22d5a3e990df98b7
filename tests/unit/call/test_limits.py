"""Pools: never more at once or in a second than they may, first come first served, nobody's loop held up."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    CircuitBreaker,
    Edge,
    Graph,
    Limit,
    Value,
    agent,
    arun_graph,
    compile_graph,
    run_graph,
    tool,
)
from agentgraph.call.errors import CircuitOpenError, LimitExceededError
from agentgraph.call.pools import Pool
from agentgraph.errors import DeclarationError, SettingsError
from agentgraph.observe.events import Event, LimitWaited


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


def one(agent: Any, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


class Gauge:
    """How many are inside at once, and who came in which order."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.order: list[int] = []
        self.lock = threading.Lock()

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.now -= 1


RUNS, AT_ONCE = 200, 8


def test_it_holds_under_200_concurrent_runs_that_are_awaited() -> None:
    gauge = Gauge()

    @agent(writes="shown", limit=Limit(uuid4().hex, concurrent=AT_ONCE))
    async def ask(n: int) -> str:
        with gauge:
            for _ in range(3):
                await asyncio.sleep(0)
        return str(n)

    async def all_of_them() -> list[Any]:
        graph = one(ask)
        return await asyncio.gather(*(arun_graph(graph, {"n": n}) for n in range(RUNS)))

    results = asyncio.run(all_of_them())
    assert [result.output["shown"] for result in results] == [str(n) for n in range(RUNS)]
    assert (gauge.now, gauge.most) == (0, AT_ONCE)


def test_it_holds_under_200_concurrent_runs_in_threads_and_loops_together() -> None:
    gauge, pool = Gauge(), uuid4().hex
    full = threading.Event()

    @tool(limit=Limit(pool, concurrent=AT_ONCE))
    def look(n: int) -> str:
        with gauge:
            if gauge.now == AT_ONCE:
                full.set()
            full.wait(10)  # nobody leaves before it is full
        return str(n)

    @agent(writes="shown", tools=[look])
    def ask(n: int) -> str:
        return look(n)

    graph = one(ask)

    async def awaited() -> None:
        await asyncio.gather(*(arun_graph(graph, {"n": n}) for n in range(RUNS // 2)))

    with ThreadPoolExecutor(RUNS // 2 + 1) as threads:
        loop = threads.submit(asyncio.run, awaited())
        for run in [threads.submit(run_graph, graph, {"n": n}) for n in range(RUNS // 2)]:
            run.result(60)
        loop.result(60)
    assert (gauge.now, gauge.most) == (0, AT_ONCE)


def test_who_comes_first_is_served_first() -> None:
    pool = Pool(Limit("p", concurrent=1))
    first, *waiting = (pool.enter() for _ in range(4))
    assert [place.held for place in (first, *waiting)] == [True, False, False, False]
    pool.leave(waiting[1])  # gave up
    pool.leave(first)
    pool.leave(first)  # once is enough
    assert [place.held for place in waiting] == [True, False, False]
    assert not pool.enter().held
    pool.leave(waiting[0])
    assert [place.held for place in waiting] == [True, False, True]


@given(
    rate=st.sampled_from([0.5, 1.0, 4.0, 100.0]),
    burst=st.integers(1, 5),
    gaps=st.lists(st.sampled_from([0.0, 0.001, 0.25, 1.0, 7.0]), min_size=1, max_size=60),
    patience=st.sampled_from([None, 0.0, 1.5]),
)
def test_no_span_of_time_sees_more_begin_than_rate_and_burst_allow(
    rate: float, burst: int, gaps: list[float], patience: float | None
) -> None:
    now = 0.0
    pool = Pool(Limit("p", per_second=rate, burst=burst), lambda: now)
    begun: list[float] = []
    for gap in gaps:
        now += gap
        delay = pool.begin(patience)
        if delay is None:
            assert patience is not None
            continue
        assert patience is None or delay <= patience
        begun.append(now + delay)
    assert begun == sorted(begun)  # in the order in which they came
    for start in range(len(begun)):
        for end in range(start, len(begun)):
            span = begun[end] - begun[start]
            assert end - start + 1 <= burst + rate * span + 1e-6


def test_a_quiet_time_is_made_up_for_by_no_more_than_the_burst() -> None:
    now = 100.0
    pool = Pool(Limit("p", per_second=2, burst=3), lambda: now)
    assert [pool.begin(None) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]


@pytest.mark.parametrize("awaited", [False, True])
def test_who_waits_too_long_is_refused_and_leaves_no_trace(awaited: bool) -> None:
    gauge, pool = Gauge(), uuid4().hex
    inside, let_go = threading.Event(), threading.Event()

    @agent(writes="shown", limit=Limit(pool, concurrent=1))
    def hold(n: int) -> str:
        inside.set()
        let_go.wait(10)
        return "held"

    @agent(writes="shown", limit=Limit(pool, concurrent=1, wait=0.01), fallback=Value("busy"))
    def ask(n: int) -> str:
        with gauge:
            return "ok"

    def run(graph: Graph) -> Any:
        made = asyncio.run(arun_graph(graph, {"n": 1})) if awaited else run_graph(graph, {"n": 1})
        return made.output

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(run_graph, one(hold), {"n": 1})
        assert inside.wait(10)
        assert run(one(ask)) == {"shown": "busy"}
        let_go.set()
        holding.result(10)
    assert gauge.most == 0
    assert run(one(ask)) == {"shown": "ok"}


def test_a_refusal_says_which_limit_and_how_long() -> None:
    @agent(writes="shown", limit=Limit("mail", per_second=0.001, wait=2))
    def ask(n: int) -> str:
        return "ok"

    assert run_graph(one(ask), {"n": 1}).output == {"shown": "ok"}
    with pytest.raises(LimitExceededError) as refused:
        run_graph(one(ask), {"n": 1})
    assert str(refused.value) == (
        "ask was not called: mail is at its limit, 0.001 a second, and no turn came within 2 s\n"
        "    help: raise the limit, or how long it may wait (wait=, timeout=)"
    )


def test_who_waited_is_told_of() -> None:
    seen: list[Event] = []
    pool = uuid4().hex

    @agent(writes="shown", limit=Limit(pool, per_second=20))
    def ask(n: int) -> str:
        return "ok"

    compiled = compile_graph(one(ask), sink=seen.append)
    for _ in range(2):
        compiled.invoke({"n": 1})
    (waited,) = [event for event in seen if isinstance(event, LimitWaited)]
    assert waited.pool == pool
    assert 0 < waited.seconds <= 0.05


@pytest.mark.anyio
async def test_a_cancelled_call_gives_its_place_to_the_next() -> None:
    pool = uuid4().hex
    inside = asyncio.Event()

    @agent(writes="shown", limit=Limit(pool, concurrent=1))
    async def ask(n: int) -> str:
        if n == 0:
            inside.set()
            await asyncio.Event().wait()
        return str(n)

    graph = one(ask)
    holding = asyncio.create_task(arun_graph(graph, {"n": 0}))
    await asyncio.wait_for(inside.wait(), 10)
    waits = asyncio.create_task(arun_graph(graph, {"n": 1}))
    following = asyncio.create_task(arun_graph(graph, {"n": 2}))
    for _ in range(20):
        await asyncio.sleep(0)
    waits.cancel()
    holding.cancel()
    assert (await asyncio.wait_for(following, 10)).output == {"shown": "2"}
    for gone in (waits, holding):
        with pytest.raises(asyncio.CancelledError):
            await gone


def test_a_sync_tool_in_a_coroutine_never_holds_up_the_loop() -> None:
    pool = uuid4().hex

    @tool(limit=Limit(pool, concurrent=1))
    async def hold(wait: int) -> str:
        await asyncio.Event().wait()
        return ""

    @tool(limit=Limit(pool, concurrent=1))
    def look(n: int) -> str:
        return str(n)

    @agent(writes="shown", tools=[hold, look])
    async def ask(n: int) -> str:
        if n:
            return look(n)
        held = asyncio.create_task(hold(0))
        await asyncio.sleep(0)
        try:
            return look(n)
        finally:
            held.cancel()

    for run in (
        lambda n: asyncio.run(arun_graph(one(ask), {"n": n})),
        lambda n: run_graph(one(ask), {"n": n}),
    ):
        with pytest.raises(LimitExceededError, match="would hold up an event loop"):
            run(0)
        assert run(1).output == {"shown": "1"}


def test_a_call_within_a_call_of_the_same_pool_needs_no_second_place() -> None:
    pool = Limit(uuid4().hex, concurrent=1, wait=5)

    @tool(limit=pool)
    def look(n: int) -> str:
        return str(n)

    @agent(writes="shown", tools=[look], limit=pool)
    def ask(n: int) -> str:
        return look(n)

    assert run_graph(one(ask), {"n": 1}).output == {"shown": "1"}


def test_who_waited_behind_a_dependency_that_went_down_does_not_reach_it() -> None:
    breaker = CircuitBreaker(calls=1)
    reached: list[int] = []
    inside, waiting = threading.Event(), threading.Event()

    @agent(
        writes="shown",
        needs=uuid4().hex,
        breaker=breaker,
        limit=Limit(uuid4().hex, concurrent=1),
    )
    def ask(n: int) -> str:
        reached.append(n)
        inside.set()
        waiting.wait(10)
        raise OSError("down")

    graph = one(ask)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(run_graph, graph, {"n": 1})
        assert inside.wait(10)
        second = threads.submit(run_graph, graph, {"n": 2}, sink=lambda _: waiting.set())
        with pytest.raises(OSError, match="down"):
            first.result(10)
        with pytest.raises(CircuitOpenError):
            second.result(10)
    assert reached == [1]


def test_graphs_limit_the_standard_pools() -> None:
    @tool(read_only=True)
    def look(n: int) -> str:
        return "looked"

    @tool(destructive=False)
    def write(n: int) -> str:
        return "wrote"

    @agent(writes="shown", tools=[look, write])
    def ask(n: int) -> str:
        return look(n) + look(n) + write(n)

    once: dict[str, Any] = {"per_second": 0.001, "wait": 0}
    with pytest.raises(LimitExceededError, match=r"ask\.look was not called: retrieval is at"):
        run_graph(one(ask, limits=[Limit("retrieval", burst=1, **once)]), {"n": 1})
    twice = [Limit("retrieval", burst=2, **once), Limit("tools", **once)]
    assert run_graph(one(ask, limits=twice), {"n": 1}).output == {"shown": "lookedlookedwrote"}
    three = [Limit("retrieval", burst=30, **once), Limit("tools", **once)]
    with pytest.raises(LimitExceededError, match=r"ask\.write was not called: tools is at"):
        run_graph(one(ask, limits=three), {"n": 1})


def test_the_nearest_limit_of_a_pool_counts_and_a_pool_without_one_is_refused() -> None:
    @agent(writes="shown", limit=Limit("mail"))
    def ask(n: int) -> str:
        return "ok"

    with pytest.raises(SettingsError, match="nobody says what 'mail' may do"):
        run_graph(one(ask), {"n": 1})
    limits = [Limit("mail", per_second=0.0011, wait=0)]
    assert run_graph(one(ask, limits=limits), {"n": 1}).output == {"shown": "ok"}
    with pytest.raises(LimitExceededError):
        run_graph(one(ask, limits=limits), {"n": 1})


def test_what_is_no_limit_is_refused() -> None:
    @agent(writes="shown", limit=Limit(concurrent=0, per_second=-1, burst=0, wait=-1))
    def ask(n: int) -> str:
        return ""

    @agent(writes="shown", limit=Limit())
    def nothing(n: int) -> str:
        return ""

    with pytest.raises(DeclarationError) as refused:
        one(ask, limits=[Limit(concurrent=1), Limit("a"), Limit("b", concurrent=1), Limit("b")])
    assert [(problem.where, problem.message) for problem in refused.value.problems] == [
        (
            "one.limits",
            "Limit(pool='', concurrent=1, per_second=None, burst=1, wait=None) is of no pool",
        ),
        ("one.limits", "'a' has no bound"),
        ("one.limits", "two limits are of 'b'"),
        ("ask.limit", "concurrent=0 would let nothing through"),
        ("ask.limit", "per_second=-1 would let nothing through"),
        ("ask.limit", "burst=0 would let nothing through"),
        ("ask.limit", "wait=-1 is no span of seconds"),
    ]
    with pytest.raises(DeclarationError, match="it limits nothing"):
        one(nothing)
