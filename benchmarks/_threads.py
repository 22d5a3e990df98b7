"""Threads for `sizing`: graphs of any shape, run on a saver, and what Redis holds of them."""

from __future__ import annotations

from dataclasses import dataclass
from operator import add
from typing import Annotated, Any

from langgraph.channels.delta import DeltaChannel
from langgraph.graph import END, START, StateGraph
from redis import Redis
from typing_extensions import TypedDict

from benchmarks.savers import TEXTS, extend
from checkpoints import RedisSaver
from checkpoints.keys import thread_keys

SMALL = 24
"""Bytes of a value that is of no weight."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A graph: so many fields that rest, so many that change each step, their bytes, tasks side by side."""

    resting: int = 0
    changing: int = 1
    size: int = SMALL
    tasks: int = 1


def text(number: int, size: int) -> str:
    """Prose like no other, of `size` bytes."""
    first = number % len(TEXTS)
    following = (TEXTS[(first + i) % len(TEXTS)] for i in range(1 + size // 500))
    return " ".join((str(number), *following))[:size]


def build(shape: Shape, saver: Any, steps: int) -> Any:
    fields: Any = {f"r{i}": str for i in range(shape.resting)}
    fields |= {f"f{i}": str for i in range(shape.changing)} | {"n": int}
    names = [f"t{i}" for i in range(shape.tasks)]

    def first(state: Any) -> dict[str, Any]:
        n = state["n"]
        changed = {f"f{i}": text(n * 100 + i, shape.size) for i in range(shape.changing)}
        return {"n": n + 1, **changed}

    state: Any = TypedDict("State", fields)  # type: ignore[misc]  # made here
    builder: Any = StateGraph(state)
    for name in names:
        builder.add_node(name, first if name == "t0" else lambda _: {})
    builder.add_conditional_edges(START, lambda _: names, names)
    builder.add_conditional_edges("t0", lambda s: names if s["n"] < steps else END, [*names, END])
    return builder.compile(checkpointer=saver)


def config(thread: str) -> Any:
    return {"configurable": {"thread_id": thread}, "recursion_limit": 100_000}


def run(shape: Shape, saver: Any, thread: str, steps: int) -> None:
    given = {"n": 0} | {f"r{i}": text(i, SMALL) for i in range(shape.resting)}
    how = {"durability": "sync"} if saver else {}
    build(shape, saver, steps).invoke(given, config(thread), **how)


def facts(client: Redis) -> dict[str, Any]:
    said: Any = client.info()
    found: dict[str, Any] = said
    return found


def held(client: Redis, thread: str) -> int:
    """The bytes that Redis holds for a thread."""
    sizes: Any = [client.memory_usage(key, samples=0) for key in thread_keys("", thread)]
    return sum(size or 0 for size in sizes)


class Whole(TypedDict):
    messages: Annotated[list[Any], add]
    n: int


class Delta(Whole):
    messages: Annotated[list[Any], DeltaChannel(extend)]


def grow(state: type, saver: RedisSaver, steps: int, each: int, size: int = 500) -> None:
    """The thread "grown": a list to which each step adds so many messages of `size` bytes."""

    def step(state: Any) -> dict[str, Any]:
        first = state["n"] * each
        made = [text(first + i, size) for i in range(each)]
        return {"messages": made, "n": state["n"] + 1}

    builder: Any = StateGraph(state)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda s: "step" if s["n"] < steps else END)
    builder.compile(checkpointer=saver).invoke({"n": 0}, config("grown"), durability="sync")
