"""Recorded steps: a body that was cut off runs again from its first line, and pays for nothing twice."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from datetime import datetime
from typing import Any

import pytest
from pydantic import BaseModel

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Map,
    Retry,
    agent,
    compile_graph,
    run_graph,
    tool,
)
from agentgraph.call.drive import TimedOutError
from agentgraph.call.errors import UnrecordableError
from agentgraph.observe.events import Event, StepReplayed, ToolReturned
from agentgraph.remember.ports import Memory
from tests.unit.call.recording import (
    DiedError,
    Driven,
    Number,
    World,
    journal_of,
    new_memory,
    one,
    places,
)

SOON = Retry(attempts=3, wait=0.001, jitter=0)


@pytest.fixture
def memory() -> Memory:
    return new_memory()


@pytest.fixture(params=["blocking", "awaited"])
def driven(request: pytest.FixtureRequest) -> Driven:
    return Driven(awaited=request.param == "awaited")


class Order(BaseModel):
    number: int
    at: datetime


@dataclasses.dataclass(frozen=True)
class Pair:
    left: int
    right: str


@tool
def buy(ctx: Context[World], number: int) -> Order:
    ctx.context.do(("buy", number, ctx.idempotency_key))
    return Order(number=number, at=datetime(2026, 11, 28))


@tool
async def abuy(ctx: Context[World], number: int) -> Order:
    await asyncio.sleep(0)
    ctx.context.do(("buy", number, ctx.idempotency_key))
    return Order(number=number, at=datetime(2026, 11, 28))


def paired(world: World, left: int) -> Pair:
    world.do(("pair", left))
    return Pair(left, "r")


@agent(writes="shown", tools=[buy])
def plain(ctx: Context[World], n: int) -> str:
    world = ctx.context
    at, luck = ctx.now(), ctx.random()
    orders = [buy(n), buy(n), buy(number=n + 1)]

    def pair(left: int) -> Pair:
        return paired(world, left)

    made = ctx.step("pair", pair, n)
    world.pass_by("middle")
    text = ctx.step("text", lambda: f"{at.isoformat()} {luck}")
    world.pass_by("end")
    return f"{text} {[order.number for order in orders]} {made.left}{made.right}"


@agent(writes="shown", tools=[buy, abuy])
async def awaiting(ctx: Context[World], n: int) -> str:
    world = ctx.context
    at, luck = ctx.now(), ctx.random()
    orders = [*await asyncio.gather(abuy(n), abuy(n)), buy(number=n + 1)]

    async def pair(left: int) -> Pair:
        await asyncio.sleep(0)
        return paired(world, left)

    made = await ctx.step("pair", pair, n)
    world.pass_by("middle")
    text = ctx.step("text", lambda: f"{at.isoformat()} {luck}")
    world.pass_by("end")
    return f"{text} {[order.number for order in orders]} {made.left}{made.right}"


@pytest.mark.parametrize("body", [plain, awaiting])
@pytest.mark.parametrize("place", ["middle", "end"])
def test_what_was_recorded_answers_and_is_not_done_again(
    driven: Driven, memory: Memory, body: Any, place: str
) -> None:
    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = place
    driven.cut_off(driven.run, graph, {"n": 1}, **how)
    driven.cut_off(driven.resume, graph, **how)
    done, world.dies_at = world.done, ""
    kept = {record.kind: record for record in journal_of(memory).kept()}
    seen: list[Event] = []
    shown = driven.resume(graph, **how, sink=seen.append).output or {}
    assert world.done == done, "nothing was done again"
    assert [what[:2] for what in done] == [("buy", 1), ("buy", 1), ("buy", 2), ("pair", 1)]
    assert len({key for what, _, key in done[:3]}) == 3, "each call has a key of its own"
    at = datetime.fromisoformat(shown["shown"].split()[0])
    assert at.timestamp() == pytest.approx(kept["now"].result, abs=1e-5)
    assert float(shown["shown"].split()[1]) == kept["random"].result
    assert shown["shown"].endswith("[1, 1, 2] 1r")
    replayed = [event.step for event in seen if isinstance(event, StepReplayed)]
    assert replayed[:4] == ["tool", "tool", "tool", "step"]
    assert not [event for event in seen if isinstance(event, ToolReturned)]


@pytest.mark.parametrize("body", [plain, awaiting])
def test_a_step_is_one_round_trip_and_a_resumed_call_one_more(
    driven: Driven, memory: Memory, body: Any
) -> None:
    world, graph, trips = World(), one(body, context=World), journal_of(memory).trips
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    driven.cut_off(driven.run, graph, {"n": 1}, **how)
    # Three tools, two steps, a time and a random number: and nothing to read in a history that begins.
    assert trips == {"put_run": 1, "record": 7}
    trips.clear()
    world.dies_at = ""
    driven.resume(graph, **how)
    assert trips == {"read": 1}


def test_results_come_back_as_the_type_that_they_were_declared_with(memory: Memory) -> None:
    seen: list[Any] = []

    def order(number: int) -> Order:
        return Order(number=number, at=datetime(2026, 1, 2))

    def orders() -> dict[str, list[Order]]:
        return {"all": [order(1)]}

    def untyped(value):
        return {"a": [1, 2.5, None, value]}

    def pairs() -> tuple[Pair, ...]:
        return (Pair(1, "x"),)

    @agent(writes="shown")
    def body(ctx: Context[World], n: int) -> str:
        made = [
            ctx.step("order", order, number=n),
            ctx.step("orders", orders),
            ctx.step("untyped", untyped, "v"),
            ctx.step("pairs", pairs),
            ctx.step("made", Order, number=3, at=datetime(2026, 1, 1)),
            ctx.step("nothing", lambda: None),
        ]
        seen.append(made)
        ctx.context.pass_by("end")
        return "done"

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    Driven(awaited=False).cut_off(run_graph, graph, {"n": 1}, **how)
    world.dies_at = ""
    Driven(awaited=False).resume(graph, **how)
    first, again = seen
    assert first == again
    assert [type(one) for one in again] == [Order, dict, dict, tuple, Order, type(None)]
    assert isinstance(again[1]["all"][0], Order)
    assert isinstance(again[3][0], Pair)
    assert {record.codec for record in journal_of(memory).kept()} >= {"Order", "Any"}


class Opaque:
    """Nothing that JSON knows."""


def opaque() -> Opaque:
    return Opaque()


async def soon() -> int:
    return 1


@pytest.mark.parametrize("remembers", [True, False])
@pytest.mark.parametrize(
    ("function", "arguments", "said"),
    [
        (opaque, (), "step 's' cannot be recorded.*Opaque"),
        (lambda: Opaque(), (), "step 's' gave what cannot be recorded, of type Opaque"),
        (lambda: {1, 2}, (), "step 's' gave what cannot be recorded, of type set"),
        (lambda it: 1, (Opaque(),), "step 's' cannot be told from others by its arguments"),
        (lambda: soon(), (), r"await ctx.step\('s', f, ...\)"),
    ],
)
def test_what_cannot_be_recorded_is_one_clear_error(
    memory: Memory, function: Any, arguments: Any, said: str, remembers: bool
) -> None:
    @agent(writes="shown")
    def body(ctx: Context[Any], n: int) -> str:
        ctx.step("s", function, *arguments)
        return "never"

    how: Any = {"thread": "t", "memory": memory} if remembers else {}
    with pytest.raises(UnrecordableError, match=said) as caught:
        run_graph(one(body), {"n": 1}, **how)
    assert "help: " in str(caught.value)


def test_arguments_tell_steps_apart_the_same_in_each_process() -> None:
    from agentgraph.call.own_steps import _stable

    value = {"a": {"x", "y", "z"}, "b": (Pair(1, "r"), Order(number=1, at=datetime(2026, 1, 1)))}
    assert _stable(value) == {
        "a": _stable({"z", "y", "x"}),
        "b": [{"left": 1, "right": "r"}, {"number": 1, "at": "2026-01-01T00:00:00"}],
    }


def test_calls_of_nested_graphs_of_maps_and_of_turns_are_kept_apart(
    driven: Driven, memory: Memory
) -> None:
    from typing_extensions import TypedDict

    class Squares(TypedDict):
        squares: list[int]

    class Total(TypedDict):
        total: int

    @agent(writes="parts")
    def split(n: int) -> list[int]:
        return [n, n, n]

    @agent(writes="square")
    def power(ctx: Context[World], part: int) -> int:
        made = ctx.step("square", lambda p: ctx.context.do(p * p), part)
        ctx.context.pass_by("power")
        return int(made)

    @agent(writes="total")
    def add(ctx: Context[World], squares: list[int]) -> int:
        made = ctx.step("add", lambda: ctx.context.do(sum(squares)))
        ctx.context.pass_by("add")
        return int(made)

    inner = Graph(
        "inner",
        input=Squares,
        output=Total,
        context=World,
        edges=[Edge(START, add), Edge(add, END)],
    )
    graph = Graph(
        "outer",
        input=Number,
        output=Total,
        context=World,
        edges=[
            Edge(START, split),
            Map(split, over="parts", each="part", to=power, into="squares"),
            Edge([power], inner),
            Edge(inner, END),
        ],
    )
    world = World()
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    for turn in (1, 2):
        world.dies_at = "add"
        driven.cut_off(driven.run, graph, {"n": 2}, **how)
        world.dies_at = ""
        assert driven.resume(graph, **how).output == {"total": 12}
        assert world.done == [4, 4, 4, 12] * turn
    lineages = {at[1].split("/")[0] for at, _ in places(journal_of(memory))}
    assert len(lineages) == 2


def test_without_a_memory_nothing_is_recorded() -> None:
    world, graph = World(), one(plain, context=World)
    run_graph(graph, {"n": 1}, context=world)
    compiled = compile_graph(graph)
    compiled.invoke({"n": 1}, context=world)
    keys = [what[2] for what in world.done if what[0] == "buy"]
    assert len(set(keys)) == 6, "a run without a thread has keys of its own"


def test_a_compiled_graph_records_through_the_journal_it_is_given(memory: Memory) -> None:
    world, graph = World(), one(plain, context=World)
    compiled = compile_graph(graph, checkpointer=memory.saver, journal=memory.journal)
    config: Any = {"configurable": {"thread_id": "t"}}
    world.dies_at = "end"
    with pytest.raises(DiedError):
        compiled.invoke({"n": 1}, config, context=world, durability="sync")
    world.dies_at = ""
    done = list(world.done)
    again = compiled.with_config({"tags": ["x"]})
    assert again.invoke(None, config, context=world, durability="sync")["shown"].endswith("1r")
    assert world.done == done


def test_a_context_outside_of_runs_has_them_too() -> None:
    world = World()

    @agent(writes="shown")
    def body(ctx: Context[Any], n: int) -> str:
        made = ctx.step("s", world.do, n)
        return f"{made} {0 <= ctx.random() < 1} {ctx.now().tzinfo}"

    assert body(3) == "3 True UTC"


def test_a_time_out_of_a_tool_is_raised_again_as_one(memory: Memory) -> None:
    stuck, kinds = threading.Event(), []

    @tool(timeout=0.02)
    def hangs() -> int:
        stuck.wait(30)
        return 1

    @agent(writes="shown", tools=[hangs])
    def body(ctx: Context[World], n: int) -> str:
        try:
            hangs()
        except TimedOutError as error:
            kinds.append(error.seconds)
        ctx.context.pass_by("end")
        return "done"

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    Driven(awaited=False).cut_off(run_graph, graph, {"n": 1}, **how)
    stuck.set()
    world.dies_at = ""
    assert Driven(awaited=False).resume(graph, **how).output == {"shown": "done"}
    assert kinds == [0.02, 0.02]
