"""Reducers that do not fit (AG405): what they do when nobody has checked, and what is no fault."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict, TypeVar

import pytest
from annotated_types import MaxLen

from agentgraph import END, START, Edge, Graph, Map, agent, append, upsert
from agentgraph.check.engine import check_graph
from agentgraph.compile.graph import compile_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: Any


T = TypeVar("T")


@agent(writes="x")
def text(query: str) -> str:
    return "abc"


@agent(writes="x")
def number(query: str) -> int:
    return 3


@agent(writes="x")
def texts(query: str) -> list[str]:
    return ["abc"]


@agent(writes="x")
def numbers(query: str) -> list[int]:
    return [3]


@agent(writes="reply")
def tell(x: Any) -> Any:
    return x


def graph(kind: Any, writer: Any) -> Graph:
    fields = {"query": str, "x": kind, "reply": Any}
    state = TypedDict("state", fields, total=False)  # type: ignore[misc]  # built per case
    return Graph(
        "g",
        input=Query,
        output=Reply,
        state=state,
        edges=[Edge(START, writer), Edge(writer, tell), Edge(tell, END)],
    )


def said(graph: Graph) -> list[tuple[str, str, str]]:
    return [(f.code, f.severity, f.place) for f in check_graph(graph)]


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch):
    """What becomes of `x` as if nobody had checked."""

    def run(graph: Graph) -> Any:
        monkeypatch.setattr("agentgraph.compile.graph.check_graph", lambda graph, **_: [])
        return compile_graph(graph).invoke({"query": ""})["reply"]

    return run


def test_a_text_that_is_appended_becomes_its_letters(unchecked) -> None:
    made = graph(Annotated[list[str], append], text)
    (found,) = check_graph(made)
    assert (found.code, found.severity, found.place) == ("AG405", "error", "g.text.x")
    assert found.help == "write a list of one: append takes a list of new elements"
    assert unchecked(made) == ["a", "b", "c"]


def test_a_number_that_is_appended_raises(unchecked) -> None:
    made = graph(Annotated[list[int], append], number)
    assert said(made) == [("AG405", "error", "g.number.x")]
    with pytest.raises(TypeError):
        unchecked(made)


def test_elements_of_another_type_get_in_unseen(unchecked) -> None:
    made = graph(Annotated[list[str], append], numbers)
    (found,) = check_graph(made)
    assert (found.code, found.witness) == ("AG405", {"x": [0]})
    assert unchecked(made) == [3]


@pytest.mark.parametrize("kind", [int, str, dict[str, str]])
def test_what_is_no_list_cannot_be_added_to(kind: Any, unchecked) -> None:
    made = graph(Annotated[kind, upsert], number)
    (found,) = check_graph(made)
    assert (found.code, found.severity, found.place) == ("AG405", "error", "g.x")
    with pytest.raises(TypeError):
        unchecked(made)


def test_a_list_must_begin_as_one(unchecked) -> None:
    from pydantic import BaseModel

    class State(BaseModel):
        query: str = ""
        x: Annotated[list[str] | None, append] = None
        reply: Any = None

    made = Graph(
        "g",
        input=Query,
        output=Reply,
        state=State,
        edges=[Edge(START, texts), Edge(texts, tell), Edge(tell, END)],
    )
    (found,) = check_graph(made)
    assert found.message == "x does not begin as a list, and append adds to one"
    with pytest.raises(TypeError):
        unchecked(made)


def test_a_bound_on_the_list_is_no_bound_on_what_is_added() -> None:
    made = graph(Annotated[list[str], MaxLen(3), append], texts)
    (found,) = [f for f in check_graph(made) if f.severity == "note"]
    assert (found.code, found.place) == ("AG405", "g.x")


def add(total: int, more: int) -> int:
    return total + more


def merged(old: list[str], new: list[str]) -> list[str]:
    return [*old, *new]


def test_a_reducer_of_the_users_is_held_to_its_own_types() -> None:
    assert said(graph(Annotated[int, add], texts)) == [("AG405", "warning", "g.texts.x")]
    assert said(graph(Annotated[list[str], merged], numbers)) == [
        ("AG405", "warning", "g.numbers.x")
    ]
    assert said(graph(Annotated[list[str], add], texts)) == [("AG405", "warning", "g.x")]


def untyped(old, new):
    return new


def loose(old: list, new: list) -> list:
    return old + new


def either(old: T, new: T) -> T:
    return new


def opaque(old: object, new: object) -> object:
    return new


def unnamed(old: Nobody, new: Nobody) -> Nobody:  # type: ignore[name-defined]  # noqa: F821
    return new


@pytest.mark.parametrize(
    ("kind", "writer"),
    [
        (Annotated[list[str], append], texts),
        (Annotated[list[str], upsert], texts),
        (Annotated[list[str] | None, append], texts),
        (Annotated[tuple[str, ...], append], texts),
        (Annotated[list[Any], append], numbers),
        (Annotated[Any, append], texts),
        (Annotated[int, add], number),
        (Annotated[int, operator.add], number),
        (Annotated[str, operator.add], text),
        (Annotated[list[str], untyped], texts),
        (Annotated[list[str], lambda old, new: old + new], texts),
        (Annotated[list[str], loose], texts),
        (Annotated[list[str], merged], texts),
        (Annotated[int, either], number),
        (Annotated[int, opaque], number),
        (Annotated[int, unnamed], number),
    ],
)
def test_what_fits_or_says_nothing_is_not_told_of(kind: Any, writer: Any) -> None:
    assert said(graph(kind, writer)) == []


def test_the_results_of_a_map_are_a_list() -> None:
    class Words(TypedDict):
        words: list[str]

    class State(TypedDict, total=False):
        words: list[str]
        x: Annotated[list[int], append]
        reply: Any

    @agent(writes="size")
    def measure(word: str) -> int:
        return len(word)

    @agent(writes="size")
    def spell(word: str) -> str:
        return word

    def mapped(to: Any) -> Graph:
        return Graph(
            "g",
            input=Words,
            output=Reply,
            state=State,
            edges=[
                Map(START, over="words", each="word", to=to, into="x"),
                Edge(to, tell),
                Edge(tell, END),
            ],
        )

    assert [f for f in said(mapped(measure)) if f[0] == "AG405"] == []
    assert [f for f in said(mapped(spell)) if f[0] == "AG405"] == [("AG405", "error", "g.spell.x")]


def test_who_comes_first_of_two_side_by_side_is_settled() -> None:
    """By their names, whoever is declared or done first: so an order that matters is no fault."""

    class State(TypedDict, total=False):
        query: str
        x: Annotated[list[str], append]
        reply: Any

    @agent(writes="x")
    def b_first(query: str) -> list[str]:
        return ["b"]

    @agent(writes="x")
    def a_second(query: str) -> list[str]:
        return ["a"]

    made = Graph(
        "g",
        input=Query,
        output=Reply,
        state=State,
        edges=[
            Edge(START, b_first),
            Edge(START, a_second),
            Edge([b_first, a_second], tell),
            Edge(tell, END),
        ],
    )
    assert said(made) == []
    assert compile_graph(made).invoke({"query": ""}) == {"reply": ["a", "b"]}
