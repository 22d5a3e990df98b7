"""A run, watched as it happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from langgraph.config import get_stream_writer
from langgraph.graph import StateGraph
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    RunResult,
    agent,
    astream_graph,
    by_person,
    compile_graph,
    from_langgraph,
    open_memory,
    resume_graph,
    stream_graph,
)
from agentgraph.errors import ContractViolation, ResumeError
from agentgraph.observe.events import AgentFinished, AgentStarted, Emitted
from agentgraph.remember.ports import Memory


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Number(TypedDict):
    n: int


class Total(TypedDict):
    total: int


class Gate:
    """The second agent waits here: what was streamed before, was streamed as it happened."""

    def __init__(self) -> None:
        self.opened = threading.Event()


@agent(writes="m")
def first(ctx: Context[Gate], n: int) -> int:
    ctx.emit("progress", {"at": n, "parts": [1, 2]})
    return n + 1


@agent(writes="total")
def second(ctx: Context[Gate], m: int) -> int:
    assert ctx.context.opened.wait(10)
    return m * 2


line = Graph(
    "line",
    input=Number,
    output=Total,
    context=Gate,
    edges=[Edge(START, first), Edge(first, second), Edge(second, END)],
)


def kinds(items: list[object]) -> list[str]:
    return [
        f"{item.agent}:{item.kind}" if not isinstance(item, RunResult) else item.status  # type: ignore[attr-defined]
        for item in items
    ]


ALL = [
    ":run_started",
    "first:agent_started",
    "first:emitted",
    "first:agent_finished",
    "second:agent_started",
    "second:agent_finished",
    ":run_finished",
    "finished",
]


def test_events_come_as_they_happen_and_the_result_last() -> None:
    gate = Gate()
    items: list[object] = []
    for item in stream_graph(line, {"n": 1}, context=gate):
        items.append(item)
        if isinstance(item, AgentStarted) and item.agent == "second":
            gate.opened.set()
    assert kinds(items) == ALL
    assert isinstance(items[2], Emitted)
    assert (items[2].name, items[2].data) == ("progress", {"at": 1, "parts": [1, 2]})
    assert isinstance(items[3], AgentFinished)
    assert items[3].wrote == ("m",)
    assert isinstance(items[-1], RunResult)
    assert items[-1].output == {"total": 4}


@pytest.mark.anyio
async def test_the_same_awaited() -> None:
    gate = Gate()
    items: list[object] = []
    async for item in astream_graph(line, {"n": 1}, context=gate):
        items.append(item)
        if isinstance(item, AgentStarted) and item.agent == "second":
            gate.opened.set()
    assert kinds(items) == ALL


def test_a_refused_input_is_raised() -> None:
    with pytest.raises(ContractViolation):
        list(stream_graph(line, {"n": "one"}))


@agent(asks="Go on?", writes="total")
def ask(n: int) -> int:
    return by_person()


asking = Graph("asking", input=Number, output=Total, edges=[Edge(START, ask), Edge(ask, END)])
outer = Graph("outer", input=Number, output=Total, edges=[Edge(START, asking), Edge(asking, END)])


@pytest.mark.parametrize("graph", [asking, outer])
def test_a_question_ends_the_stream_and_an_answer_goes_on(memory: Memory, graph: Graph) -> None:
    *_, waiting = stream_graph(graph, {"n": 1}, thread="t", memory=memory)
    assert isinstance(waiting, RunResult)
    assert [question.asks for question in waiting.questions] == ["Go on?"]
    with pytest.raises(ResumeError, match="unfinished"):
        list(stream_graph(graph, {"n": 2}, thread="t", memory=memory))
    (still,) = stream_graph(graph, thread="t", memory=memory)
    assert isinstance(still, RunResult)
    assert [question.asks for question in still.questions] == ["Go on?"]
    *_, done = stream_graph(graph, answer=3, thread="t", memory=memory)
    assert isinstance(done, RunResult)
    assert done.output == {"total": 3}


def test_nested_agents_are_heard_by_their_path(memory: Memory) -> None:
    stream = stream_graph(outer, {"n": 1}, thread="t", memory=memory)
    seen = [item.agent for item in stream if isinstance(item, AgentStarted)]
    assert seen == ["asking", "asking.ask"]


class State(TypedDict):
    n: int
    total: int


def theirs(state: State) -> dict[str, int]:
    get_stream_writer()({"mine": 1})
    return {"total": state["n"]}


def test_what_a_langgraph_graph_streams_is_an_emitted_event() -> None:
    builder = StateGraph(State)
    builder.add_node("work", theirs)
    builder.set_entry_point("work")
    foreign = from_langgraph(builder.compile(), name="foreign", reads=["n"], writes=["total"])
    graph = Graph(
        "around", input=Number, output=Total, edges=[Edge(START, foreign), Edge(foreign, END)]
    )
    (emitted,) = [item for item in stream_graph(graph, {"n": 5}) if isinstance(item, Emitted)]
    assert emitted.data == {"mine": 1}
    assert emitted.agent.startswith("foreign")


def test_closing_a_stream_leaves_the_turn_to_be_gone_on_with(memory: Memory) -> None:
    stream = stream_graph(line, {"n": 1}, thread="t", memory=memory, context=Gate())
    for item in stream:
        if isinstance(item, AgentFinished) and item.agent == "first":
            break
    gate = Gate()
    gate.opened.set()
    stream.close()  # type: ignore[attr-defined]  # a generator
    done = resume_graph(line, thread="t", memory=memory, context=gate)
    assert done.output == {"total": 4}


def test_langgraphs_modes_work() -> None:
    app = compile_graph(outer_of_line())
    updates = list(app.stream({"n": 1}, stream_mode="updates"))
    assert updates == [{"line": {"total": 4}}]
    values = list(app.stream({"n": 1}, stream_mode="values"))
    assert values[-1] == {"n": 1, "total": 4}
    deep = list(app.stream({"n": 1}, stream_mode="updates", subgraphs=True))
    # LangGraph shows of a nested run what it hands out.
    assert [chunk for path, chunk in deep if path] == [{"first": None}, {"second": {"total": 4}}]
    custom = list(app.stream({"n": 1}, stream_mode="custom", subgraphs=True))
    assert [chunk["kind"] for _, chunk in custom if chunk["agent"] == "line.first"] == [
        "agent_started",
        "emitted",
        "agent_finished",
    ]
    tasks = list(app.stream({"n": 1}, stream_mode="tasks"))
    assert {chunk["name"] for chunk in tasks} == {"line"}


def outer_of_line() -> Graph:
    @agent(writes="total")
    def second(m: int) -> int:
        return m * 2

    @agent(writes="m")
    def first(ctx: Context[None], n: int) -> int:
        ctx.emit("progress", n)
        return n + 1

    inner = Graph(
        "line",
        input=Number,
        output=Total,
        edges=[Edge(START, first), Edge(first, second), Edge(second, END)],
    )
    return Graph("outer", input=Number, output=Total, edges=[Edge(START, inner), Edge(inner, END)])
