"""Correct graphs whose shape weaker analyses complain about: nothing is to be said of them."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from agentgraph import END, START, Budget, Edge, Graph, Map, Route, agent, field, kept
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="reply")
def answer(query: str) -> str:
    return query


def append(old: list[str], new: list[str]) -> list[str]:
    return old + new


def said(graph: Graph) -> list[str]:
    return [str(finding) for finding in check_graph(graph)]


def test_a_react_loop_is_no_fault() -> None:
    class Thought(TypedDict):
        action: Literal["search", "finish"]
        thought: str

    @agent
    def think(query: str, observation: str = "") -> Thought:
        return {"action": "finish", "thought": observation}

    @agent(writes="observation")
    def act(thought: str) -> str:
        return thought

    @agent(writes="reply")
    def finish(thought: str) -> str:
        return thought

    graph = Graph(
        "react",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, think),
            Route(think, on="action", to={"search": act, "finish": finish}),
            Edge(act, think),
            Edge(finish, END),
        ],
        budget=Budget(steps=30),
    )
    assert said(graph) == []


def test_a_side_branch_may_end_by_design() -> None:
    @agent
    def log(query: str) -> None:
        """Writes to a log."""

    graph = Graph(
        "logged",
        input=Query,
        output=Reply,
        edges=[Edge(START, log), Edge(START, answer), Edge(answer, END)],
    )
    assert said(graph) == []


def test_a_guarded_side_branch_may_not_be_taken() -> None:
    @agent
    def notify(reply: str) -> None:
        """Tells somebody."""

    graph = Graph(
        "notified",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, answer),
            Edge(answer, notify, when=field("reply").matches("urgent")),
            Edge(answer, END),
        ],
    )
    assert said(graph) == []


def test_guards_that_exclude_each_other_do_not_run_side_by_side() -> None:
    @agent(writes="score")
    def rate(query: str) -> float:
        return 0.5

    @agent(writes="reply")
    def praise(query: str) -> str:
        return "good"

    @agent(writes="reply")
    def blame(query: str) -> str:
        return "bad"

    graph = Graph(
        "rated",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, rate),
            Edge(rate, praise, when=field("score") >= 0.7),
            Edge(rate, blame, when=field("score") < 0.7),
            Edge(praise, END),
            Edge(blame, END),
        ],
    )
    assert said(graph) == []


class Trip(TypedDict):
    cities: list[str]


def test_a_map_over_nothing_goes_on_with_an_empty_list() -> None:
    @agent(writes="offer")
    def search(city: str) -> str:
        return city

    @agent(writes="reply")
    def choose(offers: list[str]) -> str:
        return offers[0] if offers else ""

    graph = Graph(
        "offers",
        input=Trip,
        output=Reply,
        edges=[
            Map(START, over="cities", each="city", to=search, into="offers"),
            Edge(search, choose),
            Edge(choose, END),
        ],
    )
    assert said(graph) == []


class Chat(TypedDict, total=False):
    query: str
    seen: Annotated[list[str], append, kept]
    reply: str


def test_a_kept_field_begins_with_what_earlier_turns_left() -> None:
    @agent(writes="seen")
    def note(query: str) -> list[str]:
        return [query]

    @agent(writes="reply")
    def recall(seen: list[str]) -> str:
        return seen[0]

    graph = Graph(
        "chat",
        input=Query,
        output=Reply,
        state=Chat,
        edges=[Edge(START, note), Edge(note, recall), Edge(recall, END)],
    )
    assert said(graph) == []


def test_an_edge_for_failure_is_taken_without_what_failed_was_to_write() -> None:
    @agent(writes="booking")
    def book(query: str) -> str:
        return query

    @agent(writes="reply")
    def release(query: str) -> str:
        return query

    @agent(writes="reply")
    def confirm(booking: str) -> str:
        return booking

    graph = Graph(
        "booking",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, book),
            Edge(book, confirm),
            Edge(book, release, on_failure=True),
            Edge(confirm, END),
            Edge(release, END),
        ],
    )
    assert said(graph) == []


def test_a_graph_stands_as_an_agent_by_its_contract() -> None:
    inner = Graph(
        "inner", input=Query, output=Reply, edges=[Edge(START, answer), Edge(answer, END)]
    )

    @agent(writes="final")
    def polish(reply: str) -> str:
        return reply

    class Final(TypedDict):
        final: str

    graph = Graph(
        "outer",
        input=Query,
        output=Final,
        edges=[Edge(START, inner), Edge(inner, polish), Edge(polish, END)],
    )
    assert said(graph) == []
