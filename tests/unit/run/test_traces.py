"""What happened in a run is kept beside its thread, part by part, and costs the run nothing when it cannot be."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Label,
    ModelFacts,
    agent,
    arun_graph,
    by_model,
    resume_graph,
    run_graph,
    stream_graph,
)
from agentgraph.errors import ContractViolation
from agentgraph.memory import open_memory
from agentgraph.observe.events import AgentStarted, Emitted, Event
from agentgraph.remember.in_memory import InMemoryJournal
from agentgraph.remember.ports import Memory, Traces
from agentgraph.run.traces import Trace, run_traces
from agentgraph.testing import ScriptedModel, fail, faulty, recorded, virtual_clock


class Said(TypedDict):
    text: Annotated[str, Label("pii")]


@agent(writes="text", clears={"pii"})
def shout(text: str) -> str:
    return text.upper()


@agent(writes="text", clears={"pii"}, prompt="{text}")
def answer(text: str) -> str:
    return by_model()


EDGES = [Edge(START, shout), Edge(shout, answer), Edge(answer, END)]
GRAPH = Graph("two", version="1.0.0", input=Said, output=Said, edges=EDGES)


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as made:
        yield made


def kept(memory: Memory) -> Traces:
    assert memory.traces is not None
    return memory.traces


def model() -> dict[str, Any]:
    return {"default": ScriptedModel(["fine"] * 9, tokens=(1000, 10))}


FACTS = {"default": ModelFacts(role="default", clears=("pii",), input_price=2.0, output_price=10.0)}
WHOLE = [
    "run_started",
    "agent_started",
    "agent_finished",
    "agent_started",
    "model_asked",
    "model_answered",
    "agent_finished",
    "run_finished",
]


def test_each_run_of_a_thread_is_kept_with_what_it_took(memory: Memory) -> None:
    more: dict[str, Any] = {"thread": "t", "memory": memory, "models": model(), "facts": FACTS}
    with recorded() as events:
        run_graph(GRAPH, {"text": "Ada Lovelace"}, **more)
    asyncio.run(arun_graph(GRAPH, {"text": "Ada Lovelace"}, **more))
    *_, result = stream_graph(GRAPH, {"text": "Ada Lovelace"}, **more)
    traces = run_traces(kept(memory), "t")
    assert [[event.kind for event in trace.events] for trace in traces] == [WHOLE] * 3
    assert traces[0].events == tuple(events)
    assert [trace.how for trace in traces] == ["finished"] * 3
    spent = traces[0].spent
    assert (spent.calls, spent.input_tokens, spent.output_tokens) == (1, 1000, 10)
    assert spent.cost == pytest.approx(0.0021)
    assert result.usage.cost == pytest.approx(0.0021)  # type: ignore[union-attr]  # the last item is the result
    assert "Lovelace" not in json.dumps([event.to_json() for one in traces for event in one.events])


def test_a_run_that_fails_and_one_that_goes_on_are_two(memory: Memory) -> None:
    more: dict[str, Any] = {"thread": "t", "memory": memory, "models": model(), "facts": FACTS}
    with faulty(shout, fail(1)), pytest.raises(ConnectionError):
        run_graph(GRAPH, {"text": "x"}, **more)
    resume_graph(GRAPH, **more)
    first, second = run_traces(kept(memory), "t")
    assert first.how == "failed: ConnectionError: a fault of the test"
    assert second.how == "finished"
    assert [one.started and one.started.goes_on for one in (first, second)] == [False, True]


def test_of_a_refused_input_nothing_is_kept(memory: Memory) -> None:
    with pytest.raises(ContractViolation):
        run_graph(GRAPH, {"text": 7}, thread="t", memory=memory, models=model(), facts=FACTS)
    assert run_traces(kept(memory), "t") == []
    assert list(memory.threads()) == []


def here(function: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(function())
    return future


@given(st.lists(st.floats(0, 1), max_size=300))
def test_no_event_is_lost_or_out_of_order_however_they_are_written(waits: list[float]) -> None:
    journal, events = InMemoryJournal(), list[Event]()
    with virtual_clock() as now:
        trace = Trace(journal, "t", "r", here)
        for number, wait in enumerate(waits):
            now.advance(wait)
            events.append(Emitted(agent="a", run="r", name=str(number), data=number))
            trace(events[-1])
        trace.end()
    if events:
        (found,) = run_traces(journal, "t")
        assert found.events == tuple(events)
    else:
        assert run_traces(journal, "t") == []


def test_half_a_second_is_the_most_that_a_crash_takes() -> None:
    journal = InMemoryJournal()
    with virtual_clock() as now:
        trace = Trace(journal, "t", "r", here)
        for _ in range(3):
            trace(AgentStarted(agent="a", run="r"))
            now.advance(0.6)
        (found,) = run_traces(journal, "t")
    assert len(found.events) == 3
    assert found.how == "runs, or was killed"


def test_what_cannot_be_kept_is_logged_and_the_run_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(InMemoryJournal):
        def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
            raise OSError("full")

    trace = Trace(Broken(), "t", "r", here)
    with caplog.at_level(logging.WARNING, "agentgraph"):
        trace(AgentStarted(agent="a", run="r"))
        trace.end()
    assert "run r of thread 't' could not be kept" in caplog.text
