from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Generic, NotRequired, TypedDict, TypeVar
from uuid import uuid4

from pydantic import BaseModel, Field, RootModel

from agentgraph.contracts.types import MISSING, fields_of, union_fields
from agentgraph.model.contract import Schema

T = TypeVar("T")


class Line(BaseModel):
    sku: str


class Order(BaseModel):
    order_id: Annotated[str, "marker"] = Field(alias="orderId", min_length=1)
    lines: list[Line] = []
    note: str | None = None
    token: str = Field(default_factory=lambda: str(uuid4()))


class Node(BaseModel):
    value: int
    children: list[Node] = []


class Page(BaseModel, Generic[T]):
    items: list[T]


@dataclasses.dataclass
class Box(Generic[T]):
    content: T
    tags: list[str] = dataclasses.field(default_factory=list)


class State(TypedDict):
    a: Annotated[int, "red"]
    b: NotRequired[str]


class Root(RootModel[list[int]]):
    pass


def definitions(schema: Schema) -> dict[str, Any]:
    assert isinstance(schema, dict)
    return dict(schema.get("$defs", {}))


def test_a_field_carries_its_key_its_metadata_and_its_contract() -> None:
    split = fields_of(Order)
    assert split is not None
    order_id, lines, note, token = split.fields
    assert (order_id.name, order_id.attribute) == ("orderId", "order_id")
    assert "marker" in order_id.annotation.__metadata__
    assert order_id.contract.produced == {"type": "string", "minLength": 1}
    assert (order_id.required, order_id.always, order_id.default) == (True, True, MISSING)
    assert (lines.required, lines.always, lines.default) == (False, True, [])
    assert list(definitions(lines.contract.produced)) == ["Line"]
    assert (note.required, note.default) == (False, None)
    assert (token.required, token.default) == (False, MISSING)
    assert split.field("note") is note


def test_a_recursive_type_is_split_through_its_own_reference() -> None:
    split = fields_of(Node)
    assert split is not None
    assert [f.name for f in split.fields] == ["value", "children"]
    assert definitions(split.fields[1].contract.accepted).keys() == {"Node"}
    assert not definitions(split.fields[0].contract.accepted)


def test_generic_aliases_have_their_parameters_filled_in() -> None:
    page, box = fields_of(Page[int]), fields_of(Box[int])
    assert page is not None and box is not None
    assert page.fields[0].contract.produced == {"type": "array", "items": {"type": "integer"}}
    assert box.fields[0].annotation is int
    assert box.fields[0].contract.produced == {"type": "integer"}


def test_a_key_that_is_not_required_may_be_left_out_and_has_no_default() -> None:
    split = fields_of(State)
    assert split is not None
    a, b = split.fields
    assert a.annotation == Annotated[int, "red"]
    assert (b.annotation, b.required, b.always, b.default) == (str, False, False, MISSING)


def test_other_types_are_not_split() -> None:
    others: list[Any] = [int, list[int], dict[str, int], Order | None, Root, None, Any]
    assert [fields_of(other) for other in others] == [None] * len(others)
    assert union_fields(Order | None) is None


def test_a_union_is_split_into_what_its_members_have() -> None:
    merged = union_fields(Node | State)
    assert merged is not None
    by_name = {field.name: field for field in merged.fields}
    assert list(by_name) == ["value", "children", "a", "b"]
    assert not any(field.always or field.required for field in merged.fields)


class Found(BaseModel):
    status: str
    count: int


class Lost(BaseModel):
    status: int


def test_what_is_in_every_member_of_a_union_is_always_there() -> None:
    merged = union_fields(Found | Lost)
    assert merged is not None
    status, count = merged.fields
    assert (status.always, count.always) == (True, False)
    assert status.contract.produced == {"anyOf": [{"type": "string"}, {"type": "integer"}]}
