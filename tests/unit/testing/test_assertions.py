"""A graph that does not check fails a test, with the findings as the command shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.graph import StateGraph

from agentgraph.errors import SettingsError
from agentgraph.testing import assert_checks
from tests.rules.test_catalogue import load


def test_a_sound_graph_passes() -> None:
    assert_checks(load("contract_broken", "good").graph)
    assert_checks(load("contract_broken", "good").graph, strict=True)


def test_a_broken_one_fails_with_what_is_wrong() -> None:
    with pytest.raises(AssertionError) as failed:
        assert_checks(load("contract_broken", "bad").graph)

    head, _, report = str(failed.value).partition("\n\n")
    assert head == "refunds does not check, 1 finding:"
    assert report.startswith("error[AG101]: classify -> check_refund")
    assert "contract_broken/bad.py:32" in report
    assert '= for example: {"reason": "other"}' in report


def test_the_failure_stands_at_the_users_line() -> None:
    with pytest.raises(AssertionError) as failed:
        assert_checks(load("contract_broken", "bad").graph)

    assert Path(failed.traceback.filter(failed)[-1].path).name == "test_assertions.py"


def test_notes_and_warnings_fail_only_where_asked() -> None:
    graph = load("opaque_route", "bad").graph
    assert_checks(graph)
    with pytest.raises(AssertionError, match="AG304"):
        assert_checks(graph, strict=True)
    assert_checks(graph, strict=True, ignore=["AG304"])


def test_what_is_ignored_must_be_a_rule() -> None:
    with pytest.raises(SettingsError, match="there is no rule 'AG999'"):
        assert_checks(load("contract_broken", "good").graph, ignore=["AG999"])


def test_a_plain_langgraph_graph_is_taken_as_it_is() -> None:
    class State(TypedDict):
        text: str

    def answer(state: State) -> Any:
        return {"txt": state["text"]}

    builder: Any = StateGraph(State)
    builder.add_node("answer", answer)
    builder.add_edge("__start__", "answer")
    for graph in (builder, builder.compile()):
        with pytest.raises(AssertionError, match=r"error\[AG404\]: answer writes txt"):
            assert_checks(graph)
    assert_checks(builder, ignore=["AG404"])
