"""What a route function takes is held against the state, as what an agent takes is."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

import pytest

from agentgraph import END, START, Edge, Graph, Map, Route, agent, by_person, field, tool
from agentgraph.check.engine import check_graph
from agentgraph.compile.graph import compile_graph
from agentgraph.errors import ContractViolation, DeclarationError


class Query(TypedDict):
    query: str
    limit: NotRequired[int]


class Reply(TypedDict):
    reply: str


@agent(writes="size")
def measure(query: str) -> int:
    return len(query)


@agent(writes="reply")
def answer(query: str) -> str:
    return query


def graph(function: Any, *, source: Any = measure) -> Graph:
    return Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[
            *([Edge(START, source)] if source != START else []),
            Route(source, on=function, to={"yes": answer, "no": END}),
            Edge(answer, END),
        ],
    )


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch):
    """Runs a graph as if nobody had checked it."""

    def run(graph: Graph, given: dict[str, Any]) -> Any:
        monkeypatch.setattr("agentgraph.compile.graph.check_graph", lambda graph, **_: [])
        return compile_graph(graph).invoke(given)

    return run


def said(graph: Graph) -> list[tuple[str, str]]:
    return [
        (f.code, f.place) for f in check_graph(graph) if f.code not in ("AG105", "AG304", "AG403")
    ]


def test_a_field_that_nobody_writes_is_missing(unchecked) -> None:
    def pick(sise: int) -> Literal["yes", "no"]:
        return "yes"

    (found,) = [f for f in check_graph(graph(pick)) if f.code != "AG105"]
    assert (found.code, found.place) == ("AG401", "g.measure.sise")
    assert found.message == "the route after measure looks at sise, which nobody writes"
    assert found.help == "did you mean size, written by measure?"
    with pytest.raises(ContractViolation, match="sise"):
        unchecked(graph(pick), {"query": "x"})


def test_a_function_may_decide_on_what_a_person_said() -> None:
    @tool(approval=None)
    def send(text: str) -> str:
        """Sends it."""
        return text

    @agent(writes="yes", asks="Send it?")
    def approve(query: str) -> bool:
        return by_person()

    @agent(writes="reply", tools=[send])
    def act(query: str) -> str:
        return send(query)

    def pick(yes: bool) -> Literal["yes", "no"]:
        return "yes" if yes else "no"

    made = Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, approve),
            Route(approve, on=pick, to={"yes": act, "no": answer}),
            Edge(act, END),
            Edge(answer, END),
        ],
    )
    assert [f for f in check_graph(made) if f.code in ("AG101", "AG401")] == []


def test_a_field_that_may_be_absent_is_missing_unless_it_has_a_default(unchecked) -> None:
    def strict(size: int, limit: int) -> Literal["yes", "no"]:
        return "yes" if size < limit else "no"

    def lenient(size: int, limit: int = 3) -> Literal["yes", "no"]:
        return "yes" if size < limit else "no"

    assert said(graph(strict)) == [("AG401", "g.measure.limit")]
    assert said(graph(lenient)) == []
    assert unchecked(graph(lenient), {"query": "x"})["reply"] == "x"
    with pytest.raises(ContractViolation, match="limit"):
        unchecked(graph(strict), {"query": "x"})


def test_a_type_that_refuses_what_is_written_does_not_hold(unchecked) -> None:
    def pick(size: str) -> Literal["yes", "no"]:
        return "yes" if size else "no"

    (found,) = [f for f in check_graph(graph(pick)) if f.code != "AG105"]
    assert (found.code, found.place) == ("AG101", "g.measure.size")
    assert found.message == "measure -> the route after measure: the contract does not hold"
    assert found.witness == {"size": 0}
    with pytest.raises(ContractViolation, match="size"):
        unchecked(graph(pick), {"query": "x"})


def test_a_parameter_without_a_type_asks_for_presence_alone() -> None:
    assert said(graph(lambda size: "yes" if size else "no")) == []
    assert said(graph(lambda limit: "yes" if limit else "no")) == [("AG401", "g.measure.limit")]


def test_a_type_without_a_json_form_is_refused_when_it_is_declared() -> None:
    def pick(size: object) -> Literal["yes", "no"]:
        return "yes"

    def odd(size: bytes) -> Literal["yes", "no"]:
        return "yes"

    assert said(graph(pick)) == []
    with pytest.raises(DeclarationError, match=r"odd\.size"):
        graph(odd)


def test_what_the_function_refuses_is_told_there_and_not_again_behind() -> None:
    @agent(writes="reply")
    def use(limit: int) -> str:
        return str(limit)

    def pick(limit: int) -> Literal["yes", "no"]:
        return "yes"

    made = Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, measure),
            Route(measure, on=pick, to={"yes": use, "no": answer}),
            Edge(use, END),
            Edge(answer, END),
        ],
    )
    assert said(made) == [("AG401", "g.measure.limit")]


def test_a_route_at_the_start_takes_the_input() -> None:
    def pick(query: str) -> Literal["yes", "no"]:
        return "yes"

    def other(limit: int) -> Literal["yes", "no"]:
        return "yes"

    assert said(graph(pick, source=START)) == []
    assert said(graph(other, source=START)) == [("AG401", "g.START.limit")]


class Words(TypedDict):
    words: list[str]


def test_a_route_behind_an_item_sees_the_item_and_what_became_of_it() -> None:
    @agent
    def weigh(word: str) -> Weight:
        return {"weight": len(word)}

    def pick(word: str, weight: int) -> Literal["heavy", "light"]:
        return "heavy" if weight > 3 else "light"

    made = Graph(
        "g",
        input=Words,
        output=Weights,
        edges=[
            Map(START, over="words", each="word", to=weigh, into="weights"),
            Route(weigh, on=pick, to={"heavy": END, "light": END}),
            Edge(weigh, END),
        ],
    )
    assert said(made) == []
    found = compile_graph(made).invoke({"words": ["a", "abcd"]})
    assert found == {"weights": [{"weight": 1}, {"weight": 4}]}


class Weight(TypedDict):
    weight: int


class Weights(TypedDict):
    weights: list[Weight]


@pytest.mark.parametrize(
    "way",
    [
        lambda: Route(measure, on="nope", to={"a": answer}, otherwise=END),
        lambda: Route(measure, on="nope", to={"a": answer, "b": END}),
        lambda: Route(measure, cases=[(field("nope") >= 3, answer)], otherwise=END),
        lambda: Edge(measure, answer, when=field("nope") > 3),
    ],
)
def test_what_decides_on_a_field_that_nobody_mentions_is_told_of(way: Any) -> None:
    made = Graph(
        "g",
        input=Query,
        edges=[Edge(START, measure), way(), Edge(answer, END)],
    )
    assert {f.code for f in check_graph(made)} <= {"AG202", "AG301", "AG303", "AG401", "AG403"}
    assert check_graph(made)


def test_a_decision_on_a_field_that_nobody_mentions_is_made_without_it() -> None:
    def pick(limit: int = 3) -> Literal["yes", "no"]:
        return "yes" if limit == 3 else "no"

    one, other = answer.named("one"), answer.named("other")
    made = Graph(
        "g",
        input=Words,
        output=Reply,
        edges=[
            Edge(START, name_it),
            Route(name_it, on=pick, to={"yes": one, "no": other}),
            Route(one, cases=[(field("nope") == 1, END)], otherwise=other),
            Edge(other, END),
        ],
    )
    assert said(made) == [("AG303", "g.one")]
    assert compile_graph(made).invoke({"words": ["a"]}) == {"reply": "a"}


@agent(writes="query")
def name_it(words: list[str]) -> str:
    return words[0]
