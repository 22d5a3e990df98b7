"""The three examples through LangGraph's own API: sync, async and streamed, on every saver, alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from agentgraph import Graph, compile_graph
from checkpoints import AsyncRedisSaver, RedisSaver
from graphs import answer_with_sources, order_processing, travel_planner
from graphs.agency.agency import Agency
from graphs.library.library import Library
from graphs.shop.shop import Shop

Case = tuple[Graph, dict[str, Any], Any, Any]

# A person is asked only where something remembers the question; the async saver serves no sync call.
WAYS = [
    (case, saver, how)
    for case, saver, how in product(
        ("order", "refund", "shipping", "documents", "trip"),
        ("none", "memory", "redis", "async redis"),
        ("invoke", "ainvoke", "stream", "astream"),
    )
    if (case, saver) != ("trip", "none") and (saver != "async redis" or how.startswith("a"))
]
QUERIES = {
    "order": "Where is my order 1001?",
    "refund": "Order 1002 does not fit, I want my money back",
    "shipping": "Where is my parcel?",
}


@pytest.mark.parametrize(("case", "saver", "how"), WAYS)
def test_results_are_equal_however_it_runs(
    case: str, saver: str, how: str, redis_url: str, prefix: str, tmp_path: Path
) -> None:
    graph, given, answer, context = case_of(case, tmp_path)

    async def run() -> Any:
        async with saver_of(saver, redis_url, prefix) as opened:
            return await drive(graph, [given, answer], context, opened, how)

    expected = asyncio.run(drive(graph, [given, answer], context, InMemorySaver(), "invoke"))
    found = asyncio.run(run())
    # Streamed values are the whole state, the output among it; bookings have numbers of their own.
    for key in expected.keys() - {"booking_id", "summary"}:
        assert found[key] == expected[key]
    if isinstance(context, Shop):
        context.close()


def case_of(case: str, folder: Path) -> Case:
    """A graph, an input, an answer for the person it asks (None: it asks nobody), a context."""
    if case in QUERIES:
        asked = {"query": QUERIES[case], "customer_id": "C-17", "channel": "email"}
        return order_processing.graph, asked, None, Shop(carrier=None)
    if case == "documents":
        asked = {"question": "How do I visualise a graph?"}
        return answer_with_sources.graph, asked, None, Library()
    trip = {"origin": "Berlin", "cities": ["Munich"], "start": "2027-05-08", "budget": "700"}
    agency = Agency(file=folder / "agency.db", refusing=False)
    return travel_planner.graph, trip, Command(resume={"approved": True}), agency


@asynccontextmanager
async def saver_of(saver: str, redis_url: str, prefix: str) -> AsyncIterator[Any]:
    if saver == "redis":
        with RedisSaver.from_url(redis_url, prefix=prefix) as opened:
            yield opened
    elif saver == "async redis":
        async with AsyncRedisSaver.from_url(redis_url, prefix=prefix) as opened_async:
            yield opened_async
    else:
        yield InMemorySaver() if saver == "memory" else None


async def drive(
    graph: Graph, turns: list[Any], context: Any, saver: Any, how: str
) -> dict[str, Any]:
    """What the last turn comes to; turns that are None are none."""
    compiled = compile_graph(graph, checkpointer=saver)
    config: RunnableConfig = {"configurable": {"thread_id": "T"}}
    result: Any = None
    for turn in turns:
        if turn is None:
            continue
        result = await one_turn(compiled, turn, {"config": config, "context": context}, how)
    assert isinstance(result, dict)
    return result


async def one_turn(compiled: Any, turn: Any, given: dict[str, Any], how: str) -> Any:
    if how == "ainvoke":
        return await compiled.ainvoke(turn, **given)
    if how == "invoke":
        return await asyncio.to_thread(compiled.invoke, turn, **given)
    if how == "astream":
        return [one async for one in compiled.astream(turn, stream_mode="values", **given)][-1]
    streamed = await asyncio.to_thread(
        lambda: list(compiled.stream(turn, stream_mode="values", **given))
    )
    return streamed[-1]
