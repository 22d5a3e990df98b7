"""LangGraph's own features behave on Redis as they do in memory: blocking, and in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from operator import add
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send, interrupt
from typing_extensions import TypedDict

from checkpoints import AsyncRedisSaver, RedisSaver

CONFIG: Any = {"configurable": {"thread_id": "t"}}
DURABILITIES = ["sync", "async", "exit"]


class State(TypedDict, total=False):
    log: Annotated[list[Any], add]
    n: int
    item: Any


def said(word: str) -> Callable[[State], Any]:
    return lambda state: {"log": [word]}


def graph_of(
    saver: Any, nodes: dict[str, Any], edges: list[tuple[Any, Any]], **options: Any
) -> Any:
    builder: Any = StateGraph(State)
    for name, body in nodes.items():
        builder.add_node(name, body)
    for source, target in edges:
        if callable(target):
            builder.add_conditional_edges(source, target)
        else:
            builder.add_edge(source, target)
    return builder.compile(checkpointer=saver, **options)


async def history(app: Any) -> list[Any]:
    """All that can be told of a thread without ids and times, newest first."""
    return [
        (
            s.values,
            s.next,
            s.metadata.get("step"),
            s.metadata.get("source"),
            [i.value for i in s.interrupts],
        )
        async for s in app.aget_state_history(CONFIG)
    ]


async def interrupt_and_resume(saver: Any, how: Any) -> Any:
    def ask(state: State) -> Any:
        first = interrupt("first?")
        second = interrupt({"after": first})
        return {"log": [first, second]}

    nodes = {"before": said("before"), "ask": ask, "after": said("after")}
    app = graph_of(
        saver, nodes, [(START, "before"), ("before", "ask"), ("ask", "after"), ("after", END)]
    )
    asked = [await app.ainvoke({"log": ["in"]}, CONFIG, durability=how)]
    asked.append(await app.ainvoke(Command(resume="one"), CONFIG, durability=how))
    asked.append(await app.ainvoke(Command(resume="two"), CONFIG, durability=how))
    return [{k: v for k, v in one.items() if k != "__interrupt__"} for one in asked], await history(
        app
    )


async def static_interrupt_and_update(saver: Any, how: Any) -> Any:
    nodes = {"a": said("a"), "b": said("b")}
    app = graph_of(saver, nodes, [(START, "a"), ("a", "b"), ("b", END)], interrupt_before=["b"])
    await app.ainvoke({"log": []}, CONFIG, durability=how)
    await app.aupdate_state(CONFIG, {"log": ["by hand"], "n": 3})
    return await app.ainvoke(None, CONFIG, durability=how), await history(app)


async def time_travel(saver: Any, how: Any) -> Any:
    nodes = {"a": said("a"), "b": lambda s: {"log": [len(s["log"])]}, "c": said("c")}
    app = graph_of(saver, nodes, [(START, "a"), ("a", "b"), ("b", "c"), ("c", END)])
    await app.ainvoke({"log": ["in"]}, CONFIG, durability=how)
    past = [s async for s in app.aget_state_history(CONFIG)]
    if len(past) > 2:
        middle = next(s for s in past if s.next == ("b",))
        fork = await app.aupdate_state(middle.config, {"log": ["forked"]})
        await app.ainvoke(None, fork)
        old = [(await app.aget_state(s.config)).values for s in past]
        assert old == [s.values for s in past]  # the fork left the first history as it was
    return await history(app)


async def fan_out(saver: Any, how: Any) -> Any:
    def each(state: State) -> Any:
        return [Send("work", {"item": n}) for n in range(12)]

    nodes = {"plan": said("plan"), "work": lambda s: {"log": [s["item"]]}, "done": said("done")}
    app = graph_of(saver, nodes, [(START, "plan"), ("plan", each), ("work", "done"), ("done", END)])
    return await app.ainvoke({"log": []}, CONFIG, durability=how), await history(app)


async def one_branch_fails(saver: Any, how: Any) -> Any:
    ran: list[str] = []

    def good(state: State) -> Any:
        ran.append("good")
        return {"log": ["good"]}

    async def bad(state: State) -> Any:
        ran.append("bad")
        await asyncio.sleep(0)
        if ran.count("bad") == 1:
            raise OSError("no network")
        return {"log": ["bad"]}

    app = graph_of(
        saver,
        {"good": good, "bad": bad},
        [(START, "good"), (START, "bad"), ("good", END), ("bad", END)],
    )
    with pytest.raises(OSError, match="no network"):
        await app.ainvoke({"log": []}, CONFIG, durability=how)
    return await app.ainvoke(None, CONFIG, durability=how), await history(app)


async def subgraph_that_remembers(saver: Any, how: Any) -> Any:
    def ask(state: State) -> Any:
        return {"log": [interrupt("inside?")]}

    inner = graph_of(
        True,
        {"first": said("first"), "ask": ask},
        [(START, "first"), ("first", "ask"), ("ask", END)],
    )
    app = graph_of(
        saver,
        {"inner": inner, "end": said("end")},
        [(START, "inner"), ("inner", "end"), ("end", END)],
    )
    await app.ainvoke({"log": ["in"]}, CONFIG, durability=how)
    waiting = await app.aget_state(CONFIG, subgraphs=True)
    within = [task.state.values for task in waiting.tasks if task.state]
    return (
        within,
        await app.ainvoke(Command(resume="yes"), CONFIG, durability=how),
        await history(app),
    )


async def two_turns(saver: Any, how: Any) -> Any:
    app = graph_of(
        saver, {"a": said("a")}, [(START, "a"), ("a", lambda s: "a" if len(s["log"]) % 5 else END)]
    )
    await app.ainvoke({"log": ["one"]}, CONFIG, durability=how)
    await app.ainvoke({"log": ["two"]}, CONFIG, durability=how)
    return await history(app)


FEATURES = [
    interrupt_and_resume,
    static_interrupt_and_update,
    time_travel,
    fan_out,
    one_branch_fails,
    subgraph_that_remembers,
    two_turns,
]


@pytest.mark.parametrize("kind", [RedisSaver, AsyncRedisSaver])
@pytest.mark.parametrize("durability", DURABILITIES)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.__name__)
def test_as_in_memory(
    feature: Any, durability: str, kind: Any, redis_url: str, prefix: str
) -> None:
    async def main() -> None:
        async with AsyncExitStack() as stack:
            saver = kind.from_url(redis_url, prefix=prefix)
            stack.push_async_callback(saver.aclose) if kind is AsyncRedisSaver else stack.callback(
                saver.close
            )
            assert await feature(saver, durability) == await feature(InMemorySaver(), durability)

    asyncio.run(main())


def test_blocking(redis_url: str, prefix: str) -> None:
    """`invoke`, `stream` and `get_state` without a loop."""

    def run(saver: Any) -> Any:
        nodes = {"a": said("a"), "ask": lambda s: {"log": [interrupt("?")]}}
        app = graph_of(saver, nodes, [(START, "a"), ("a", "ask"), ("ask", END)])
        chunks = list(app.stream({"log": ["in"]}, CONFIG, stream_mode="values"))
        waiting = app.get_state(CONFIG)
        done = app.invoke(Command(resume="yes"), CONFIG)
        past = [(s.values, s.next) for s in app.get_state_history(CONFIG)]
        return [c.get("log") for c in chunks], waiting.next, done, past

    with RedisSaver.from_url(redis_url, prefix=prefix) as saver:
        assert run(saver) == run(InMemorySaver())
