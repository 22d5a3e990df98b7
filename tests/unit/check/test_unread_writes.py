"""Writes that nobody looks at (AG403), and writes that somebody else covers first (AG409)."""

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
    append,
    by_model,
    by_person,
    compile_graph,
    field,
    kept,
    tool,
)
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="reply")
def answer(query: str) -> str:
    return query


@agent(writes="note")
def note(query: str) -> str:
    return query


def graph(*edges: Any, **more: Any) -> Graph:
    return Graph("g", edges=list(edges), **{"input": Query, "output": Reply, **more})


def said(graph: Graph) -> list[tuple[str, str]]:
    return [(f.code, f.place) for f in check_graph(graph)]


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


@agent(writes="found")
def search(query: str) -> str:
    return "searched"


@agent(writes="facts")
def rank(found: str) -> str:
    return "ranked"


@agent(writes="facts")
def look_up(query: str) -> str:
    return "looked up"


@agent(writes="reply")
def compose(facts: str) -> str:
    return facts


UNEVEN = (
    Edge(START, search),
    Edge(search, rank),
    Edge(START, look_up),
    Edge([rank, look_up], compose),
    Edge(compose, END),
)


def test_the_longer_way_covers_what_the_shorter_wrote() -> None:
    (found,) = check_graph(graph(*UNEVEN))
    assert (found.code, found.severity, found.place) == ("AG409", "warning", "g.rank.facts")
    assert found.path == ("START", "search", "rank")
    assert compile_graph(graph(*UNEVEN)).invoke({"query": ""}) == {"reply": "ranked"}


def test_ways_of_one_length_clash_and_nothing_more_is_said() -> None:
    again = look_up.named("look_again")
    made = graph(
        Edge(START, look_up),
        Edge(START, again),
        Edge([look_up, again], compose),
        Edge(compose, END),
    )
    assert [code for code, _ in said(made)] == ["AG402"]


def covered_on_one_way() -> Graph:
    return graph(
        Edge(START, look_up),
        Edge(look_up, check_it),
        Edge(check_it, compose),
        Edge(compose, END),
    )


@agent(writes="facts")
def check_it(facts: str) -> str:
    return facts


def covered_after_it_was_read() -> Graph:
    @agent(writes="extra")
    def explain(facts: str) -> str:
        return facts

    @agent(writes="reply")
    def tell(facts: str, extra: str) -> str:
        return facts + extra

    more = search.named("more", reads={"query": "found"})
    return graph(
        Edge(START, look_up),
        Edge(look_up, explain),
        Edge(START, search),
        Edge(search, more),
        Edge(more, rank),
        Edge([explain, rank], tell),
        Edge(tell, END),
    )


def exclusive() -> Graph:
    class Kind(TypedDict):
        kind: Literal["a", "b"]

    @agent
    def sort(query: str) -> Kind:
        return {"kind": "a"}

    return graph(
        Edge(START, sort),
        Route(sort, on="kind", to={"a": look_up, "b": search}),
        Edge(search, rank),
        Edge([rank, look_up], compose),
        Edge(compose, END),
    )


def reduced() -> Graph:
    class State(TypedDict, total=False):
        query: str
        facts: Annotated[list[str], append]
        found: str
        reply: str

    @agent(writes="facts")
    def one(query: str) -> list[str]:
        return [query]

    @agent(writes="facts")
    def two(found: str) -> list[str]:
        return [found]

    @agent(writes="reply")
    def tell(facts: list[str]) -> str:
        return str(facts)

    return graph(
        Edge(START, one),
        Edge(START, search),
        Edge(search, two),
        Edge([one, two], tell),
        Edge(tell, END),
        state=State,
    )


def maybe_left_alone() -> Graph:
    class Perhaps(TypedDict, total=False):
        facts: str

    @agent
    def rank_some(found: str) -> Perhaps:
        return {}

    return graph(
        Edge(START, search),
        Edge(search, rank_some),
        Edge(START, look_up),
        Edge([rank_some, look_up], compose),
        Edge(compose, END),
    )


def in_a_loop() -> Graph:
    @agent(writes="done")
    def judge(facts: str) -> bool:
        return True

    return graph(
        Edge(START, search),
        Edge(search, rank),
        Edge(START, look_up),
        Edge([rank, look_up], judge),
        Route(judge, on="done", to={True: compose, False: check_it}),
        Edge(check_it, judge, at_most=3, otherwise=compose),
        Edge(compose, END),
    )


@pytest.mark.parametrize(
    "make",
    [covered_on_one_way, covered_after_it_was_read, exclusive, reduced, maybe_left_alone],
)
def test_what_is_not_lost_is_not_told(make: Any) -> None:
    assert [code for code, _ in said(make()) if code in ("AG409", "AG403")] == []


def test_a_loop_behind_does_not_hide_it() -> None:
    assert [code for code, _ in said(in_a_loop())] == ["AG409"]
