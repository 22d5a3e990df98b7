"""Writes that nobody looks at (AG403)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import pytest

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Map,
    Route,
    agent,
    by_model,
    by_person,
    field,
    kept,
    tool,
)
from agentgraph.check.engine import check_graph
from tests.unit.check.writes import Query, answer, graph, note, said

LINE = (Edge(START, note), Edge(note, answer), Edge(answer, END))


def test_what_nobody_reads_is_told_and_what_a_later_agent_covers_too() -> None:
    again = note.named("again", writes="reply")
    assert said(graph(*LINE)) == [("AG403", "g.note.note")]
    covered = graph(Edge(START, again), Edge(again, answer), Edge(answer, END))
    (found,) = check_graph(graph(*LINE))
    assert found.severity == "warning"
    # The output names `reply`, and what it names may be for others to see on the way.
    assert said(covered) == []


def test_what_is_overwritten_before_it_is_read_is_told() -> None:
    again = note.named("again")

    @agent(writes="reply")
    def use(note: str) -> str:
        return note

    (found,) = check_graph(
        graph(Edge(START, note), Edge(note, again), Edge(again, use), Edge(use, END))
    )
    assert (found.code, found.place) == ("AG403", "g.note.note")
    assert found.reasons == ("note is overwritten before it is read",)


def test_a_misspelt_reader_is_one_finding() -> None:
    @agent(writes="reply")
    def use(notes: str) -> str:
        return notes

    (found,) = check_graph(graph(Edge(START, note), Edge(note, use), Edge(use, END)))
    assert found.code == "AG401"
    assert [line.split(":")[0] for line in found.related] == ["AG403"]


def test_a_model_whose_answer_nobody_reads_is_told() -> None:
    @agent(prompt="Sum up: {query}", writes="summary")
    def sum_up(query: str) -> str:
        return by_model()

    made = graph(Edge(START, sum_up), Edge(sum_up, answer), Edge(answer, END))
    assert said(made) == [("AG403", "g.sum_up.summary")]


@tool
def send(text: str) -> str:
    """Sends it."""
    return text


@tool(read_only=True, destructive=False)
def look(text: str) -> str:
    """Looks it up."""
    return text


def with_a_tool_that_does_something() -> Graph:
    @agent(writes="receipt", tools=[send])
    def tell(query: str) -> str:
        return send(query)

    return graph(Edge(START, tell), Edge(tell, answer), Edge(answer, END))


def with_a_person() -> Graph:
    @agent(asks="Go on?", writes="yes")
    def ask(query: str) -> bool:
        return by_person()

    return graph(Edge(START, ask), Edge(ask, answer), Edge(answer, END))


def with_a_graph_inside_that_does_something() -> Graph:
    class Receipt(TypedDict):
        receipt: str

    @agent(writes="receipt", tools=[send])
    def tell(query: str) -> str:
        return send(query)

    inner = Graph("inner", input=Query, output=Receipt, edges=[Edge(START, tell), Edge(tell, END)])
    return graph(Edge(START, inner), Edge(inner, answer), Edge(answer, END))


def with_a_field_that_the_state_names() -> Graph:
    class State(TypedDict, total=False):
        query: str
        note: str
        reply: str

    return graph(*LINE, state=State)


def with_a_field_that_is_kept() -> Graph:
    class State(TypedDict, total=False):
        query: str
        note: Annotated[str, kept]
        reply: str

    return graph(*LINE, state=State)


def with_nothing_that_is_promised() -> Graph:
    return Graph("g", input=Query, edges=[Edge(START, note), Edge(note, END)])


def with_one_field_of_two_that_is_read() -> Graph:
    class Both(TypedDict):
        kind: str
        confidence: float

    @agent
    def rate(query: str) -> Both:
        return {"kind": query, "confidence": 0.5}

    @agent(writes="reply")
    def use(kind: str) -> str:
        return kind

    return graph(Edge(START, rate), Edge(rate, use), Edge(use, END))


def with_a_decision_on_it() -> Graph:
    @agent(writes="score")
    def rate(query: str) -> float:
        return 0.5

    return graph(
        Edge(START, rate),
        Route(rate, cases=[(field("score") > 0.7, answer)], otherwise=note),
        Edge(note, answer),
        Edge(answer, END),
    )


def with_a_route_function_that_reads_it() -> Graph:
    @agent(writes="score")
    def rate(query: str) -> float:
        return 0.5

    def pick(score: float) -> Literal["a", "b"]:
        return "a"

    return graph(
        Edge(START, rate), Route(rate, on=pick, to={"a": answer, "b": answer}), Edge(answer, END)
    )


def with_a_failure_that_decides() -> Graph:
    @agent(writes="seen")
    def probe(query: str) -> str:
        return query

    other = answer.named("other")
    return graph(
        Edge(START, probe),
        Edge(probe, answer),
        Edge(probe, other, on_failure=True),
        Edge(answer, END),
        Edge(other, END),
    )


def with_a_map_whose_list_is_read() -> Graph:
    class Words(TypedDict):
        words: list[str]

    @agent(writes="length")
    def measure(word: str) -> int:
        return len(word)

    @agent(writes="reply")
    def tell(lengths: list[int]) -> str:
        return str(lengths)

    return graph(
        Map(START, over="words", each="word", to=measure, into="lengths"),
        Edge(measure, tell),
        Edge(tell, END),
        input=Words,
    )


def with_a_loop_that_reads_it_the_next_time_round() -> Graph:
    class Review(TypedDict):
        good: bool

    @agent
    def review(draft: str) -> Review:
        return {"good": True}

    @agent(writes="hint")
    def advise(draft: str) -> str:
        return draft

    @agent(writes="draft")
    def write(query: str, hint: str = "") -> str:
        return query + hint

    @agent(writes="reply")
    def publish(draft: str) -> str:
        return draft

    return graph(
        Edge(START, write),
        Edge(write, review),
        Route(review, on="good", to={True: publish, False: advise}),
        Edge(advise, write, at_most=3, otherwise=publish),
        Edge(publish, END),
    )


def with_a_reader_on_one_of_two_ways() -> Graph:
    class Kind(TypedDict):
        kind: Literal["a", "b"]

    @agent
    def sort(query: str) -> Kind:
        return {"kind": "a"}

    @agent(writes="reply")
    def use(note: str) -> str:
        return note

    return graph(
        Edge(START, note),
        Edge(note, sort),
        Route(sort, on="kind", to={"a": use, "b": answer}),
        Edge(use, END),
        Edge(answer, END),
    )


@pytest.mark.parametrize(
    "make",
    [
        with_a_tool_that_does_something,
        with_a_person,
        with_a_graph_inside_that_does_something,
        with_a_field_that_the_state_names,
        with_a_field_that_is_kept,
        with_nothing_that_is_promised,
        with_one_field_of_two_that_is_read,
        with_a_route_function_that_reads_it,
        with_a_failure_that_decides,
        with_a_map_whose_list_is_read,
        with_a_loop_that_reads_it_the_next_time_round,
        with_a_reader_on_one_of_two_ways,
    ],
)
def test_what_has_its_reason_is_not_told(make: Any) -> None:
    assert said(make()) == []


def test_a_look_up_alone_is_no_reason() -> None:
    @agent(writes="found", tools=[look])
    def search(query: str) -> str:
        return look(query)

    made = graph(Edge(START, search), Edge(search, answer), Edge(answer, END))
    assert said(made) == [("AG403", "g.search.found")]


def test_what_a_decision_looked_at_is_read_and_what_came_of_it_is_not() -> None:
    assert said(with_a_decision_on_it()) == [("AG403", "g.note.note")]
