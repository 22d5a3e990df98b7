"""A body that was cut off and goes another way is stopped before it does anything new."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any

import pytest

from agentgraph import END, START, Context, Edge, Graph, Retry, agent, tool
from agentgraph.call import recorder
from agentgraph.call.errors import NonDeterminismError
from agentgraph.remember.ports import Memory
from tests.unit.call.recording import Driven, Number, Shown, World, journal_of, new_memory, one

Body = Callable[[Context[World]], Any]


@pytest.fixture
def memory() -> Memory:
    return new_memory()


@pytest.fixture(params=["blocking", "awaited"])
def driven(request: pytest.FixtureRequest) -> Driven:
    return Driven(awaited=request.param == "awaited")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "GRACE", 0.05)


@tool
def charge(ctx: Context[World], amount: int) -> int:
    return int(ctx.context.do(amount))


@tool
async def acharge(ctx: Context[World], amount: int) -> int:
    await asyncio.sleep(0)
    return int(ctx.context.do(amount))


def twice(
    driven: Driven,
    memory: Memory,
    first: Body,
    second: Body,
    *,
    awaits: bool = False,
    **options: Any,
) -> tuple[World, Any]:
    """A call cut off at "end" with the first body, and gone on with by the second: the world, and the result."""
    bodies, world = [first], World()

    @agent(writes="shown", tools=[charge, acharge], **options)
    def body(ctx: Context[World], n: int) -> str:
        return str(bodies[-1](ctx))

    @agent(name="body", writes="shown", tools=[charge, acharge], **options)
    async def abody(ctx: Context[World], n: int) -> str:
        return str(await bodies[-1](ctx))

    @agent(writes="shown")
    def instead(n: int) -> str:
        return "a failure edge took over"

    chosen = abody if awaits else body
    edges = [Edge(START, chosen), Edge(chosen, END), Edge(instead, END)]
    edges.append(Edge(chosen, instead, on_failure=True))
    graph = Graph("one", input=Number, output=Shown, context=World, edges=edges)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    driven.cut_off(driven.run, graph, {"n": 1}, **how)
    world.dies_at = ""
    bodies.append(second)
    return world, lambda: driven.resume(graph, **how).output


def charging(*amounts: int) -> Body:
    def body(ctx: Context[World]) -> int:
        total = sum(charge(amount) for amount in amounts)
        ctx.context.pass_by("end")
        return total

    return body


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ((1,), (2,), r"body asks for tool charge \(.*\), where it had recorded one with other arg"),
        ((1, 2), (1, 3), r"where it had recorded one with other arguments"),
        ((1, 2), (2, 1), None),
        ((1, 2), (1, 2, 3), None),
        ((1, 2), (1,), None),
    ],
)
def test_new_steps_in_place_of_recorded_ones_are_refused(
    driven: Driven, memory: Memory, first: Any, second: Any, said: str | None
) -> None:
    world, resume = twice(driven, memory, charging(*first), charging(*second))
    done = list(world.done)
    if said is None:
        assert resume() == {"shown": str(sum(second))}
        assert world.done == [*done, *second[len(first) :]]
        return
    for _ in range(2):
        with pytest.raises(NonDeterminismError, match=said) as caught:
            resume()
        assert "help: its code has changed" in str(caught.value)
        assert world.done == done, "nothing new was done"


def test_both_steps_are_named_whatever_they_are(driven: Driven, memory: Memory) -> None:
    def first(ctx: Context[World]) -> None:
        ctx.now()
        ctx.step("fetch", str, 1)
        ctx.context.pass_by("end")

    def second(ctx: Context[World]) -> None:
        ctx.random()

    _, resume = twice(driven, memory, first, second)
    with pytest.raises(NonDeterminismError) as caught:
        resume()
    assert caught.value.new == ("random", "", "")
    assert caught.value.recorded == ("now", "", "")
    assert "asks for ctx.random(), where it had recorded ctx.now()" in str(caught.value)


def test_no_body_no_retry_no_fallback_and_no_failure_edge_takes_it_over(
    driven: Driven, memory: Memory
) -> None:
    def swallows(ctx: Context[World]) -> int:
        try:
            return charge(2)
        except Exception:
            return 0

    def spare(n: int) -> str:
        return "spare"

    options: Any = {"retry": Retry(attempts=3, wait=0), "fallback": spare}
    _, resume = twice(driven, memory, charging(1), swallows, **options)
    with pytest.raises(NonDeterminismError):
        resume()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("group", ["gather", "task group"])
def test_a_task_group_hides_it_not(driven: Driven, memory: Memory, group: str) -> None:
    async def first(ctx: Context[World]) -> int:
        made = await acharge(1)
        ctx.context.pass_by("end")
        return made

    async def second(ctx: Context[World]) -> int:
        await acharge(2)
        return 0

    async def grouped(ctx: Context[World]) -> int:
        if group == "gather":
            await asyncio.gather(second(ctx), asyncio.sleep(0), return_exceptions=True)
        else:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(second(ctx))
        return 0

    _, resume = twice(driven, memory, first, grouped, awaits=True)
    with pytest.raises(NonDeterminismError):
        resume()


async def chain(ctx: Context[World], *amounts: int, turns: int = 0) -> int:
    total = 0
    for amount in amounts:
        for _ in range(turns):
            await asyncio.sleep(0)
        total += await acharge(amount)
    return total


async def dies(ctx: Context[World], turns: int) -> int:
    for _ in range(turns):
        await asyncio.sleep(0)
    ctx.context.pass_by("end")
    return 0


@pytest.mark.parametrize("turns", [0, 3, 200])
@pytest.mark.parametrize("dies_after", range(0, 60, 3))
def test_chains_side_by_side_replay_right_wherever_they_were_cut_off(
    memory: Memory, turns: int, dies_after: int
) -> None:
    """The order in which two chains come along is another when one of them is answered at once."""

    async def body(ctx: Context[World]) -> int:
        both = [chain(ctx, 1, 2, 3), chain(ctx, 4, 5, 6, turns=turns)]
        return sum(await asyncio.gather(*both, dies(ctx, dies_after)))

    driven = Driven(awaited=True)
    world, resume = twice(driven, memory, body, body, awaits=True)
    recorded = {record.result for record in journal_of(memory).kept()}
    assert resume() == {"shown": "21"}
    for amount in range(1, 7):
        # What was in flight beside the one that died was done, and is done again.
        assert world.done.count(amount) in ((1,) if amount in recorded else (1, 2))
    assert len(journal_of(memory).kept()) == 6


@pytest.mark.usefixtures("impatient")
def test_a_chain_that_changed_beside_another_is_refused_before_it_does_anything(
    memory: Memory,
) -> None:
    def gathered(*firsts: int) -> Body:
        async def body(ctx: Context[World]) -> int:
            made = await asyncio.gather(*(chain(ctx, first) for first in firsts))
            ctx.context.pass_by("end")
            return sum(made)

        return body

    driven = Driven(awaited=True)
    world, resume = twice(driven, memory, gathered(1, 2), gathered(1, 3), awaits=True)
    with pytest.raises(NonDeterminismError, match="one with other arguments"):
        resume()
    assert world.done == [1, 2]


def test_a_chain_that_is_late_is_waited_for(memory: Memory) -> None:
    """What came first the last time may come last now: the new step waits until the recorded one was asked for."""

    async def first(ctx: Context[World]) -> int:
        async def one_and_dies() -> int:
            made = await chain(ctx, 1)
            ctx.context.pass_by("end")
            return made

        return sum(await asyncio.gather(one_and_dies()))

    async def second(ctx: Context[World]) -> int:
        return sum(await asyncio.gather(chain(ctx, 2), chain(ctx, 1, turns=300)))

    world, resume = twice(Driven(awaited=True), memory, first, second, awaits=True)
    assert len(journal_of(memory).kept()) == 1
    assert resume() == {"shown": "3"}
    assert world.done == [1, 2]


def test_threads_of_a_body_are_strands_of_their_own(driven: Driven, memory: Memory) -> None:
    def parallel(ctx: Context[World]) -> int:
        made: list[int] = []

        def work(*amounts: int) -> None:
            made.extend(charge(amount) for amount in amounts)

        threads = [
            threading.Thread(target=contextvars.copy_context().run, args=(work, *amounts))
            for amounts in ((1, 2), (3, 4))
        ]
        for one_ in threads:
            one_.start()
        for one_ in threads:
            one_.join()
        ctx.context.pass_by("end")
        return sum(made)

    world, resume = twice(driven, memory, parallel, parallel)
    assert resume() == {"shown": "10"}
    assert sorted(world.done) == [1, 2, 3, 4]


def test_steps_inside_of_steps_are_behind_the_outer_one(driven: Driven, memory: Memory) -> None:
    @tool
    def outer(ctx: Context[World], number: int) -> int:
        made = ctx.step("inner", ctx.context.do, number)
        ctx.context.do(ctx.idempotency_key)
        ctx.context.pass_by("end")
        return int(made) + 1

    @agent(writes="shown", tools=[outer])
    def body(ctx: Context[World], n: int) -> str:
        return str(outer(n))

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    driven.cut_off(driven.run, graph, {"n": 1}, **how)
    world.dies_at = ""
    assert driven.resume(graph, **how).output == {"shown": "2"}
    assert world.done == [1, world.done[1], world.done[1]], "the inner one once, the key the same"
    assert driven.run(graph, {"n": 1}, **how).output == {"shown": "2"}
    assert world.done[4] != world.done[1], "another turn has another key"


def test_what_failed_and_cannot_be_told_as_json_is_done_again_and_may_lead_elsewhere(
    driven: Driven, memory: Memory
) -> None:
    class LocalError(Exception):
        """Nobody finds it by its name."""

    tried: list[int] = []

    def fetch() -> int:
        tried.append(1)
        if len(tried) == 1:
            raise LocalError
        return 1

    def body(ctx: Context[World]) -> str:
        try:
            ctx.step("fetch", fetch)
        except LocalError:
            ctx.step("instead", str, "b")
            ctx.context.pass_by("end")
        return ctx.step("after", str, "a")

    _, resume = twice(driven, memory, body, body)
    assert resume() == {"shown": "a"}
    assert len(tried) == 2
