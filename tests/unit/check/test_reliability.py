"""Retries, timeouts and fallbacks that do not hold: told of where they do not, and only there."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest

from agentgraph import (
    END,
    START,
    Budget,
    Edge,
    Graph,
    Model,
    Retry,
    Value,
    agent,
    by_model,
    by_person,
    tool,
)
from agentgraph.check.engine import check_graph
from agentgraph.model.facts import ModelFacts


class Given(TypedDict):
    code: str


class Told(TypedDict):
    told: str


TWICE = Retry(attempts=2)


def codes(one: Any, models: Any = None, **options: Any) -> list[str]:
    edges = [Edge(START, one), Edge(one, END)]
    graph = Graph("one", input=Given, output=Told, edges=edges, **options)
    return [finding.code for finding in check_graph(graph, models=models)]


def calling(made: Any, **options: Any) -> Any:
    @agent(writes="told", tools=[made], **options)
    def call(code: str) -> str:
        return str(made(code))

    return call


def a_tool(**options: Any) -> Any:
    @tool(**{"timeout": 1, **options})
    def act(code: str) -> str:
        return code

    return act


def test_a_plain_write_is_no_fault() -> None:
    assert codes(calling(a_tool())) == []


def test_a_graphs_retry_repeats_a_write_as_well() -> None:
    assert codes(calling(a_tool()), retry=TWICE) == ["AG501"]
    assert codes(calling(a_tool(), retry=Retry(attempts=1)), retry=TWICE) == []


@pytest.mark.parametrize("how", ["keyed", "idempotent", "read_only"])
def test_what_is_as_good_twice_may_be_tried_again(how: str) -> None:
    options: dict[str, Any] = {how: True, "destructive": False}
    assert codes(calling(a_tool(**options), retry=TWICE)) == []


def test_a_write_of_what_stands_in_is_repeated_as_well() -> None:
    spare = calling(a_tool(), name="spare", retry=TWICE)

    @agent(writes="told", fallback=spare)
    def first(code: str) -> str:
        return code

    assert codes(first) == ["AG501"]


@pytest.mark.parametrize(
    ("made", "options", "graph", "said"),
    [
        ({"open_world": True}, {}, {}, ["AG502"]),
        ({"needs": "carrier"}, {}, {}, ["AG502"]),
        ({"open_world": False}, {}, {}, []),
        ({}, {}, {}, []),
        ({"open_world": True, "timeout": 3}, {}, {}, []),
        ({"open_world": True}, {"timeout": 3}, {}, []),
        ({"open_world": True}, {}, {"timeout": 3}, []),
    ],
)
def test_a_timeout_at_any_level_will_do(
    made: dict[str, Any], options: dict[str, Any], graph: dict[str, Any], said: list[str]
) -> None:
    assert codes(calling(a_tool(**{"timeout": None, **made}), **options), **graph) == said


def test_what_a_model_calls_needs_its_own() -> None:
    @agent(prompt="{code}", writes="told", tools=[a_tool(needs="x", timeout=None)])
    def ask(code: str) -> str:
        return by_model()

    assert codes(ask, timeout=3) == ["AG502"]


def test_a_models_client_has_its_own_limits() -> None:
    @agent(prompt="{code}", writes="told")
    def ask(code: str) -> str:
        return by_model()

    assert codes(ask) == []


def test_a_person_may_take_all_the_time_there_is() -> None:
    @agent(asks="Well?")
    def ask(code: str) -> Told:
        return by_person()

    assert codes(ask, timeout=5, retry=Retry(attempts=9), budget=Budget(seconds=6)) == []


def test_attempts_and_waits_must_fit_the_budget() -> None:
    @agent(writes="told", timeout=3, retry=Retry(attempts=3, wait=1, jitter=0))
    def slow(code: str) -> str:
        return code

    assert codes(slow, budget=Budget(seconds=12)) == []  # 3 x 3 + 1 + 2
    assert codes(slow, budget=Budget(seconds=11.5)) == ["AG504"]


def answering(fallback: Any) -> Any:
    @agent(prompt="{code}", writes="told", model="deep", fallback=fallback)
    def answer(code: str) -> str:
        return by_model()

    return answer


TABLE = {
    "deep": ModelFacts(role="deep", provider="here"),
    "near": ModelFacts(role="near", provider="here"),
    "far": ModelFacts(role="far", provider="there"),
    "mute": ModelFacts(role="mute"),
}


@pytest.mark.parametrize(
    ("fallback", "models", "said"),
    [
        (Model("near"), TABLE, ["AG505"]),
        (Model("deep"), {}, ["AG505"]),
        (Model("near"), {}, []),
        (Model("far"), TABLE, []),
        (Model("mute"), TABLE, []),
        (Model("near"), {"default": TABLE["mute"]}, ["AG505"]),
        ([Model("near"), Model("far")], TABLE, []),
        ([Model("near"), Value("")], TABLE, []),
        ([], TABLE, []),
    ],
)
def test_a_chain_must_have_one_link_that_stands_by_itself(
    fallback: Any, models: dict[str, ModelFacts], said: list[str]
) -> None:
    assert codes(answering(fallback), models) == said
