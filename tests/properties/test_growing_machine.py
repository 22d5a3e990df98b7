"""Whatever is done to a thread, in whatever order: a list stored by steps is as one stored whole."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph.types import Command
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    agent,
    append,
    by_person,
    compile_graph,
    kept,
    upsert,
    whole,
)
from agentgraph.compile.growing import GrowingChannel
from tests.conformance.engines import Engine, engine

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
CONFIG: Any = {"configurable": {"thread_id": "t"}}


class Input(TypedDict):
    n: int
    items: list[dict[str, Any]]


class Steps(TypedDict):
    n: int
    items: Annotated[list[dict[str, Any]], upsert, kept]
    log: Annotated[list[int], append]
    said: bool


class Wholes(TypedDict):
    n: int
    items: Annotated[list[dict[str, Any]], upsert, kept, whole]
    log: Annotated[list[int], append, whole]
    said: bool


class Both(TypedDict):
    items: list[dict[str, Any]]
    log: list[int]


def item(name: int, text: object) -> dict[str, Any]:
    """One in two is taken for a message, one in four is a bad one."""
    return {"id": str(name), **({"role": "user"} if name % 2 else {}), "content": str(text)}


@agent
def left(n: int, items: list[dict[str, Any]]) -> Both:
    return {"items": [item(n, len(items)), item(n + 1, "left")], "log": [n]}


@agent(writes="log")
def right(log: list[int]) -> list[int]:
    return [len(log), -1]


@agent(asks="Well?", writes="said")
def ask(log: list[int]) -> bool:
    return by_person()


@agent
def end(n: int, log: list[int]) -> Both:
    return {"items": [item(len(log) % 5, n)], "log": [len(log)]}


def graph(state: type) -> Graph:
    edges = [
        Edge(START, left),
        Edge(START, right),
        Edge([left, right], ask),
        Edge(ask, end),
        Edge(end, END),
    ]
    return Graph("machine", input=Input, output=Both, state=state, edges=edges)


NODES = st.sampled_from(["left", "right", "ask", "end"])
SMALL = st.integers(0, 6)
DURABILITY = st.sampled_from(["sync", "async", "exit"])
MORE = st.fixed_dictionaries(
    {},
    optional={
        "log": st.lists(SMALL, max_size=2),
        "items": st.lists(st.builds(item, SMALL, SMALL), max_size=2),
    },
).filter(bool)
ACTS = st.one_of(
    st.tuples(st.just("turn"), SMALL, DURABILITY),
    st.tuples(st.just("answer"), st.booleans(), DURABILITY),
    st.tuples(st.just("answer and update"), MORE, DURABILITY),
    st.tuples(st.just("update"), MORE, NODES),
    st.tuples(st.just("update older"), MORE, NODES, SMALL),
    st.tuples(st.just("go on from older"), SMALL),
)


def do(on: Engine, app: Any, act: tuple[Any, ...]) -> None:
    match act:
        case "turn", n, how:
            new = {"n": n, "items": [item(n, "in")]}
            on.invoke(app, new, CONFIG, durability=how)
        case "answer", said, how:
            on.invoke(app, Command(resume=said), CONFIG, durability=how)
        case "answer and update", more, how:
            on.invoke(app, Command(resume=True, update=more), CONFIG, durability=how)
        case "update", more, node:
            on.update(app, CONFIG, more, node)
        case "update older", more, node, back:
            past = on.history(app, CONFIG)
            on.update(app, past[back % len(past)].config, more, node)
        case "go on from older", back:
            past = on.history(app, CONFIG)
            on.invoke(app, None, past[back % len(past)].config)


def seen(on: Engine, app: Any) -> list[Any]:
    return [(s.values, s.next, s.metadata["step"]) for s in on.history(app, CONFIG)]


def play(on: Engine, app: Any, acts: list[tuple[Any, ...]]) -> list[Any]:
    """What the thread is after each act, or what the act was refused with."""
    found: list[Any] = []
    for act in acts:
        try:
            do(on, app, act)
        except Exception as error:  # whatever it is, both say the same
            found.append(type(error).__name__)
        found.append(seen(on, app))
    return found


@pytest.mark.parametrize("kind", ["memory", "SqliteSaver", "RedisSaver", "AsyncRedisSaver"])
@settings(max_examples=10 * HUNT, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=1, max_size=7).map(lambda acts: [("turn", 1, "sync"), *acts]))
def test_as_stored_whole(kind: str, redis_url: str, acts: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder, engine("memory", str, "", Path()) as other:
        plain = compile_graph(graph(Wholes), checkpointer=other.saver)
        expected = play(other, plain, acts)
        with engine(kind, lambda: redis_url, f"{uuid4().hex}:", Path(folder)) as on:
            app = compile_graph(graph(Steps), checkpointer=on.saver)
            assert isinstance(app.channels["items"], GrowingChannel)
            assert play(on, app, acts) == expected
