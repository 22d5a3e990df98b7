"""Error handlers are lifted as LangGraph runs them: entered on failure, left by their commands alone."""

from __future__ import annotations

import json
from typing import Any, TypedDict

import pytest
from langgraph.errors import NodeError
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

from agentgraph.adopt.langgraph import adopt_graph
from agentgraph.draw.draw import draw_graph
from agentgraph.model.plan import Plan, targets

OWN, DEFAULT = "__error_handler__pay", "__default_error_handler__"


class State(TypedDict, total=False):
    ways: str


def pay(state: State) -> State:
    raise ValueError("card refused")


def thank(state: State) -> State:
    return {"ways": "thanked"}


def ask(state: State) -> State:
    return {"ways": "asked"}


def note(state: State, error: NodeError) -> State:
    return {"ways": "noted"}


def hand_on(state: State, error: NodeError) -> Command:
    return Command(goto="ask")


def graph(handler: Any, *, default: bool = False) -> Any:
    builder: Any = StateGraph(State)
    builder.add_node("pay", pay, **({} if default else {"error_handler": handler}))
    builder.add_node("thank", thank)
    builder.add_node("ask", ask)
    builder.add_edge(START, "pay")
    builder.add_edge("pay", "thank")
    builder.add_edge("thank", END)
    if default:
        builder.set_node_defaults(error_handler=handler)
    return builder.compile()


def failing(plan: Plan, node: str) -> set[str]:
    return {target for exit_ in plan.node(node).failure for target in targets(exit_)}


def after(plan: Plan, node: str) -> set[str]:
    return {target for exit_ in plan.node(node).exits for target in targets(exit_)}


def ran(made: Any) -> list[str]:
    return [name for chunk in made.stream({}, stream_mode="updates") for name in chunk]


@pytest.mark.parametrize(
    ("handler", "default", "name", "led"),
    [(note, False, OWN, []), (hand_on, False, OWN, ["ask"]), (hand_on, True, DEFAULT, ["ask"])],
    ids=["update", "command", "default"],
)
def test_a_failure_goes_to_the_handler_and_on_by_its_command_only(
    handler: Any, default: bool, name: str, led: list[str]
) -> None:
    made = graph(handler, default=default)
    plan = adopt_graph(made).plan
    assert ran(made) == [name, *led]
    assert failing(plan, "pay") == {name}
    assert after(plan, name) == set(led)
    assert after(plan, "pay") == {"thank"}


def test_a_default_handler_takes_the_failures_of_all_nodes_but_its_own() -> None:
    plan = adopt_graph(graph(hand_on, default=True)).plan
    assert {node.name: failing(plan, node.name) for node in plan.nodes} == {
        **{key: {DEFAULT} for key in ("pay", "thank", "ask")},
        DEFAULT: set(),
    }


def test_the_way_of_a_failure_is_drawn_apart() -> None:
    drawn = json.loads(draw_graph(adopt_graph(graph(hand_on)), format="json"))
    assert {(edge["source"], edge["target"], edge["kind"]) for edge in drawn["edges"]} == {
        ("START", "pay", "always"),
        ("pay", "thank", "always"),
        ("pay", OWN, "failure"),
        (OWN, "ask", "branch"),
        ("thank", "END", "always"),
    }
