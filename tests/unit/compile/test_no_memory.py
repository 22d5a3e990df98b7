"""A person is asked in a run that has no memory: it says so, and nothing stands in for the answer."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Value,
    agent,
    by_person,
    compile_graph,
    run_graph,
    tool,
)
from agentgraph.call.errors import NoMemoryError


class Given(TypedDict):
    text: str


class Yes(TypedDict):
    ok: bool


@tool(approval="Do it?")
def act(text: str) -> str:
    return text


@agent(asks="Well?", fallback=Value({"ok": True}))
def confirm(text: str) -> Yes:
    return by_person()


@agent(writes="ok", tools=[act], fallback=Value(True))
def do(text: str) -> bool:
    return bool(act(text))


@agent(writes="late")
def recover(text: str) -> bool:
    return False


def graph_of(one: Any) -> Graph:
    edges = [
        Edge(START, one),
        Edge(one, recover, on_failure=True),
        Edge(one, END),
        Edge(recover, END),
    ]
    return Graph("one", input=Given, edges=edges)


@pytest.mark.parametrize("one", [confirm, do])
def test_it_says_who_asks_and_what_to_give(one: Any) -> None:
    with pytest.raises(NoMemoryError) as refused:
        run_graph(graph_of(one), {"text": "?"})
    assert refused.value.agent == one.spec.name
    assert "has no memory to wait in" in str(refused.value)
    assert "thread= and memory=" in str(refused.value)


@pytest.mark.anyio
async def test_the_same_awaited() -> None:
    with pytest.raises(NoMemoryError):
        await compile_graph(graph_of(confirm)).ainvoke({"text": "?"})


def test_within_another_graph() -> None:
    inner = graph_of(confirm)
    outer = Graph("outer", input=Given, edges=[Edge(START, inner), Edge(inner, END)])
    with pytest.raises(NoMemoryError, match=r"one\.confirm asks a person"):
        run_graph(outer, {"text": "?"})
    compiled = compile_graph(outer, checkpointer=InMemorySaver())
    waiting = compiled.invoke({"text": "?"}, {"configurable": {"thread_id": "T"}})
    assert waiting["__interrupt__"][0].value["asks"] == "Well?"
