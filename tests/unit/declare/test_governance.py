"""Labels, clearances, permits, estimates, budgets: what is said once, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Budget,
    Edge,
    Estimate,
    Graph,
    Label,
    Objective,
    agent,
    tool,
)
from agentgraph.declare.labels import labels_of
from agentgraph.errors import DeclarationError
from agentgraph.model.codec import dump, load
from agentgraph.model.graph import GraphSpec

Email = Annotated[str, Label("pii")]


class Person(BaseModel):
    email: Email
    friends: list[Person] = []


@dataclass
class Case:
    who: Person


class Row(TypedDict):
    note: Annotated[str, Label("untrusted"), Label("pii")]


@pytest.mark.parametrize(
    ("annotation", "labels"),
    [
        (str, ()),
        (Email, ("pii",)),
        (list[Email], ("pii",)),
        (Person, ("pii",)),
        (Annotated[Person, Label("secret")], ("pii", "secret")),
        (dict[str, Case | None], ("pii",)),
        (Row, ("pii", "untrusted")),
    ],
)
def test_a_type_bears_the_labels_of_all_that_it_holds(
    annotation: Any, labels: tuple[str, ...]
) -> None:
    assert labels_of(annotation) == labels


class Question(BaseModel):
    text: Annotated[str, Label("untrusted")]


class State(TypedDict, total=False):
    text: str
    email: Email
    reply: str


@tool(clears={"pii"}, estimate=Estimate(p95=0.5))
def look_up(email: str) -> Annotated[str, Label("untrusted")]:
    return email


@agent(
    writes="reply",
    tools=[look_up],
    clears={"pii"},
    removes={"untrusted"},
    needs="crm",
    estimate=Estimate(p95=2, cost=0.01, tokens=900),
)
def answer(text: str) -> Annotated[str, Label("draft")]:
    return text


def made(**options: Any) -> Graph:
    return Graph(
        "labelled",
        input=Question,
        state=State,
        edges=[Edge(START, answer), Edge(answer, END)],
        **options,
    )


def test_a_field_bears_the_labels_of_its_declarations_and_a_write_those_of_its_type() -> None:
    spec = made().spec

    assert {field.name: field.labels for field in spec.state} == {
        "text": ("untrusted",),
        "email": ("pii",),
        "reply": (),
    }
    (write,) = spec.agent("answer").writes
    assert write.labels == ("draft",)


def test_all_of_it_is_data() -> None:
    spec = made(
        permits={"write"},
        clears="pii",
        budget=Budget(steps=20, cost=0.5),
        objective=Objective(p95=3),
    ).spec

    assert (spec.permits, spec.clears) == (("write",), ("pii",))
    one = spec.agent("answer")
    assert (one.needs, one.estimate) == ("crm", Estimate(p95=2, cost=0.01, tokens=900))
    assert (one.tools[0].clears, one.tools[0].labels) == (("pii",), ("untrusted",))
    assert load(GraphSpec, dump(spec)) == spec


def test_nothing_said_is_no_limit() -> None:
    spec = made().spec

    assert (spec.permits, spec.clears, spec.budget, spec.objective) == (None, None, None, None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"permits": {"delete"}}, "'delete' is not an effect"),
        ({"clears": {""}}, "'' is not a label's name"),
        ({"budget": Budget(steps=0)}, "steps=0 is no amount"),
        ({"budget": Budget(cost=-1.0)}, "cost=-1.0 is no amount"),
        ({"objective": Objective(p95=float("inf"))}, "p95=inf is no amount"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        made(**options)


def test_an_agent_says_all_that_is_wrong_with_its_options() -> None:
    @agent(writes="reply", clears={1}, estimate=Estimate(p95=-2.0))  # type: ignore[arg-type]
    def odd(text: str) -> str:
        return text

    with pytest.raises(DeclarationError) as caught:
        odd.spec  # noqa: B018
    assert len(caught.value.problems) == 2
