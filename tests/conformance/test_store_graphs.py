"""Graphs whose nodes remember: as on InMemoryStore, so on ours, blocking and not."""

from __future__ import annotations

import asyncio
from typing import Any, NotRequired, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.store.memory import InMemoryStore
from langgraph.types import Send

from checkpoints import AsyncRedisStore, RedisStore


class State(TypedDict):
    user: str
    said: str
    knows: NotRequired[list[str]]
    count: NotRequired[int]


def remember(state: State, runtime: Runtime) -> Any:
    store: Any = runtime.store
    memories = ("memories", state["user"])
    found = store.search(memories, filter={"kind": "said"}, limit=100)
    store.put(memories, f"m{len(found)}", {"kind": "said", "text": state["said"]})
    before = store.get(("counts",), state["user"])
    count = (before.value["count"] if before else 0) + 1
    store.put(("counts",), state["user"], {"count": count})
    return {"knows": [item.value["text"] for item in found], "count": count}


async def aremember(state: State, runtime: Runtime) -> Any:
    store: Any = runtime.store
    memories = ("memories", state["user"])
    found = await store.asearch(memories, filter={"kind": "said"}, limit=100)
    await store.aput(memories, f"m{len(found)}", {"kind": "said", "text": state["said"]})
    before = await store.aget(("counts",), state["user"])
    count = (before.value["count"] if before else 0) + 1
    await store.aput(("counts",), state["user"], {"count": count})
    return {"knows": [item.value["text"] for item in found], "count": count}


def graph_of(node: Any, store: Any) -> Any:
    built = StateGraph(State).add_node("remember", node)
    return built.add_edge(START, "remember").add_edge("remember", END).compile(store=store)


TURNS: list[Any] = [
    {"user": "ann", "said": "tea"},
    {"user": "bob/{1}", "said": "coffee"},
    {"user": "ann", "said": "no milk"},
    {"user": "ann", "said": "thanks"},
]


def test_blocking(redis_url: str, prefix: str) -> None:
    with RedisStore.from_url(redis_url, prefix=prefix) as store:
        ours, theirs = graph_of(remember, store), graph_of(remember, InMemoryStore())
        assert [ours.invoke(turn) for turn in TURNS] == [theirs.invoke(turn) for turn in TURNS]
        assert ours.invoke(TURNS[0])["knows"] == ["tea", "no milk", "thanks"]


@pytest.mark.parametrize("node", [remember, aremember])
def test_awaited_over_the_blocking_store(node: Any, redis_url: str, prefix: str) -> None:
    async def main() -> None:
        with RedisStore.from_url(redis_url, prefix=prefix) as store:
            ours, theirs = graph_of(node, store), graph_of(node, InMemoryStore())
            for turn in TURNS:
                assert await ours.ainvoke(turn) == await theirs.ainvoke(turn)

    asyncio.run(main())


def test_awaited(redis_url: str, prefix: str) -> None:
    async def main() -> None:
        async with AsyncRedisStore.from_url(redis_url, prefix=prefix) as store:
            ours, theirs = graph_of(aremember, store), graph_of(aremember, InMemoryStore())
            for turn in TURNS:
                assert await ours.ainvoke(turn) == await theirs.ainvoke(turn)

    asyncio.run(main())


def test_branches_that_run_at_once_lose_nothing(redis_url: str, prefix: str) -> None:
    def fan_out(state: State) -> list[Send]:
        return [Send("write", {"user": f"u{n % 5}", "said": str(n)}) for n in range(40)]

    def write(state: State, runtime: Runtime) -> Any:
        store: Any = runtime.store
        store.put(("said", state["user"]), state["said"], {"n": int(state["said"])})
        return {}

    with RedisStore.from_url(redis_url, prefix=prefix) as store:
        built = StateGraph(State).add_node("write", write)
        built.add_conditional_edges(START, fan_out, ["write"])
        built.compile(store=store).invoke({"user": "", "said": ""})
        found = store.search(("said",), limit=100)
        assert sorted(item.value["n"] for item in found) == list(range(40))
        assert store.list_namespaces() == [("said", f"u{n}") for n in range(5)]
