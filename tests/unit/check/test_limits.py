"""Lists and texts without a limit: told of where they cost or overflow, and only there."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import pytest
from annotated_types import MaxLen

from agentgraph import (
    END,
    START,
    Budget,
    Edge,
    Estimate,
    Graph,
    Map,
    Model,
    agent,
    by_model,
    tool,
)
from agentgraph.check.engine import check_graph
from agentgraph.check.lengths import most_characters
from agentgraph.contracts.types import contract_of
from agentgraph.model.facts import ModelFacts


class Given(TypedDict):
    parts: list[str]


class Each(TypedDict):
    part: str


class Piece(TypedDict):
    piece: str


@agent(prompt="{part}", writes="piece")
def told(part: str) -> str:
    return by_model()


@agent(writes="piece")
def plain(part: str) -> str:
    return part


def each_calls(made: Any) -> Any:
    @agent(writes="piece", tools=[made])
    def call(part: str) -> str:
        return str(made(part))

    return call


@tool(read_only=True, open_world=False)
def look(part: str) -> str:
    return part


@tool(read_only=True, open_world=False, estimate=Estimate(cost=0.1))
def look_up(part: str) -> str:
    return part


@tool(open_world=False)
def store(part: str) -> str:
    return part


def over(each: Any, given: Any = Given, **options: Any) -> list[str]:
    edges: list[Any] = [
        Map(START, over="parts", each="part", to=each, into="pieces"),
        Edge(each, END),
    ]
    graph = Graph("one", input=given, edges=edges, **options)
    return [finding.code for finding in check_graph(graph)]


INNER = Graph("inner", input=Each, output=Piece, edges=[Edge(START, told), Edge(told, END)])
BUDGET = {"budget": Budget(cost=1)}


@pytest.mark.parametrize(
    ("each", "options", "said"),
    [
        (told, {}, ["AG703"]),
        (INNER, {}, ["AG703"]),
        (plain, {}, []),
        (plain, BUDGET, []),
        (each_calls(look), BUDGET, []),
        (each_calls(look_up), {}, []),
        (each_calls(look_up), BUDGET, ["AG703"]),
        (each_calls(store), {}, []),
        (each_calls(store), BUDGET, ["AG703"]),
    ],
)
def test_a_map_needs_a_limit_where_its_elements_cost(
    each: Any, options: dict[str, Any], said: list[str]
) -> None:
    assert over(each, **options) == said


class Few(TypedDict):
    parts: Annotated[list[str], MaxLen(9)]


def test_a_limit_is_a_limit() -> None:
    assert over(told, Few) == []


@pytest.mark.parametrize(
    ("annotation", "most"),
    [
        (str, None),
        (Annotated[str, MaxLen(10)], 12),
        (Annotated[str | None, MaxLen(10)], 20),
        (Literal["a", "four"], 6),
        (list[Literal["a"]], None),
        (Annotated[list[Annotated[str, MaxLen(10)]], MaxLen(3)], 42),
        (int, 20),
        (dict[str, int], None),
        (Few, None),
    ],
)
def test_the_longest_value_of_a_type(annotation: Any, most: int | None) -> None:
    assert most_characters(contract_of(annotation).produced) == most


def test_a_type_that_holds_itself_has_no_longest_value() -> None:
    schema = {
        "$ref": "#/$defs/t",
        "$defs": {"t": {"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/t"}}},
    }
    assert most_characters(schema) is None


Long = Annotated[str, MaxLen(4000)]


class Text(TypedDict):
    text: Long


def windows(context: int | None, **others: int) -> list[str]:
    @agent(prompt="{text}", writes="piece", model="fast", fallback=Model("small"))
    def ask(text: Long) -> str:
        return by_model()

    graph = Graph("one", input=Text, edges=[Edge(START, ask), Edge(ask, END)])
    table = {role: ModelFacts(role=role, context=one) for role, one in others.items()}
    found = check_graph(graph, models={"fast": ModelFacts(role="fast", context=context), **table})
    return [finding.code for finding in found]


def test_what_is_told_must_fit_every_model_that_may_be_asked() -> None:
    assert windows(None) == []
    assert windows(1010) == []
    assert windows(900) == ["AG704"]
    assert windows(1010, small=900) == ["AG704"]


def test_a_text_without_a_limit_is_left_alone() -> None:
    graph = Graph("one", input=Each, edges=[Edge(START, told), Edge(told, END)])
    assert check_graph(graph, models={"default": ModelFacts(role="default", context=10)}) == []
