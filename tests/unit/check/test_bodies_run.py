"""What the rules about bodies say will happen does happen, on the real engine."""

from __future__ import annotations

import asyncio
import threading
import uuid
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from agentgraph import END, START, Edge, Graph, agent, compile_graph, tool
from agentgraph.call.errors import ToolNotAllowedError
from agentgraph.check.engine import check_graph

CONFIG: Any = {"configurable": {"thread_id": "t"}}


class In(TypedDict):
    x: str


class Out(TypedDict):
    y: str


def one(body: Any) -> Graph:
    return Graph("g", input=In, output=Out, edges=[Edge(START, body), Edge(body, END)])


def found(graph: Graph) -> list[str]:
    return [finding.code for finding in check_graph(graph)]


def test_an_effect_before_a_pause_happens_twice() -> None:
    sent: list[str] = []

    @tool
    def send(x: str) -> str:
        sent.append(x)
        return x

    @tool(approval="Shall it be done?", open_world=False)
    def ask(x: str) -> str:
        return x

    @agent(writes="y", tools=[send, ask])
    def body(x: str) -> str:
        send(x)
        return ask(x)

    graph = one(body)
    assert found(graph) == ["AG506"]
    app = compile_graph(graph, checkpointer=InMemorySaver())
    app.invoke({"x": "letter"}, CONFIG)
    assert app.invoke(Command(resume=True), CONFIG)["y"] == "letter"
    assert sent == ["letter", "letter"]


def test_a_swallowed_pause_asks_nobody() -> None:
    @tool(approval="Shall it be done?", open_world=False)
    def ask(x: str) -> str:
        return x

    def make(waived: bool) -> Graph:
        if waived:

            @agent(writes="y", tools=[ask])
            def body(x: str) -> str:
                try:
                    return ask(x)
                except Exception:  # agentgraph: ignore[AG507]
                    return "failed"
        else:

            @agent(writes="y", tools=[ask])
            def body(x: str) -> str:
                try:
                    return ask(x)
                except Exception:
                    return "failed"

        return one(body)

    assert found(make(waived=False)) == ["AG507"]
    app = compile_graph(make(waived=True), checkpointer=InMemorySaver())
    assert app.invoke({"x": "1"}, CONFIG) == {"y": "failed"}
    assert not app.get_state(CONFIG).interrupts


def test_what_was_approved_is_not_what_is_done() -> None:
    @tool(approval="Shall it be paid?", open_world=False)
    def pay(x: str, ref: str) -> str:
        return ref

    @agent(writes="y", tools=[pay])
    def body(x: str) -> str:
        return pay(x, ref=uuid.uuid4().hex)

    graph = one(body)
    assert found(graph) == ["AG508"]
    app = compile_graph(graph, checkpointer=InMemorySaver())
    app.invoke({"x": "1"}, CONFIG)
    (asked,) = app.get_state(CONFIG).interrupts
    approved = asked.value["shown"]["arguments"]["ref"]
    assert app.invoke(Command(resume=True), CONFIG)["y"] != approved


def test_a_tool_called_by_a_tool_is_refused_too() -> None:
    @tool(read_only=True)
    def look(x: str) -> str:
        return x

    @tool(read_only=True)
    def both(x: str) -> str:
        return look(x)  # agentgraph: ignore[AG601]

    @agent(writes="y", tools=[both])
    def body(x: str) -> str:
        return both(x)

    with pytest.raises(ToolNotAllowedError, match="look"):
        compile_graph(one(body)).invoke({"x": "1"})


def test_a_plain_tool_in_an_async_body_holds_the_loop() -> None:
    seen = threading.Event()

    @tool(read_only=True, needs="books", timeout=5)
    def slow(x: str) -> str:
        return "free" if seen.wait(0.2) else "held"

    @agent(writes="y", tools=[slow])
    async def body(x: str) -> str:
        asyncio.get_running_loop().call_soon(seen.set)
        return slow(x)

    assert found(one(body)) == ["AG509"]
    assert asyncio.run(compile_graph(one(body)).ainvoke({"x": "1"})) == {"y": "held"}
    assert seen.is_set()
