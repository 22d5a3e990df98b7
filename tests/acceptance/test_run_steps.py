"""Recorded steps in Redis: a record answers for its own history, and for no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    agent,
    by_person,
    compile_graph,
    open_memory,
    resume_graph,
    run_graph,
    tool,
)
from agentgraph.errors import ThreadTakenError
from agentgraph.remember.ports import Memory
from agentgraph.remember.records import StepRecord, record_of
from agentgraph.run.fork import fork_thread
from checkpoints import RedisSaver
from tests.unit.call.recording import DiedError, Number, World


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Told(TypedDict):
    told: str


@tool
def draw(ctx: Context[World], number: int) -> int:
    ctx.context.do((number, ctx.idempotency_key))
    return len(ctx.context.done)


@agent(writes="first", tools=[draw])
def begin(ctx: Context[World], n: int) -> int:
    made = draw(n)
    ctx.context.pass_by("first")
    return made


@agent(writes="second", tools=[draw])
def go_on(ctx: Context[World], first: int, n: int) -> int:
    made = draw(n)
    ctx.context.pass_by("second")
    return made


@agent(writes="told")
def tell(first: int, second: int) -> str:
    return f"{first} {second}"


graph = Graph(
    "drawing",
    input=Number,
    output=Told,
    context=World,
    edges=[Edge(START, begin), Edge(begin, go_on), Edge(go_on, tell), Edge(tell, END)],
)


def cut_off(world: World, place: str, act: Any, *args: Any, **how: Any) -> None:
    world.dies_at = place
    with pytest.raises(DiedError):
        act(*args, **how)
    world.dies_at = ""


def test_a_copy_takes_records_in_flight_along_and_an_earlier_one_leaves_them(
    memory: Memory,
) -> None:
    world = World()
    how: dict[str, Any] = {"memory": memory, "context": world}
    cut_off(world, "second", run_graph, graph, {"n": 5}, thread="t", **how)
    assert len(world.done) == 2
    fork_thread(memory, "t", to="same")
    assert resume_graph(graph, thread="same", **how).output == {"told": "1 2"}
    assert len(world.done) == 2, "its records answered"
    fork_thread(memory, "t", at="0", to="earlier")
    assert resume_graph(graph, thread="earlier", **how).output == {"told": "3 4"}
    assert resume_graph(graph, thread="t", **how).output == {"told": "1 2"}
    assert len({key for _, key in world.done}) == 4


def test_an_update_from_outside_and_an_older_checkpoint_are_histories_of_their_own(
    memory: Memory,
) -> None:
    world = World()
    app = compile_graph(graph, checkpointer=memory.saver, journal=memory.journal)
    config: Any = {"configurable": {"thread_id": "t"}}
    how: dict[str, Any] = {"context": world, "durability": "sync"}
    cut_off(world, "second", app.invoke, {"n": 5}, config, **how)
    app.update_state(config, {"first": 70}, as_node="begin")
    cut_off(world, "second", app.invoke, None, config, **how)
    assert len(world.done) == 3, "another state: what it recorded there says nothing here"
    assert app.invoke(None, config, **how) == {"told": "70 3"}
    assert len(world.done) == 3, "the same update again is the same history"
    older = next(one for one in app.get_state_history(config) if one.next == ("begin",)).config
    assert app.invoke(None, older, **how) == {"told": "4 5"}
    assert app.invoke(None, older, **how) == {"told": "6 7"}
    assert len({key for _, key in world.done}) == 7


class Count(TypedDict):
    count: int


def test_each_round_of_a_loop_is_a_call_of_its_own(memory: Memory) -> None:
    @agent(writes="count", tools=[draw])
    def again(ctx: Context[World], n: int, count: int = 0) -> int:
        draw(n)
        ctx.context.pass_by(f"round {count}")
        return count + 1

    loop = Graph(
        "looping",
        input=Number,
        output=Count,
        context=World,
        edges=[Edge(START, again), Edge(again, again, at_most=2, otherwise=END)],
    )
    world = World()
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    cut_off(world, "round 1", run_graph, loop, {"n": 5}, **how)
    cut_off(world, "round 2", resume_graph, loop, **how)
    assert resume_graph(loop, **how).output == {"count": 3}
    assert len(world.done) == 3
    assert len({key for _, key in world.done}) == 3


def test_what_came_before_a_question_is_not_done_again_when_it_is_answered(
    memory: Memory,
) -> None:
    @tool(approval="Really?")
    def delete(ctx: Context[World], number: int) -> str:
        ctx.context.do(("delete", number))
        return f"deleted {number}"

    @agent(writes="told", tools=[draw, delete])
    def body(ctx: Context[World], n: int) -> str:
        draw(n)
        first = delete(1)
        ctx.step("between", ctx.context.do, ["between"])
        return f"{first} {delete(2)}"

    asking = Graph(
        "asking",
        input=Number,
        output=Told,
        context=World,
        edges=[Edge(START, body), Edge(body, END)],
    )
    world = World()
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    assert run_graph(asking, {"n": 5}, **how).status == "waiting"
    assert resume_graph(asking, True, **how).status == "waiting"
    done = resume_graph(asking, True, **how)
    assert done.output == {"told": "deleted 1 deleted 2"}
    assert [what[0] for what in world.done] == [5, "delete", "between", "delete"]


def test_a_person_beside_a_cut_off_call_changes_nothing(memory: Memory) -> None:
    @agent(asks="Well?", writes="well")
    def ask(n: int) -> bool:
        return by_person()

    @agent(writes="told")
    def join(well: bool, first: int) -> str:
        return f"{well} {first}"

    beside = Graph(
        "beside",
        input=Number,
        output=Told,
        context=World,
        edges=[Edge(START, ask), Edge(START, begin), Edge([ask, begin], join), Edge(join, END)],
    )
    world = World()
    world.fails = {"first"}
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    with pytest.raises(ValueError, match="first"):
        run_graph(beside, {"n": 5}, **how)
    world.fails = set()
    waits = resume_graph(beside, **how)
    assert waits.status == "waiting"
    assert resume_graph(beside, True, **how).output == {"told": "True 1"}
    assert len(world.done) == 1


def test_a_run_that_lost_its_thread_records_nothing_more(
    redis_url: str, prefix: str, memory: Memory
) -> None:
    @tool
    def slow(ctx: Context[World], number: int) -> int:
        with RedisSaver.from_url(redis_url, prefix=prefix) as other:
            # What another machine does once this one's lease has run out.
            client: Any = other.wire.client
            key = other.settings.keys("t")[8]
            client.delete(key)
            other.lease("t", "another", 10)
        return number

    @agent(writes="told", tools=[slow])
    def body(ctx: Context[World], n: int) -> str:
        try:
            return str(slow(n))
        except Exception:
            return "caught"

    losing = Graph(
        "losing",
        input=Number,
        output=Told,
        context=World,
        edges=[Edge(START, body), Edge(body, END)],
    )
    with pytest.raises(ThreadTakenError):
        run_graph(losing, {"n": 5}, thread="t", memory=memory, context=World())
    with open_memory(redis_url, prefix=prefix) as again:
        assert steps_of(again) == []


def steps_of(memory: Memory) -> list[Any]:
    """The recorded steps of thread "t"; what else happened in its runs is kept under places of its own."""
    journal: Any = memory.journal
    return [step for step in journal.read_thread("t") if not step.place.startswith("@")]


def test_records_are_typed_json_with_their_place(memory: Memory) -> None:
    world = World()
    run_graph(graph, {"n": 5}, thread="t", memory=memory, context=world)
    first, second = steps_of(memory)
    (run,) = memory.journal.get_runs("t")
    assert first.place == f"{run}/1:begin"
    assert second.place == f"{run}/2:go_on"
    record = record_of(first.payload)
    assert isinstance(record, StepRecord)
    assert (record.kind, record.name, record.occurrence, record.result) == ("tool", "draw", 1, 1)
    assert (record.agent, record.attempt, record.error) == ("begin", 1, None)
    assert first.key == f"tool/draw:{record.digest}:1"
    assert record.start <= record.end
