"""What a router looks for in the state: it is there only if some schema of the graph has it."""

# pyright: reportTypedDictNotRequiredAccess=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph

from agentgraph.adopt.langgraph import adopt_graph
from agentgraph.check.engine import check_graph


class Essay(TypedDict, total=False):
    text: str
    revision_count: int


class Marks(TypedDict, total=False):
    grade: int


def revise(state: Essay) -> Essay:
    return {"text": state["text"] + "!", "revision_count": state.get("revision_count", 0) + 1}


def misspelt(state: dict[str, Any]) -> str:
    return END if state.get("revisions_count", 0) > 2 else "revise"


def spelt(state: Essay) -> str:
    return END if state.get("revision_count", 0) > 2 else "revise"


def looked_for_first(state: Any) -> str:
    if "grades" in state:
        return END if state["grades"] else "revise"
    return END if len(state["text"]) > 3 else "revise"


def of_its_own_schema(state: Marks) -> str:
    return END if state.get("grade", 3) > 2 else "revise"


def told_of(route: Callable[..., str]) -> list[str]:
    builder: Any = StateGraph(Essay)
    builder.add_node("revise", revise)
    builder.add_edge(START, "revise")
    builder.add_conditional_edges("revise", route, ["revise", END])
    found = check_graph(adopt_graph(builder, file=__file__))
    return [f"{one.message}: {one.help}" for one in found if one.code == "AG401"]


def test_a_key_that_no_schema_has_is_told_with_the_one_that_is_meant() -> None:
    told = "misspelt reads revisions_count, which the state does not have"
    assert told_of(misspelt) == [f"{told}: did you mean revision_count?"]


@pytest.mark.parametrize("route", [spelt, looked_for_first, of_its_own_schema])
def test_other_keys_are_not(route: Callable[..., str]) -> None:
    assert told_of(route) == []
