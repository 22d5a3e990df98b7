"""Events: each kind comes back from JSON as it was, and a run tells of all that happens in it."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver
from typing_extensions import TypedDict

from agentgraph import END, START, Context, Edge, Graph, agent, by_model, by_person, run_graph, tool
from agentgraph.model.retrieval import Document
from agentgraph.observe import events
from agentgraph.observe.events import (
    VERSION,
    Event,
    ModelAnswered,
    ModelAsked,
    PersonAsked,
    Retrieved,
    ToolCalled,
    event_of,
)
from agentgraph.testing import Call, Reply, ScriptedModel, recorded

KINDS = sorted(events._KINDS.values(), key=lambda kind: kind.kind)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
TYPES = {
    "str": st.text(),
    "str | None": st.none() | st.text(),
    "int": st.integers(0, 1000),
    "int | None": st.none() | st.integers(0, 1000),
    "float": st.floats(0, 1000),
    "float | None": st.none() | st.floats(0, 1000),
    "bool": st.booleans(),
    "tuple[str, ...]": st.lists(st.text()).map(tuple),
    "Json": JSON,
    "Any": JSON,
}


def test_kinds_are_unique_past_tense_and_public() -> None:
    assert len({kind.__name__ for kind in Event.__subclasses__()}) == len(KINDS) > 20
    assert all(getattr(events, kind.__name__) is kind for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_every_kind_comes_back_from_json(kind: type[Event], data: st.DataObject) -> None:
    drawn: dict[str, Any] = {
        one.name: data.draw(TYPES[str(one.type)], label=one.name)
        for one in dataclasses.fields(kind)
    }
    event = kind(**drawn)
    told = json.loads(json.dumps(event.to_json()))
    assert told["v"] == VERSION
    assert event_of(told) == event
    assert event_of({**told, "something": "new"}) == event
    assert event_of({**told, "kind": "of_tomorrow"}) is None


class Asked(TypedDict):
    query: str


class Said(TypedDict):
    said: str


@tool(read_only=True)
def look_up(word: str) -> str:
    return f"{word}!"


@agent(writes="found")
def search(ctx: Context[Any], query: str) -> str:
    ctx.retrieved(query, [Document("a", 0.9), Document("b", 0.4)], used=["a"])
    return "a"


@agent(prompt="{query} {found}", tools=[look_up], writes="said")
def answer(query: str, found: str) -> str:
    return by_model()


class Found(Asked, Said):
    found: str


def test_a_run_tells_of_searches_tools_models_and_what_they_thought() -> None:
    edges = [Edge(START, search), Edge(search, answer), Edge(answer, END)]
    graph = Graph("one", input=Asked, output=Said, state=Found, edges=edges)
    model = ScriptedModel(
        [Call("look_up", {"word": "x"}), Reply(answer="done", reasoning="they want x")]
    )
    with recorded() as seen:
        run_graph(graph, {"query": "q"}, models={"default": model})
    (found,) = seen.of(Retrieved)
    assert (found.query, found.agent) == ("q", "search")
    assert found.documents == [
        {"id": "a", "score": 0.9, "used": True},
        {"id": "b", "score": 0.4, "used": False},
    ]
    (called,) = seen.of(ToolCalled)
    assert (called.tool, called.arguments) == ("look_up", {"word": "x"})
    assert [(one.messages, one.tools) for one in seen.of(ModelAsked)] == [
        (1, ("look_up",)),
        (3, ("look_up",)),
    ]
    assert [(one.calls, one.reasoning) for one in seen.of(ModelAnswered)] == [
        (("look_up",), None),
        ((), "they want x"),
    ]
    searched = found.superstep or 0
    assert {event.superstep for event in seen.of(ModelAsked)} == {searched + 1}


def test_who_waits_for_a_person_says_so_and_who_goes_on_too() -> None:
    from langgraph.types import Command

    from agentgraph import compile_graph

    @agent(asks="Well?", writes="said")
    def ask(query: str) -> str:
        return by_person()

    graph = Graph("one", input=Asked, output=Said, edges=[Edge(START, ask), Edge(ask, END)])
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    with recorded() as seen:
        compiled.invoke({"query": "q"}, config)
    assert [event.asks for event in seen.of(PersonAsked)] == ["Well?"]
    with recorded() as seen:
        compiled.invoke(Command(resume="yes"), config)
    assert seen.kinds == ["agent_started", "person_answered", "agent_finished"]
