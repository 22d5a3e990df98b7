"""Agents of a declared graph reach the store that the graph was compiled with."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from langgraph.config import get_store
from langgraph.store.memory import InMemoryStore

from agentgraph import END, START, Edge, Graph, agent, compile_graph
from checkpoints import AsyncRedisStore, RedisStore


class Said(TypedDict):
    user: str
    text: str


class Known(TypedDict):
    known: list[str]


@agent(writes="known")
def remember(user: str, text: str) -> list[str]:
    store = get_store()
    known = store.search(("said", user))
    store.put(("said", user), text, {"text": text})
    return [item.value["text"] for item in known]


@agent(writes="known")
async def aremember(user: str, text: str) -> list[str]:
    store = get_store()
    known = await store.asearch(("said", user))
    await store.aput(("said", user), text, {"text": text})
    return [item.value["text"] for item in known]


def flat(one: Any) -> Graph:
    return Graph("flat", input=Said, output=Known, edges=[Edge(START, one), Edge(one, END)])


def nested(one: Any) -> Graph:
    inner = flat(one)
    return Graph("outer", input=Said, output=Known, edges=[Edge(START, inner), Edge(inner, END)])


@pytest.mark.parametrize("made", [flat, nested])
def test_blocking(made: Any, redis_url: str, prefix: str) -> None:
    with RedisStore.from_url(redis_url, prefix=prefix) as ours:
        for store in (InMemoryStore(), ours):
            graph = compile_graph(made(remember), store=store)
            assert graph.invoke({"user": "ann", "text": "tea"}) == {"known": []}
            assert graph.invoke({"user": "bob", "text": "milk"}) == {"known": []}
            assert graph.invoke({"user": "ann", "text": "no"}) == {"known": ["tea"]}


@pytest.mark.parametrize("made", [flat, nested])
def test_awaited(made: Any, redis_url: str, prefix: str) -> None:
    async def main() -> None:
        async with AsyncRedisStore.from_url(redis_url, prefix=prefix) as store:
            graph = compile_graph(made(aremember), store=store)
            assert await graph.ainvoke({"user": "ann", "text": "tea"}) == {"known": []}
            assert await graph.ainvoke({"user": "ann", "text": "no"}) == {"known": ["tea"]}

    asyncio.run(main())
