"""What a model asks for at once: look-ups go on at once, effects one after another."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, Retry, agent, arun_graph, by_model, run_graph, tool
from agentgraph.compile.graph import compile_graph
from agentgraph.remember.in_memory import InMemoryJournal
from agentgraph.testing import Call, ScriptedModel, virtual_clock
from tests.fixtures_chat import Calls, ChatServer
from tests.unit.call.test_model_backed import model


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


def one(agent: Any) -> Graph:
    return Graph("one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)])


def told(server: ChatServer) -> list[str]:
    return [each["content"] for each in server.requests[-1]["messages"] if each["role"] == "tool"]


PATIENCE = 20.0


@pytest.mark.parametrize("awaited", [False, True])
def test_look_ups_go_on_at_once_and_are_told_in_order(
    chat_server: ChatServer, awaited: bool
) -> None:
    both_here = threading.Barrier(2)

    @tool(read_only=True)
    def look(name: str) -> str:
        both_here.wait(PATIENCE)
        return name

    @agent(prompt="{n}", writes="shown", tools=[look])
    def ask(n: int) -> str:
        return by_model()

    chat_server.script = [Calls((("look", {"name": "a"}), ("look", {"name": "b"}))), "done"]
    models = {"default": model(chat_server)}
    if awaited:
        done = asyncio.run(arun_graph(one(ask), {"n": 1}, models=models))
    else:
        done = run_graph(one(ask), {"n": 1}, models=models)
    assert done.output == {"shown": "done"}
    assert told(chat_server) == ["a", "b"]


@pytest.mark.parametrize("awaited", [False, True])
def test_coroutine_look_ups_too(chat_server: ChatServer, awaited: bool) -> None:
    here: list[str] = []

    @tool(read_only=True)
    async def look(name: str) -> str:
        here.append(name)
        async with asyncio.timeout(PATIENCE):
            while len(here) < 2:
                await asyncio.sleep(0)
        return name

    @agent(prompt="{n}", writes="shown", tools=[look])
    def ask(n: int) -> str:
        return by_model()

    chat_server.script = [Calls((("look", {"name": "a"}), ("look", {"name": "b"}))), "done"]
    models = {"default": model(chat_server)}
    if awaited:
        asyncio.run(arun_graph(one(ask), {"n": 1}, models=models))
    else:
        run_graph(one(ask), {"n": 1}, models=models)
    assert told(chat_server) == ["a", "b"]


def test_effects_go_one_after_another_where_the_model_put_them(chat_server: ChatServer) -> None:
    under_way = threading.Lock()
    seen: list[str] = []

    @tool
    def write(name: str) -> str:
        assert under_way.acquire(blocking=False), "another is under way"
        seen.append(name)
        under_way.release()
        return name

    @tool(read_only=True)
    def read(name: str) -> str:
        assert under_way.acquire(blocking=False), "another is under way"
        seen.append(name)
        under_way.release()
        return ",".join(seen)

    @agent(prompt="{n}", writes="shown", tools=[write, read])
    def ask(n: int) -> str:
        return by_model()

    calls = [("write", "1"), ("read", "2"), ("write", "3"), ("write", "4"), ("read", "5")]
    chat_server.script = [Calls(tuple((name, {"name": text}) for name, text in calls)), "done"]
    run_graph(one(ask), {"n": 1}, models={"default": model(chat_server)})
    assert told(chat_server) == ["1", "1,2", "3", "4", "1,2,3,4,5"]


def test_one_that_fails_lets_the_others_end_first(chat_server: ChatServer) -> None:
    begun, failing, ended = threading.Event(), threading.Event(), threading.Event()

    @tool(read_only=True)
    def look(name: str) -> str:
        if name == "bad":
            assert begun.wait(PATIENCE)
            failing.set()
            raise OSError("gone")
        begun.set()
        assert failing.wait(PATIENCE)
        for _ in range(10_000):  # who did not wait for this one would be done by now
            os.sched_yield()
        ended.set()
        return name

    @agent(prompt="{n}", writes="shown", tools=[look])
    def ask(n: int) -> str:
        return by_model()

    chat_server.script = [Calls((("look", {"name": "bad"}), ("look", {"name": "good"})))]
    with pytest.raises(OSError, match="gone"):
        run_graph(one(ask), {"n": 1}, models={"default": model(chat_server)})
    assert ended.is_set()


def test_what_was_looked_up_at_once_is_not_looked_up_again(chat_server: ChatServer) -> None:
    """Equal calls among them: each has its own record."""
    counted: list[str] = []

    @tool(read_only=True)
    def look(name: str) -> str:
        counted.append(name)
        return f"{name}{len(counted)}"

    @agent(prompt="{n}", writes="shown", tools=[look])
    def ask(n: int) -> str:
        return by_model()

    names = ("a", "a", "b")
    chat_server.script = [Calls(tuple(("look", {"name": name}) for name in names))]
    saver, journal = InMemorySaver(), InMemoryJournal()
    graph = compile_graph(
        one(ask), checkpointer=saver, journal=journal, models={"default": model(chat_server)}
    )
    config: Any = {"configurable": {"thread_id": "t"}}
    with pytest.raises(Exception, match=r"(?i)error|status"):
        graph.invoke({"n": 1}, config)  # the model has nothing more to say
    first = told(chat_server)
    assert sorted(counted) == ["a", "a", "b"]
    chat_server.script = ["done"]
    assert graph.invoke(None, config)["shown"] == "done"
    assert sorted(counted) == ["a", "a", "b"]
    assert sorted(told(chat_server)) == sorted(first)


@pytest.mark.parametrize("awaited", [False, True])
def test_they_wait_at_once_on_a_clock_of_a_test(awaited: bool) -> None:
    failed: set[str] = set()

    @tool(read_only=True, retry=Retry(attempts=2, wait=60, max_wait=60, jitter=0))
    def look(name: str) -> str:
        if name not in failed:
            failed.add(name)
            raise OSError("gone")
        return name

    @agent(prompt="{n}", writes="shown", tools=[look])
    def ask(n: int) -> str:
        return by_model()

    calls = [Call("look", {"name": "a"}), Call("look", {"name": "b"})]
    models = {"default": ScriptedModel([calls, "done"])}
    with virtual_clock() as clock:
        began = clock.monotonic()
        if awaited:
            done = asyncio.run(arun_graph(one(ask), {"n": 1}, models=models))
        else:
            done = run_graph(one(ask), {"n": 1}, models=models)
        assert done.output == {"shown": "done"}
        assert clock.monotonic() - began == pytest.approx(60)
