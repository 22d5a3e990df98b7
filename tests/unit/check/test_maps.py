"""Maps: what their exits, their items and a declared state see of their lists."""

from __future__ import annotations

from typing import NotRequired, TypedDict

import pytest
from langgraph.errors import InvalidUpdateError

from agentgraph import END, START, Edge, Graph, Map, Route, agent, check_graph, field
from agentgraph.compile.route_error import RouteError
from tests.properties.check_confirming import unchecked


class Trip(TypedDict):
    cities: list[str]


class Offers(TypedDict):
    offers: NotRequired[list[str]]


@agent
def plan(cities: list[str]) -> None:
    """A place to stand before the map."""


@agent(writes="offer")
def search(city: str) -> str:
    return city


def test_a_map_does_not_go_over_the_list_that_it_begins() -> None:
    graph = Graph(
        "trip",
        input=Trip,
        output=Offers,
        edges=[
            Edge(START, plan),
            Map(plan, over="offers", each="city", to=search, into="offers"),
            Edge(search, END),
        ],
    )
    assert [f.code for f in check_graph(graph)] == ["AG401"]
    with pytest.raises(RouteError, match="offers"):
        unchecked(graph).invoke({"cities": ["Rome"]})


def test_a_route_beside_a_map_does_not_see_its_list() -> None:
    graph = Graph(
        "trip",
        input=Trip,
        output=Offers,
        edges=[
            Edge(START, plan),
            Map(plan, over="cities", each="city", to=search, into="offers"),
            Route(plan, cases=[(field("offers").present, END)]),
            Edge(search, END),
        ],
    )
    assert "AG301" in [f.code for f in check_graph(graph)]
    with pytest.raises(RouteError):
        unchecked(graph).invoke({"cities": ["Rome"]})


def test_what_the_items_of_a_map_make_need_be_no_field_of_the_state() -> None:
    class State(TypedDict, total=False):
        cities: list[str]
        offers: list[str]

    graph = Graph(
        "trip",
        input=Trip,
        output=Offers,
        state=State,
        edges=[
            Map(START, over="cities", each="city", to=search, into="offers"),
            Edge(search, END),
        ],
    )
    assert check_graph(graph) == []


@agent(writes="offers")
def find(city: str) -> str:
    return city


class TripState(Trip):
    offers: list[str]


@pytest.mark.parametrize("state", [None, TripState], ids=["inferred", "declared"])
def test_what_an_element_writes_to_the_field_of_its_own_map_is_collected(
    state: type | None,
) -> None:
    graph = Graph(
        "trip",
        input=Trip,
        output=Offers,
        state=state,
        edges=[Map(START, over="cities", each="city", to=find, into="offers"), Edge(find, END)],
    )
    assert check_graph(graph) == []
    assert unchecked(graph).invoke({"cities": ["Rome", "Oslo"]}) == {"offers": ["Rome", "Oslo"]}


def test_an_agent_that_a_plain_edge_starts_too_writes_that_field_itself() -> None:
    class State(TripState):
        city: str

    class Visit(Trip):
        city: str

    graph = Graph(
        "trip",
        input=Visit,
        output=Offers,
        state=State,
        edges=[
            Edge(START, plan),
            Map(plan, over="cities", each="city", to=find, into="offers"),
            Edge(START, find),
            Edge(find, END),
        ],
    )
    found = [(f.code, f.place) for f in check_graph(graph)]
    assert ("AG104", "trip.find.offers") in found


@agent
def rounds(cities: list[str]) -> None:
    """Starts a round; the loop starts the next while the cities of this one are searched."""


def test_a_round_that_starts_beside_the_items_of_the_last_one_is_a_clash() -> None:
    graph = Graph(
        "trip",
        input=Trip,
        output=Offers,
        edges=[
            Edge(START, plan),
            Edge(plan, rounds),
            Map(rounds, over="cities", each="city", to=search, into="offers"),
            Edge(rounds, rounds, at_most=1, otherwise=END),
            Edge(search, END),
        ],
    )
    assert "AG402" in [f.code for f in check_graph(graph)]
    with pytest.raises(InvalidUpdateError, match="offers"):
        unchecked(graph).invoke({"cities": ["Rome"]})
    # With no items there is one list at a time, and it is empty.
    assert unchecked(graph).invoke({"cities": []}) == {"offers": []}
