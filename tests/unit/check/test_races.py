"""What a decision tested is overwritten beside it (AG306)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import pytest

from agentgraph import END, START, Edge, Graph, Route, agent, append, compile_graph, field
from agentgraph.check.engine import check_graph
from agentgraph.errors import ContractViolation

Status = Literal["open", "shut"]


class Query(TypedDict):
    query: str
    status: Status


class Reply(TypedDict):
    reply: str


@agent(writes="topic")
def triage(query: str) -> str:
    return query


@agent(writes="status")
def watch(query: str) -> Status:
    return "shut"


@agent(writes="status")
def reopen(query: str) -> Literal["open"]:
    return "open"


@agent(writes="reply")
def serve(topic: str, status: Literal["open"]) -> str:
    return f"{topic} {status}"


@agent(writes="reply")
def serve_any(topic: str, status: Status) -> str:
    return f"{topic} {status}"


@agent(writes="reply")
def decline(topic: str) -> str:
    return topic


def desk(*begin: Any, source: Any = triage, then: Any = serve, way: Any = None) -> Graph:
    route = way or Route(source, on="status", to={"open": then, "shut": decline})
    return Graph(
        "desk",
        input=Query,
        output=Reply,
        edges=[*begin, route, Edge(then, END), Edge(decline, END)],
    )


BOTH = (Edge(START, triage), Edge(START, watch))


def said(graph: Graph) -> list[tuple[str, str]]:
    return [(f.code, f.severity) for f in check_graph(graph)]


def test_the_misfit_that_comes_of_a_race_is_told_as_the_race(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (found,) = check_graph(desk(*BOTH))
    assert (found.code, found.severity, found.place) == ("AG306", "error", "desk.triage.status")
    assert found.witness == {"status": "shut"}
    assert [line.split(":")[0] for line in found.related] == ["AG101"]
    monkeypatch.setattr("agentgraph.compile.graph.check_graph", lambda graph, **_: [])
    with pytest.raises(ContractViolation, match="status"):
        compile_graph(desk(*BOTH)).invoke({"query": "x", "status": "open"})


def test_where_the_value_is_accepted_all_the_same_it_is_a_warning() -> None:
    made = desk(*BOTH, then=serve_any)
    assert said(made) == [("AG306", "warning")]
    # It was routed to serve because the status was "open".
    found = compile_graph(made).invoke({"query": "x", "status": "open"})
    assert found == {"reply": "x shut"}


def test_a_guarded_edge_tests_as_a_route_does() -> None:
    guarded = [
        Edge(triage, serve_any, when=field("status") == "open"),
        Edge(triage, decline, when=field("status") != "open"),
    ]
    made = Graph(
        "desk",
        input=Query,
        output=Reply,
        edges=[*BOTH, *guarded, Edge(serve_any, END), Edge(decline, END)],
    )
    assert said(made) == [("AG306", "warning")]


def test_what_also_comes_by_a_way_of_its_own_is_told_of_as_both() -> None:
    made = desk(*BOTH, Edge(watch, serve))
    assert {code for code, _ in said(made)} >= {"AG101", "AG306"}


@agent
def open_desk(topic: str) -> None:
    """Both are done."""


def decided_in_a_join() -> Graph:
    return desk(*BOTH, Edge([triage, watch], open_desk), source=open_desk, then=serve_any)


def decided_after_it() -> Graph:
    return desk(Edge(START, triage), Edge(triage, watch), source=watch, then=serve_any)


def never_read_again() -> Graph:
    @agent(writes="reply")
    def answer(topic: str) -> str:
        return topic

    return desk(*BOTH, then=answer)


def written_with_what_the_test_lets_through() -> Graph:
    other = decline.named("other")
    return desk(
        Edge(START, triage),
        Edge(START, reopen),
        way=Route(triage, cases=[(field("status") == "open", serve)], otherwise=other),
    )


def on_a_way_that_excludes_it() -> Graph:
    class Kind(TypedDict):
        kind: Literal["a", "b"]

    @agent
    def sort(query: str) -> Kind:
        return {"kind": "a"}

    return desk(
        Edge(START, sort),
        Route(sort, on="kind", to={"a": triage, "b": watch}),
        then=serve_any,
    )


def written_to_another_field() -> Graph:
    other = watch.named("other", writes="seen")

    @agent(writes="reply")
    def answer(topic: str, status: Status, seen: str = "") -> str:
        return topic

    return desk(Edge(START, triage), Edge(START, other), then=answer)


def a_list_that_grows() -> Graph:
    class State(TypedDict, total=False):
        query: str
        seen: Annotated[list[str], append]
        topic: str
        reply: str

    @agent(writes="seen")
    def note(query: str) -> list[str]:
        return [query]

    @agent(writes="reply")
    def answer(seen: list[str], topic: str) -> str:
        return topic

    class Ask(TypedDict):
        query: str

    return Graph(
        "desk",
        input=Ask,
        output=Reply,
        state=State,
        edges=[
            Edge(START, triage),
            Edge(START, note),
            Route(triage, cases=[(field("seen") == [], answer)], otherwise=decline),
            Edge(answer, END),
            Edge(decline, END),
        ],
    )


@pytest.mark.parametrize(
    "make",
    [
        decided_in_a_join,
        decided_after_it,
        never_read_again,
        written_with_what_the_test_lets_through,
        on_a_way_that_excludes_it,
        written_to_another_field,
        a_list_that_grows,
    ],
)
def test_what_cannot_go_against_the_test_is_not_told_of(make: Any) -> None:
    assert [code for code, _ in said(make()) if code in ("AG306", "AG101")] == []
