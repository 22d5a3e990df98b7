"""What works on the first turn only (AG408), and what goes on working."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Route, agent, append, compile_graph, field, kept
from agentgraph.check.engine import check_graph
from agentgraph.errors import AgentgraphError


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


Stage = Literal["new", "asked"]


class State(BaseModel):
    query: str = ""
    stage: Annotated[Stage, kept] = "new"
    reply: str = ""


class Asked(TypedDict):
    stage: Literal["asked"]
    reply: str


@agent
def greet(query: str) -> Asked:
    return {"stage": "asked", "reply": "hello"}


@agent
def open_up(stage: Literal["new"]) -> Asked:
    return {"stage": "asked", "reply": stage}


@agent(writes="reply")
def answer(query: str) -> str:
    return query


def graph(*edges: Any, state: Any = State) -> Graph:
    return Graph("chat", input=Query, output=Reply, state=state, edges=list(edges))


def said(graph: Graph) -> list[tuple[str, str, list[str]]]:
    return [
        (f.code, f.place, [line.split(":")[0] for line in f.related]) for f in check_graph(graph)
    ]


def in_a_route() -> Graph:
    return graph(Route(START, on="stage", to={"new": greet}), Edge(greet, END))


def in_a_read() -> Graph:
    return graph(Edge(START, open_up), Edge(open_up, END))


@pytest.mark.parametrize(
    ("make", "code", "place"),
    [(in_a_route, "AG301", "chat.START.stage"), (in_a_read, "AG101", "chat.open_up.stage")],
)
def test_the_second_turn_breaks(
    make: Any, code: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = check_graph(make())
    assert (found.code, found.severity, found.place) == ("AG408", "error", place)
    assert found.witness == {"stage": "asked"}
    assert found.path.count("START") == 2
    assert [line.split(":")[0] for line in found.related] == [code]
    monkeypatch.setattr("agentgraph.compile.graph.check_graph", lambda graph, **_: [])
    compiled = compile_graph(make(), checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}}
    assert compiled.invoke({"query": ""}, config)["reply"]
    with pytest.raises(AgentgraphError, match="asked"):
        compiled.invoke({"query": ""}, config)


def test_what_breaks_on_the_first_turn_too_is_told_as_that() -> None:
    again = open_up.named("again")
    made = graph(Edge(START, open_up), Edge(open_up, again), Edge(again, END))
    assert [code for code, _, _ in said(made)] == ["AG101"]


def test_a_kept_output_that_only_a_later_turn_may_hold() -> None:
    class Kept(BaseModel):
        query: str = ""
        mood: Annotated[str | None, kept] = "good"

    class Mood(TypedDict):
        mood: str

    @agent(writes="mood")
    def sour(query: str) -> str | None:
        return None

    made = Graph(
        "moods",
        input=Query,
        output=Mood,
        state=Kept,
        edges=[
            Route(START, cases=[(field("query") == "", END)], otherwise=sour),
            Edge(sour, END),
        ],
    )
    # The agent breaks the output on any turn that it runs in.
    assert [code for code, _, _ in said(made)] == ["AG105"]


def with_a_branch_for_it() -> Graph:
    return graph(
        Route(START, on="stage", to={"new": greet, "asked": answer}),
        Edge(greet, END),
        Edge(answer, END),
    )


def with_otherwise() -> Graph:
    return graph(
        Route(START, on="stage", to={"new": greet}, otherwise=answer),
        Edge(greet, END),
        Edge(answer, END),
    )


def with_a_guard_in_front() -> Graph:
    return graph(
        Route(START, cases=[(field("stage") == "new", open_up)], otherwise=answer),
        Edge(open_up, END),
        Edge(answer, END),
    )


def not_kept() -> Graph:
    class Plain(BaseModel):
        query: str = ""
        stage: Stage = "new"
        reply: str = ""

    return graph(Edge(START, open_up), Edge(open_up, END), state=Plain)


def written_anew_before_it_is_read() -> Graph:
    @agent(writes="stage")
    def restart(query: str) -> Literal["new"]:
        return "new"

    return graph(Edge(START, restart), Edge(restart, open_up), Edge(open_up, END))


def given_with_each_input() -> Graph:
    class Staged(TypedDict):
        query: str
        stage: Literal["new"]

    return Graph(
        "chat",
        input=Staged,
        output=Reply,
        state=State,
        edges=[Edge(START, open_up), Edge(open_up, END)],
    )


def left_as_it_was() -> Graph:
    @agent
    def stay(stage: Stage) -> Stays:
        return {"stage": "new", "reply": stage}

    return graph(Edge(START, stay), Edge(stay, END))


class Stays(TypedDict):
    stage: Literal["new"]
    reply: str


def a_list_that_grows() -> Graph:
    class Chat(TypedDict, total=False):
        query: str
        seen: Annotated[list[str], append, kept]
        reply: str

    @agent
    def note(query: str, seen: list[str]) -> Noted:
        return {"seen": [query], "reply": str(len(seen))}

    return graph(Edge(START, note), Edge(note, END), state=Chat)


class Noted(TypedDict):
    seen: list[str]
    reply: str


def read_with_a_default() -> Graph:
    class Chat(TypedDict, total=False):
        query: str
        last: Annotated[str, kept]
        reply: str

    @agent
    def recall(query: str, last: str = "") -> Recalled:
        return {"last": query, "reply": last}

    return graph(Edge(START, recall), Edge(recall, END), state=Chat)


class Recalled(TypedDict):
    last: str
    reply: str


@pytest.mark.parametrize(
    "make",
    [
        with_a_branch_for_it,
        with_otherwise,
        with_a_guard_in_front,
        not_kept,
        written_anew_before_it_is_read,
        given_with_each_input,
        left_as_it_was,
        a_list_that_grows,
        read_with_a_default,
    ],
)
def test_what_goes_on_working_is_not_told_of(make: Any) -> None:
    assert said(make()) == []
    compiled = compile_graph(make(), checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "1"}}
    given = {"query": "x", **({"stage": "new"} if make is given_with_each_input else {})}
    for _ in range(3):
        assert "reply" in compiled.invoke(given, config)
