"""Whether a case is left out, where what decides it are several fields with several origins."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

import pytest

from agentgraph import END, START, Edge, Graph, Route, agent, check_graph, field
from agentgraph.compile.route_error import RouteError
from agentgraph.declare.guard import Condition
from tests.properties.check_confirming import unchecked


class Asked(TypedDict):
    urgent: NotRequired[bool]
    amount: NotRequired[Literal[1, 2]]


class Rated(TypedDict):
    amount: NotRequired[Literal[2, 3]]
    urgent: NotRequired[bool]


class Nothing(TypedDict):
    """The graph answers nothing."""


@agent
def rate() -> Rated:
    return {}


@agent
def pay() -> None:
    """One of the two ways."""


def deciding(*guards: Condition) -> Graph:
    return Graph(
        "bill",
        input=Asked,
        output=Nothing,
        edges=[
            Edge(START, rate),
            Route(rate, cases=[(guard, pay) for guard in guards]),
            Edge(pay, END),
        ],
    )


def told(graph: Graph) -> list[str]:
    return [f.code for f in check_graph(graph) if f.code in ("AG102", "AG301")]


def test_what_falls_through_whatever_the_other_field_holds_is_an_error() -> None:
    amount, urgent = field("amount"), field("urgent")
    graph = deciding((amount == 1) & (urgent == True), amount >= 2)  # noqa: E712
    assert told(graph) == ["AG301"]
    with pytest.raises(RouteError):
        unchecked(graph).invoke({})


def test_what_needs_both_fields_to_meet_can_not_be_told() -> None:
    amount, urgent = field("amount"), field("urgent")
    graph = deciding(
        ~amount.present,
        ~urgent.present,
        amount >= 2,
        (amount == 1) & (urgent == True),  # noqa: E712
    )
    assert told(graph) == ["AG102"]


def test_where_every_meeting_has_a_branch_nothing_is_told() -> None:
    amount = field("amount")
    assert told(deciding(~amount.present, amount >= 2, amount == 1)) == []
