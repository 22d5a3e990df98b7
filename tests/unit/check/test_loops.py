"""Loops that nothing bounds (AG205), and those that something does."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import pytest

from agentgraph import (
    END,
    START,
    Budget,
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
)
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


class Thought(TypedDict):
    action: Literal["search", "finish"]
    thought: str


@agent
def think(query: str, found: str = "") -> Thought:
    return {"action": "search", "thought": found}


@agent(prompt="{query} {found}")
def ponder(query: str, found: str = "") -> Thought:
    return by_model()


@agent(writes="found")
def search(thought: str) -> str:
    return thought


@agent(writes="reply")
def finish(thought: str) -> str:
    return thought


def react(*ways: Any, thinker: Any = think, back: Any = None, **more: Any) -> Graph:
    return Graph(
        "react",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, thinker),
            Route(thinker, on="action", to={"search": search, "finish": finish}),
            *(ways or [back or Edge(search, thinker)]),
            Edge(finish, END),
        ],
        **more,
    )


def said(graph: Graph) -> list[tuple[str, str]]:
    return [(f.code, f.place) for f in check_graph(graph)]


def test_a_loop_that_ends_when_an_agent_says_so_is_told_of_and_runs_on() -> None:
    (found,) = check_graph(react())
    assert (found.code, found.severity) == ("AG205", "warning")
    assert found.message == "nothing bounds the loop think -> search -> think"
    assert found.source == react().spec.ways[2].source
    compiled = compile_graph(react())
    with pytest.raises(Exception, match=r"[Rr]ecursion limit of 60"):
        compiled.invoke({"query": ""}, {"recursion_limit": 60})


def budgeted(budget: Budget, thinker: Any = think) -> Graph:
    return react(thinker=thinker, budget=budget)


def bounded_back() -> Graph:
    return react(back=Edge(search, think, at_most=3, otherwise=finish))


def bounded_in_front() -> Graph:
    return Graph(
        "react",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, think),
            Edge(think, search, when=field("action") == "search", at_most=3, otherwise=finish),
            Edge(think, finish, when=field("action") == "finish"),
            Edge(search, think),
            Edge(finish, END),
        ],
    )


def with_a_person() -> Graph:
    @agent(asks="Is it good?", writes="good")
    def approve(reply: str) -> bool:
        return by_person()

    @agent(writes="reply")
    def write(query: str, reply: str = "") -> str:
        return query + reply

    return Graph(
        "letters",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, write),
            Edge(write, approve),
            Route(approve, on="good", to={True: END, False: write}),
        ],
    )


def counting_by_hand() -> Graph:
    class State(TypedDict, total=False):
        query: str
        tries: int
        reply: str

    @agent
    def attempt(query: str, tries: int = 0) -> Attempt:
        return {"tries": tries + 1, "reply": query}

    return Graph(
        "by_hand",
        input=Query,
        output=Reply,
        state=State,
        edges=[
            Edge(START, attempt),
            Route(attempt, cases=[(field("tries") >= 3, END)], otherwise=attempt),
        ],
    )


class Attempt(TypedDict):
    tries: int
    reply: str


def counting_in_a_route_function() -> Graph:
    class State(TypedDict, total=False):
        query: str
        seen: Annotated[list[str], append]
        reply: str

    @agent
    def attempt(query: str, seen: list[str]) -> Seen:
        return {"seen": [query], "reply": query}

    def enough(seen: list[str]) -> Literal["again", "enough"]:
        return "enough" if len(seen) > 3 else "again"

    return Graph(
        "by_function",
        input=Query,
        output=Reply,
        state=State,
        edges=[
            Edge(START, attempt),
            Route(attempt, on=enough, to={"again": attempt, "enough": END}),
        ],
    )


class Seen(TypedDict):
    seen: list[str]
    reply: str


def mapped_and_no_loop() -> Graph:
    class Words(TypedDict):
        words: list[str]

    @agent(writes="size")
    def measure(word: str) -> int:
        return len(word)

    @agent(writes="reply")
    def tell(sizes: list[int]) -> str:
        return str(sizes)

    return Graph(
        "mapped",
        input=Words,
        output=Reply,
        edges=[
            Map(START, over="words", each="word", to=measure, into="sizes"),
            Edge(measure, tell),
            Edge(tell, END),
        ],
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: budgeted(Budget(steps=30)),
        lambda: budgeted(Budget(seconds=30)),
        lambda: budgeted(Budget(cost=1), ponder),
        lambda: budgeted(Budget(tokens=10_000), ponder),
        bounded_back,
        bounded_in_front,
        with_a_person,
        counting_by_hand,
        counting_in_a_route_function,
        mapped_and_no_loop,
    ],
)
def test_what_is_bounded_is_not_told_of(make: Any) -> None:
    assert said(make()) == []


@pytest.mark.parametrize(
    "make",
    [
        # No model is paid on this round.
        lambda: budgeted(Budget(cost=1)),
        # The bound has a way on that leads round again.
        lambda: react(back=Edge(search, think, at_most=3, otherwise=think)),
        # Bounded one way back, not the other.
        lambda: react(
            Edge(search, think, when=field("found") == "", at_most=3, otherwise=finish),
            Edge(search, think, when=field("found") != ""),
        ),
    ],
)
def test_a_bound_that_does_not_hold_every_round_is_none(make: Any) -> None:
    assert said(make()) == [("AG205", "react.search")]


def test_a_score_is_no_count() -> None:
    class Draft(TypedDict):
        reply: str
        score: float

    @agent
    def write(query: str, reply: str = "") -> Draft:
        return {"reply": query + reply, "score": 0.5}

    graph = Graph(
        "better",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, write),
            Route(write, cases=[(field("score") >= 0.9, END)], otherwise=write),
        ],
    )
    assert said(graph) == [("AG205", "better.write")]


def test_what_nothing_leads_out_of_is_told_of_as_that_alone() -> None:
    graph = Graph(
        "g",
        input=Query,
        edges=[Edge(START, think), Edge(think, search), Edge(search, think)],
    )
    assert [code for code, _ in said(graph)] == ["AG204"]


def ring(size: int) -> Graph:
    def one(number: int) -> Any:
        @agent(name=f"a{number}")
        def ask(query: str) -> None: ...

        return ask

    asked = [one(number) for number in range(size)]
    round_ = [Edge(asked[n], asked[(n + 1) % size]) for n in range(size)]
    return Graph("g", input=Query, edges=[Edge(START, asked[0]), *round_])


def test_a_short_loop_without_exit_is_told_name_by_name() -> None:
    (found,) = check_graph(ring(3))
    assert found.message == "nothing leads out of the loop a0 -> a1 -> a2 -> a0"
    assert found.path == ("a0", "a1", "a2", "a0")


def test_a_long_loop_without_exit_is_told_by_its_beginning_and_end() -> None:
    (found,) = check_graph(ring(40))
    assert found.message == "nothing leads out of the loop a0 -> a1 -> a2 -> (36 more) -> a39 -> a0"
    assert len(str(found)) < 200


def test_who_else_is_in_a_loop_without_exit_is_told_apart_from_the_round() -> None:
    graph = Graph(
        "g",
        input=Query,
        edges=[
            Edge(START, think),
            Edge(think, search),
            Edge(search, think),
            Edge(think, finish),
            Edge(finish, search),
        ],
    )
    found = next(one for one in check_graph(graph) if one.code == "AG204")
    assert found.path == ("think", "search", "think")
    assert found.reasons == ("also in it: finish",)
