"""How much a turn can take: on its longest way, and in all."""

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
    Route,
    agent,
    by_model,
    field,
    tool,
)
from agentgraph.check.analysis import analyse_all
from agentgraph.check.engine import check_graph
from agentgraph.check.estimates import cost_of, seconds_of, tokens_of
from agentgraph.check.turns import dearest_turn, longest_way
from agentgraph.model.facts import ModelFacts


class Given(TypedDict):
    text: str
    number: int
    parts: Annotated[list[str], MaxLen(5)]


def step(name: str, amount: float, writes: str = "") -> Any:
    """An agent that takes `amount` seconds, and costs as much."""

    @agent(name=name, writes=writes or f"by_{name}", estimate=Estimate(p95=amount, cost=amount))
    def run(text: str) -> str:
        return text

    return run


A, B, C, D = (step(name, amount) for name, amount in zip("abcd", (1, 10, 100, 1000), strict=True))


@agent(writes="kind", estimate=Estimate(p95=0.5, cost=0.5))
def sort(text: str) -> Literal["x", "y"]:
    return "x"


def taken(*edges: Any, models: dict[str, ModelFacts] | None = None) -> tuple[float, float]:
    """Seconds along the longest way, and cost in all."""
    flow = analyse_all(Graph("one", input=Given, edges=list(edges)).spec, None, models)[0]
    return longest_way(flow, seconds_of).total, dearest_turn(flow, cost_of).total


def test_one_after_the_other_adds_up() -> None:
    assert taken(Edge(START, A), Edge(A, B), Edge(B, END)) == (11, 11)


def test_side_by_side_the_slowest_counts_and_all_cost() -> None:
    edges = [Edge(START, A), Edge(START, B), Edge([A, B], C), Edge(C, END)]
    assert taken(*edges) == (110, 111)


def test_of_a_decision_one_branch_counts() -> None:
    edges = [Edge(START, sort), Route(sort, on="kind", to={"x": A, "y": B}), Edge([A, B], C)]
    assert taken(*edges, Edge(C, END)) == (110.5, 110.5)


def test_of_guarded_edges_one_counts() -> None:
    edges = [Edge(START, sort), Edge(sort, A, when=field("number") > 1)]
    edges += [Edge(sort, B, when=field("number") <= 1), Edge(A, END), Edge(B, END)]
    assert taken(*edges) == (10.5, 10.5)


def test_a_loop_counts_as_often_as_it_may_go_round() -> None:
    edges = [Edge(START, A), Edge(A, B), Edge(B, A, at_most=3, otherwise=C), Edge(C, END)]
    assert taken(*edges) == (4 * 11 + 100, 4 * 11 + 100)


def test_a_bound_on_the_way_forward_bounds_the_loop_as_well() -> None:
    edges = [Edge(START, A), Edge(A, B, at_most=3, otherwise=C), Edge(B, A), Edge(C, END)]
    # It goes round three times. As at least the last of them can be left early, two are counted.
    assert taken(*edges) == (2 * 11 + 101, 2 * 11 + 101)


def test_a_loop_that_nothing_bounds_counts_once() -> None:
    edges = [Edge(START, sort), Route(sort, on="kind", to={"x": A, "y": C}), Edge(A, sort)]
    assert taken(*edges, Edge(C, END)) == (100.5, 100.5)


def test_a_failure_edge_is_left_out() -> None:
    edges = [Edge(START, A), Edge(A, D, on_failure=True), Edge(A, END), Edge(D, END)]
    assert taken(*edges) == (1, 1)


def test_the_elements_of_a_map_run_side_by_side_and_all_cost() -> None:
    @agent(writes="piece", estimate=Estimate(p95=2, cost=2))
    def each(part: str) -> str:
        return part

    edges = [Map(START, over="parts", each="part", to=each, into="pieces"), Edge(each, A)]
    assert taken(*edges, Edge(A, END)) == (3, 11)


def test_a_graph_counts_as_what_is_in_it() -> None:
    inner = Graph(
        "inner",
        input=Given,
        edges=[Edge(START, A), Edge(START, B), Edge([A, B], C), Edge(C, END)],
    )
    assert taken(Edge(START, inner), Edge(inner, D), Edge(D, END)) == (1110, 1111)


@tool(estimate=Estimate(p95=3, cost=7))
def slow(text: str) -> str:
    return text


@tool(estimate=Estimate(p95=2, cost=8))
def dear(text: str) -> str:
    return text


def test_what_an_agent_does_not_say_its_tools_say() -> None:
    @agent(writes="told", tools=[slow, dear])
    def ask(text: str) -> str:
        return text

    assert taken(Edge(START, ask), Edge(ask, END)) == (3, 8)


TABLE = {"fast": ModelFacts(role="fast", p95=4, input_price=10, output_price=30)}


@pytest.mark.parametrize(
    ("estimate", "models", "seconds", "cost"),
    [
        (None, {}, 0, 0),
        (None, TABLE, 4, 0),
        (Estimate(tokens=1000), TABLE, 4, 0.01),
        (Estimate(p95=1, cost=2, tokens=1000), TABLE, 1, 2),
        (Estimate(tokens=1000), {"fast": ModelFacts(role="fast", input_price=10)}, 0, 0),
        (Estimate(tokens=1000), {"default": TABLE["fast"]}, 4, 0.01),
    ],
)
def test_what_a_model_takes(
    estimate: Estimate | None, models: dict[str, ModelFacts], seconds: float, cost: float
) -> None:
    @agent(prompt="{text}", writes="told", model="fast", estimate=estimate)
    def ask(text: str) -> str:
        return by_model()

    assert taken(Edge(START, ask), Edge(ask, END), models=models) == (seconds, cost)


def test_tokens_add_up() -> None:
    @agent(prompt="{text}", writes="told", estimate=Estimate(tokens=700))
    def ask(text: str) -> str:
        return by_model()

    again = ask.named("again", writes="more")
    graph = Graph("one", input=Given, edges=[Edge(START, ask), Edge(ask, again), Edge(again, END)])
    assert dearest_turn(analyse_all(graph.spec)[0], tokens_of).total == 1400


def test_a_budget_of_cost_needs_prices_where_the_table_knows_the_model() -> None:
    @agent(prompt="{text}", writes="told", model="fast")
    def ask(text: str) -> str:
        return by_model()

    edges = [Edge(START, ask), Edge(ask, END)]
    graph = Graph("one", input=Given, edges=edges, budget=Budget(cost=1))
    assert check_graph(graph) == []
    assert check_graph(graph, models=TABLE) == []
    (note,) = check_graph(graph, models={"fast": ModelFacts(role="fast", input_price=1)})
    assert (note.code, note.severity, note.place) == ("AG702", "note", "one.ask")
