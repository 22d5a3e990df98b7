"""Who must be cleared for labelled data: models, tools, memory."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

import pytest

from agentgraph import (
    Graph,
    Label,
    Model,
    agent,
    by_model,
    tool,
)
from agentgraph.model.facts import ModelFacts
from tests.unit.check.labelled import (
    Given,
    Note,
    Reply,
    Secret,
    Text,
    answer,
    chain,
    copy,
    found,
    hide,
    made,
    mask,
    places,
    plain,
)


@agent(prompt="{email}", writes="note", clears={"pii"}, model="fast", timeout=9)
def told(email: str) -> str:
    return by_model()


@agent(
    prompt="{email}", writes="note", clears={"pii"}, model="fast", timeout=9, fallback=Model("deep")
)
def told_twice(email: str) -> str:
    return by_model()


@agent(writes="reply", clears={"pii"})
def finish(note: str) -> str:
    return note


def clears(role: str, *labels: str) -> ModelFacts:
    return ModelFacts(role=role, clears=labels)


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ({}, []),
        ({"fast": ModelFacts(role="fast")}, []),
        ({"fast": clears("fast", "pii")}, []),
        ({"fast": clears("fast")}, ['"fast" of told']),
        ({"default": clears("default")}, ['"fast" of told']),
        ({"default": clears("default"), "fast": clears("fast", "pii")}, []),
    ],
)
def test_the_models_table_says_what_a_model_may_see(
    models: dict[str, ModelFacts], said: list[str]
) -> None:
    messages = [finding.message for finding in found(made(*chain(told, finish)), **models)]
    assert [any(part in message for message in messages) for part in said] == [True] * len(said)
    assert len(messages) == len(said)


def test_a_model_that_stands_in_must_be_cleared_too() -> None:
    (finding,) = found(
        made(*chain(told_twice, finish)), fast=clears("fast", "pii"), deep=clears("deep")
    )
    assert 'the model "deep"' in finding.message


@tool(timeout=1)
def post(text: str) -> None:
    return


@tool(timeout=1)
def press(button: Literal["red", "green"]) -> None:
    return


@tool(timeout=1, clears={"pii"})
def send(text: str) -> None:
    return


def test_a_models_tools_must_be_cleared_for_what_it_meets() -> None:
    @agent(prompt="{email}", writes="reply", clears={"pii"}, tools=[post, press, send], timeout=9)
    def act(email: str) -> str:
        return by_model()

    (finding,) = found(made(*chain(act)))
    assert (finding.severity, finding.place) == ("error", "one.act.post")


def test_a_tool_that_several_hand_data_to_is_told_of_once() -> None:
    @tool(timeout=1)
    def mail(email: str) -> None:
        return

    @agent(writes="note", clears={"pii"}, tools=[mail])
    def first(email: str) -> str:
        return email

    @agent(prompt="{email}", writes="reply", clears={"pii"}, tools=[mail], timeout=9)
    def second(email: str) -> str:
        return by_model()

    (finding,) = found(made(*chain(first, second)))
    assert (finding.severity, finding.place) == ("error", "one.second.mail")
    assert any(line.startswith("also by: first") for line in finding.reasons)


def test_what_a_function_hands_to_its_tools_is_told_of_where_it_is_named_alike() -> None:
    @tool(timeout=1)
    def mail(email: str) -> None:
        return

    @tool(timeout=1)
    def check(email: Literal["known", "unknown"]) -> None:
        return

    @agent(writes="reply", clears={"pii"}, tools=[post, press, send, mail, check])
    def act(email: str) -> str:
        return email

    (finding,) = found(made(*chain(act)))
    assert (finding.severity, finding.place) == ("note", "one.act.mail")


def test_untrusted_asks_no_clearance() -> None:
    class Mail(TypedDict):
        note: Annotated[str, Label("untrusted")]

    assert places(made(*chain(answer), input=Mail, clears=set())) == []


def test_a_graph_says_what_may_rest_in_its_memory() -> None:
    assert places(made(*chain(mask, answer), clears={"pii"})) == []
    assert places(made(*chain(mask, answer), clears=set())) == ["one.email"]


def test_the_graph_around_says_what_may_rest_in_the_memory_of_graphs_within() -> None:
    @agent(writes="secret")
    def invent(note: str) -> Secret:
        return note

    inner = Graph("inner", input=Note, output=Reply, edges=chain(invent, hide))
    (finding,) = found(made(*chain(plain, inner), input=Text, clears=set()))
    assert finding.message.startswith("pii data rests in the memory of one")
    assert finding.graph == "inner"


def test_what_comes_in_from_outside_is_told_of_outside() -> None:
    inner = Graph("inner", input=Given, output=Reply, edges=chain(copy, hide))
    told = found(made(*chain(inner), clears=set()))
    assert [(finding.graph, finding.place) for finding in told] == [("one", "one.email")]
