"""What `--show-state` tells of plain LangGraph graphs, whose callers and types promise nothing."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from pydantic import BaseModel

from agentgraph.adopt.annotations import annotation_text
from agentgraph.adopt.langgraph import adopt_graph
from agentgraph.check.analysis import analyse_adopted
from agentgraph.check.flow.known import KnownField, known_at
from agentgraph.check.report.state import render_state


class Loose(TypedDict, total=False):
    text: str
    kind: Literal["a", "b"]
    notes: Annotated[list[str], operator.add]


@dataclass
class Strict:
    text: str
    kind: Literal["a", "b"] = "a"


class Model(BaseModel):
    text: str
    kind: Literal["a", "b"] = "a"


def sort(state: Any) -> Any:
    return {"kind": "b"}


def answer(state: Any) -> Any:
    return {"text": "done"}


def known(schema: type, node: str, **arguments: Any) -> dict[str, KnownField]:
    builder: Any = StateGraph(schema)
    builder.add_sequence([sort, answer])
    builder.add_edge(START, "sort")
    (flow,) = analyse_adopted(adopt_graph(builder.compile(**arguments)))
    return {field.name: field for field in known_at(flow, node)}


def kinds(field: KnownField) -> list[str]:
    return [value.kind for value in field.values]


def test_callers_may_leave_out_any_key_of_a_mapping() -> None:
    fields = known(Loose, "sort")
    assert kinds(fields["text"]) == ["offered"]
    assert fields["text"].may_be_absent


@pytest.mark.parametrize("schema", [Strict, Model])
def test_an_object_has_what_it_cannot_be_made_without_and_its_defaults(schema: type) -> None:
    fields = known(schema, "sort")
    assert kinds(fields["text"]) == ["input"]
    assert kinds(fields["kind"]) == ["offered", "default"]


def test_what_a_node_wrote_for_certain_is_all_that_is_left() -> None:
    field = known(Loose, "answer")["kind"]
    assert [(value.kind, value.writer) for value in field.values] == [("write", "sort")]
    assert not field.may_be_absent


def test_with_a_memory_an_earlier_turn_may_have_left_it() -> None:
    assert kinds(known(Loose, "sort", checkpointer=InMemorySaver())["text"]) == ["offered", "kept"]


def test_types_are_as_declared_and_said_to_be_no_more() -> None:
    told = render_state("g.answer", list(known(Loose, "answer").values()), declared=True)
    head, text, kind, notes = told.splitlines()[2:]
    assert head.split() == ["field", "from", "at", "declared", "as"]
    assert text.split()[1:5] == ["the", "input,", "if", "given"]
    assert kind.endswith('"a" | "b"')
    assert notes.endswith("list[str]")


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (str, "str"),
        (None, "None"),
        (int | None, "int | None"),
        (Literal["a.b", 3], '"a.b" | 3'),
        (dict[str, list[Model]], "dict[str, list[Model]]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Annotated[list[str], operator.add], "list[str]"),
        (Any, "Any"),
    ],
)
def test_a_type_is_told_as_it_is_written(hint: Any, text: str) -> None:
    assert annotation_text(hint) == text
