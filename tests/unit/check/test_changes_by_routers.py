"""What a router does to the state that it is given: nobody else sees it."""

# pyright: reportTypedDictNotRequiredAccess=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from agentgraph.adopt.langgraph import adopt_graph
from agentgraph.check.engine import check_graph


class Exam(TypedDict, total=False):
    answers: list[str]
    tries: int
    seen: bool


def examine(state: Exam) -> Exam:
    return {"answers": [*state["answers"], f"try {state.get('tries', 0)}"]}


def counting(state: Exam) -> str:
    state["tries"] = state.get("tries", 0) + 1
    return "examine" if len(state["answers"]) < 3 else END


def for_itself(state: Exam) -> str:
    state["seen"] = len(state["answers"]) > 3
    return END if state["seen"] else "examine"


def sending(state: Exam) -> Any:
    state["tries"] = 1
    return END if len(state["answers"]) > 3 else Send("examine", state)


def examined(route: Callable[[Exam], Any]) -> Any:
    builder: Any = StateGraph(Exam)
    builder.add_node("examine", examine)
    builder.add_edge(START, "examine")
    builder.add_conditional_edges("examine", route, ["examine", END])
    return builder


def told_of(route: Callable[[Exam], Any]) -> list[str]:
    found = check_graph(adopt_graph(examined(route), file=__file__))
    return [one.message for one in found if one.code == "AG805"]


def test_what_a_router_sets_for_others_is_lost() -> None:
    assert told_of(counting) == ["counting sets tries in its state: what a router sets is lost"]
    ran = examined(counting).compile().invoke({"answers": []})
    assert ran == {"answers": ["try 0", "try 0", "try 0"]}


@pytest.mark.parametrize("route", [for_itself, sending])
def test_what_it_sets_for_itself_or_sends_on_is_not(route: Callable[[Exam], Any]) -> None:
    assert told_of(route) == []
