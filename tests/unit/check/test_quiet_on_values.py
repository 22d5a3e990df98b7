"""Correct graphs whose values weaker analyses complain about: nothing is to be said of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Route, agent, field
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="reply")
def answer(query: str) -> str:
    return query


def said(graph: Graph) -> list[str]:
    return [str(finding) for finding in check_graph(graph)]


class Animal(BaseModel):
    name: str


class Dog(Animal):
    breed: str = ""


def test_a_subclass_is_taken_for_its_base() -> None:
    @agent(writes="pet")
    def find(query: str) -> Dog:
        return Dog(name=query)

    @agent(writes="reply")
    def call(pet: Animal) -> str:
        return pet.name

    graph = Graph(
        "pets",
        input=Query,
        output=Reply,
        edges=[Edge(START, find), Edge(find, call), Edge(call, END)],
    )
    assert said(graph) == []


class Refund(TypedDict):
    intent: Literal["refund"]
    reason: Literal["late", "damaged"]


class Status(TypedDict):
    intent: Literal["status"]
    order_id: str


def test_after_a_route_only_one_part_of_a_union_is_left() -> None:
    @agent
    def classify(query: str) -> Refund | Status:
        return {"intent": "status", "order_id": query}

    @agent(writes="reply")
    def look_up(order_id: str) -> str:
        return order_id

    @agent(writes="reply")
    def check_refund(reason: Literal["late", "damaged"]) -> str:
        return reason

    graph = Graph(
        "shop",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, classify),
            Route(classify, on="intent", to={"status": look_up, "refund": check_refund}),
            Edge(look_up, END),
            Edge(check_refund, END),
        ],
    )
    assert said(graph) == []


class Preferences(TypedDict):
    query: str
    mood: NotRequired[Literal["cheap", "fine"]]


class Defaults(BaseModel):
    query: str
    mood: Literal["cheap", "fine"] = "cheap"


def test_a_default_fills_the_gap() -> None:
    @agent(writes="reply")
    def book(mood: Literal["cheap", "fine"]) -> str:
        return mood

    graph = Graph("trip", input=Defaults, output=Reply, edges=[Edge(START, book), Edge(book, END)])
    assert said(graph) == []


def test_a_parameter_with_a_default_may_miss_its_field() -> None:
    @agent(writes="reply")
    def book(mood: Literal["cheap", "fine"] = "cheap") -> str:
        return mood

    graph = Graph(
        "trip", input=Preferences, output=Reply, edges=[Edge(START, book), Edge(book, END)]
    )
    assert said(graph) == []


def test_three_exclusive_ways_each_write_the_field() -> None:
    @agent(writes="kind")
    def triage(query: str) -> Literal["a", "b", "c"]:
        return "a"

    first = answer.named("first", writes="facts")
    second = answer.named("second", writes="facts")
    third = answer.named("third", writes="facts")

    @agent(writes="reply")
    def compose(facts: str) -> str:
        return facts

    graph = Graph(
        "ways",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, triage),
            Route(triage, on="kind", to={"a": first, "b": second, "c": third}),
            Edge([first, second, third], compose),
            Edge(compose, END),
        ],
    )
    assert said(graph) == []


def append(old: list[str], new: list[str]) -> list[str]:
    return old + new


class Facts(TypedDict, total=False):
    query: str
    facts: Annotated[list[str], append]
    reply: str


def test_parallel_writers_may_share_a_field_that_has_a_reducer() -> None:
    @agent(writes="facts")
    def search(query: str) -> list[str]:
        return [query]

    other = search.named("search_again")

    @agent(writes="reply")
    def compose(facts: list[str]) -> str:
        return facts[0]

    graph = Graph(
        "facts",
        input=Query,
        output=Reply,
        state=Facts,
        edges=[
            Edge(START, search),
            Edge(START, other),
            Edge([search, other], compose),
            Edge(compose, END),
        ],
    )
    assert said(graph) == []


def test_parallel_writers_of_own_fields_meet_in_a_join() -> None:
    left, right = answer.named("left", writes="left"), answer.named("right", writes="right")

    @agent(writes="reply")
    def compose(left: str, right: str) -> str:
        return left + right

    graph = Graph(
        "both",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, left),
            Edge(START, right),
            Edge([left, right], compose),
            Edge(compose, END),
        ],
    )
    assert said(graph) == []


def test_a_loop_may_read_what_only_its_second_round_has_written() -> None:
    @agent(writes="draft")
    def write(query: str, critique: str = "") -> str:
        return query + critique

    class Review(TypedDict):
        verdict: Literal["good", "bad"]
        critique: str

    @agent
    def review(draft: str) -> Review:
        return {"verdict": "good", "critique": ""}

    @agent(writes="reply")
    def publish(draft: str) -> str:
        return draft

    graph = Graph(
        "essay",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, write),
            Edge(write, review),
            Edge(review, write, when=field("verdict") == "bad", at_most=3, otherwise=publish),
            Edge(review, publish, when=field("verdict") == "good"),
            Edge(publish, END),
        ],
    )
    assert said(graph) == []


def test_flags_tested_again_later_are_remembered() -> None:
    """What a flag was tested for first holds when it is tested again: four times over."""
    edges: list[Edge | Route] = []
    flags = ("one", "two", "three", "four")

    class Flags(TypedDict):
        one: bool
        two: bool
        three: bool
        four: bool

    @agent
    def decide(query: str) -> Flags:
        return {"one": True, "two": False, "three": True, "four": False}

    edges.append(Edge(START, decide))
    last: Any = decide
    for flag in flags:
        write = answer.named(f"write_{flag}", writes=f"extra_{flag}")
        passed = skip.named(f"skip_{flag}")
        gather = skip.named(f"gather_{flag}")
        edges.append(Route(last, on=flag, to={True: write, False: passed}))
        edges.append(Edge([write, passed], gather))
        last = gather
    for flag in flags:
        taken = use.named(f"use_{flag}", reads={"extra": f"extra_{flag}"})
        after = skip.named(f"after_{flag}")
        unused = skip.named(f"unused_{flag}")
        edges.append(Route(last, on=flag, to={True: taken, False: unused}))
        edges.append(Edge([taken, unused], after))
        last = after
    edges += [Edge(last, answer), Edge(answer, END)]
    assert said(Graph("flags", input=Query, output=Reply, edges=edges)) == []


@agent
def skip(query: str) -> None:
    """Does nothing."""


@agent
def use(extra: str) -> None:
    """Does something with it."""
