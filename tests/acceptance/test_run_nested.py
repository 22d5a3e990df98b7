"""Graphs inside graphs: asked, failed, gone on with, stamped, told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import StateGraph
from langgraph.types import Command, StateSnapshot
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
    field,
    from_langgraph,
    open_memory,
    resume_graph,
    run_graph,
)
from agentgraph.compile.stored import GRAPH, SPEC, VERSION
from agentgraph.errors import ResumeError
from agentgraph.model.codec import spec_hash
from agentgraph.remember.ports import Memory
from checkpoints.async_saver import AsyncRedisSaver
from checkpoints.saver import RedisSaver


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Number(TypedDict):
    n: int


class Total(TypedDict):
    total: int


class Log:
    """Counts who ran, remembers keys, and lets `last` fail until it is mended."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.keys: list[str] = []
        self.mended = True


@agent(writes="m")
def inner_first(ctx: Context[Log], n: int) -> int:
    ctx.context.ran.append("inner_first")
    ctx.context.keys.append(ctx.idempotency_key)
    return n + 1


@agent(asks="Is it enough?", writes="extra")
def inner_ask(m: int) -> int:
    return by_person()


@agent(writes="total")
def inner_last(ctx: Context[Log], m: int, extra: int) -> int:
    ctx.context.ran.append("inner_last")
    if not ctx.context.mended:
        raise ValueError("broken")
    return m + extra


inner = Graph(
    "inner",
    version="2.0.0",
    input=Number,
    output=Total,
    context=Log,
    edges=[
        Edge(START, inner_first),
        Edge(inner_first, inner_ask),
        Edge(inner_ask, inner_last),
        Edge(inner_last, END),
    ],
)


@agent(writes="n")
def outer_first(ctx: Context[Log], n: int) -> int:
    ctx.context.ran.append("outer_first")
    return n * 10


class Doubled(TypedDict):
    doubled: int


@agent(writes="doubled")
def outer_last(sum_: int) -> int:
    return sum_ * 2


def make_outer(inner: Graph = inner) -> Graph:
    stands = inner.named("adds", reads={"n": "n"}, writes={"total": "sum_"})
    return Graph(
        "outer",
        version="1.0.0",
        input=Number,
        output=Doubled,
        context=Log,
        edges=[
            Edge(START, outer_first),
            Edge(outer_first, stands),
            Edge(stands, outer_last),
            Edge(outer_last, END),
        ],
    )


outer = make_outer()


def test_a_nested_graph_asks_fails_and_goes_on_where_it_stood(memory: Memory) -> None:
    log = Log()
    waiting = run_graph(outer, {"n": 1}, thread="t", memory=memory, context=log)
    (question,) = waiting.questions
    assert (question.agent, question.shown) == ("adds.inner_ask", {"m": 11})
    wrong = resume_graph(outer, "much", thread="t", memory=memory, context=log)
    assert wrong.questions[0].problems
    log.mended = False
    with pytest.raises(ValueError, match="broken") as failed:
        resume_graph(outer, 5, thread="t", memory=memory, context=log)
    assert any("in agent adds.inner_last" in note for note in failed.value.__notes__)
    log.mended = True
    done = resume_graph(outer, thread="t", memory=memory, context=log)
    assert done.output == {"doubled": 32}
    assert log.ran == ["outer_first", "inner_first", "inner_last", "inner_last"]


def test_every_checkpoint_carries_the_stamp_of_its_own_graph(memory: Memory) -> None:
    run_graph(outer, {"n": 1}, thread="t", memory=memory, context=Log())
    stamps: dict[str, set[tuple[str, str, str]]] = {}
    lineages = set()
    for stored in memory.saver.list({"configurable": {"thread_id": "t"}}):
        namespace = stored.config["configurable"]["checkpoint_ns"].partition(":")[0]
        found = stored.metadata
        stamps.setdefault(namespace, set()).add((found[GRAPH], found[VERSION], found[SPEC]))
        lineages.add(found["agentgraph_lineage"])
    assert stamps == {
        "": {("outer", "1.0.0", spec_hash(outer.spec))},
        "adds": {("inner", "2.0.0", spec_hash(inner.spec))},
    }
    assert len(lineages) == 1


def test_the_rounds_of_a_loop_around_a_nested_graph_have_keys_of_their_own() -> None:
    @agent(writes="m")
    def work(ctx: Context[Log], n: int) -> int:
        ctx.context.keys.append(ctx.idempotency_key)
        return n + 1

    part = Graph("part", input=Number, output=_M, edges=[Edge(START, work), Edge(work, END)])
    step = part.named("step", writes={"m": "n"})
    around = Graph(
        "around",
        input=Number,
        output=Number,
        context=Log,
        edges=[Edge(START, step), Edge(step, step, when=field("n") < 4, at_most=9)],
    )
    log = Log()
    assert run_graph(around, {"n": 1}, context=log).output == {"n": 4}
    assert len(log.keys) == len(set(log.keys)) == 3


class _M(TypedDict):
    m: int


def test_a_changed_inner_graph_is_refused_where_its_own_state_does_not_fit(memory: Memory) -> None:
    @agent(writes="m")
    def inner_first(n: int) -> str:
        return str(n)

    @agent(asks="Is it enough?", writes="extra")
    def inner_ask(m: str) -> int:
        return by_person()

    @agent(writes="total")
    def inner_last(m: str, extra: int) -> int:
        return extra

    changed = Graph(
        "inner",
        version="3.0.0",
        input=Number,
        output=Total,
        edges=[
            Edge(START, inner_first),
            Edge(inner_first, inner_ask),
            Edge(inner_ask, inner_last),
            Edge(inner_last, END),
        ],
    )
    run_graph(outer, {"n": 1}, thread="t", memory=memory, context=Log())
    with pytest.raises(ResumeError, match=r"inner\.m \$"):
        resume_graph(make_outer(changed), 5, thread="t", memory=memory, context=Log())
    done = resume_graph(outer, 5, thread="t", memory=memory, context=Log())
    assert done.output == {"doubled": 32}


class Theirs(TypedDict, total=False):
    n: int
    total: int


def ten_times(state: Number) -> Any:
    return {"n": state["n"] * 10}


def plain(node: Any) -> Any:
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(Theirs)
    builder.add_node("before", ten_times)
    builder.add_node("adds", node)
    builder.set_entry_point("before")
    builder.add_edge("before", "adds")
    return builder


def simple(offset: int = 1) -> Graph:
    @agent(writes="total")
    def add(n: int) -> int:
        return n + offset

    @agent(writes="n")
    async def twice(n: int) -> int:
        return n * 2

    return Graph(
        "simple",
        input=Number,
        output=Total,
        edges=[Edge(START, twice), Edge(twice, add), Edge(add, END)],
    )


def savers(redis_url: str, prefix: str) -> dict[str, Callable[[], Any]]:
    return {
        "none": lambda: None,
        "memory": InMemorySaver,
        "redis": lambda: RedisSaver.from_url(redis_url, prefix=prefix),
    }


CONFIG: Any = {"configurable": {"thread_id": "t"}}


@pytest.mark.parametrize("kind", ["none", "memory", "redis"])
def test_ours_as_a_node_of_theirs_and_theirs_as_an_agent_of_ours(
    kind: str, redis_url: str, prefix: str
) -> None:
    saver = savers(redis_url, prefix)[kind]()
    with saver if kind == "redis" else InMemorySaver() as opened:
        checkpointer: BaseCheckpointSaver[Any] | None = opened if saver is not None else None
        theirs = plain(compile_graph(simple())).compile(checkpointer=checkpointer)
        assert theirs.invoke({"n": 1}, CONFIG) == {"n": 10, "total": 21}

        foreign = from_langgraph(plain(compile_graph(simple())), reads=["n"], writes=["total"])
        ours = Graph(
            "ours", input=Number, output=Total, edges=[Edge(START, foreign), Edge(foreign, END)]
        )
        app = compile_graph(ours, checkpointer=checkpointer)
        assert app.invoke({"n": 1}, {"configurable": {"thread_id": "u"}}) == {"total": 21}


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["none", "memory", "redis"])
async def test_the_same_awaited(kind: str, redis_url: str, prefix: str) -> None:
    if kind == "redis":
        async with AsyncRedisSaver.from_url(redis_url, prefix=prefix) as saver:
            await both_ways(saver)
    else:
        await both_ways(InMemorySaver() if kind == "memory" else None)


async def both_ways(checkpointer: Any) -> None:
    theirs = plain(compile_graph(simple())).compile(checkpointer=checkpointer)
    assert await theirs.ainvoke({"n": 1}, CONFIG) == {"n": 10, "total": 21}
    foreign = from_langgraph(plain(compile_graph(simple())), reads=["n"], writes=["total"])
    ours = Graph(
        "ours", input=Number, output=Total, edges=[Edge(START, foreign), Edge(foreign, END)]
    )
    app = compile_graph(ours, checkpointer=checkpointer)
    assert await app.ainvoke({"n": 1}, {"configurable": {"thread_id": "u"}}) == {"total": 21}


def test_ours_called_by_a_function_of_theirs_asks_and_goes_on() -> None:
    """The config reaches it through LangGraph's context variable alone."""
    app = compile_graph(inner)
    log = Log()

    def calls(state: Number) -> Any:
        return app.invoke({"n": state["n"]}, context=log)

    theirs = plain(calls).compile(checkpointer=InMemorySaver())
    waiting = theirs.invoke({"n": 1}, CONFIG)
    assert waiting["__interrupt__"][0].value["agent"] == "inner_ask"
    assert theirs.invoke(Command(resume=5), CONFIG)["total"] == 16
    assert log.ran == ["inner_first", "inner_last"]


def test_the_inner_state_can_be_looked_at(memory: Memory) -> None:
    app = compile_graph(outer, checkpointer=memory.saver)
    app.invoke({"n": 1}, CONFIG, context=Log())
    (task,) = app.get_state(CONFIG, subgraphs=True).tasks
    assert isinstance(task.state, StateSnapshot)
    assert task.state.values == {"n": 10, "m": 11}
    assert "inner_ask" in app.get_graph(xray=True).draw_mermaid()
