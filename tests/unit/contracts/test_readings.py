"""One type, two readings: what it can hand out, and what it can take."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Generic, NotRequired, TypedDict, TypeVar

import pytest
from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, HttpUrl, PastDate

from agentgraph.contracts.relation import compare
from agentgraph.contracts.types import contract_of
from agentgraph.contracts.validate import validator
from agentgraph.errors import SchemaError

T = TypeVar("T")


class Order(BaseModel):
    order_id: str
    lines: list[str] = []


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int


class Partial(TypedDict):
    a: int
    b: NotRequired[str]


class Nested(TypedDict):
    inner: list[Partial]
    more: dict[str, Nested]


class Box(TypedDict, Generic[T]):
    content: T


class Choices(BaseModel):
    a: int = Field(validation_alias=AliasChoices("x", "y"), serialization_alias="y")


def even(number: int) -> int:
    return number


def produced(annotation: Any) -> dict[str, Any]:
    schema = contract_of(annotation).produced
    assert isinstance(schema, dict)
    return schema


def accepted(annotation: Any) -> dict[str, Any]:
    schema = contract_of(annotation).accepted
    assert isinstance(schema, dict)
    return schema


def test_defaults_are_produced_always_and_accepted_optionally() -> None:
    assert produced(Order)["required"] == ["order_id", "lines"]
    assert accepted(Order)["required"] == ["order_id"]


def test_what_is_produced_is_closed_and_what_is_accepted_is_open_unless_forbidden() -> None:
    assert produced(Order)["additionalProperties"] is False
    assert "additionalProperties" not in accepted(Order)
    assert produced(Open)["additionalProperties"] is True
    assert accepted(Closed)["additionalProperties"] is False


def test_a_typed_dict_of_typing_is_read_with_all_that_is_in_it() -> None:
    contract = contract_of(Nested)
    assert validator(contract.produced).is_valid({"inner": [{"a": 1}], "more": {}})
    assert not validator(contract.produced).is_valid({"inner": [{"b": ""}], "more": {}})
    assert contract.name == "Nested"
    assert contract_of(list[Partial] | None).name == "list[Partial] | None"
    assert produced(Box[int])["properties"]["content"] == {"type": "integer"}


def test_of_several_names_that_are_read_the_one_that_is_written_counts() -> None:
    assert list(accepted(Choices)["properties"]) == list(produced(Choices)["properties"]) == ["y"]


@pytest.mark.parametrize(
    ("value", "aware", "naive"),
    [
        ("2024-02-29T12:00:00Z", True, False),
        ("2024-02-29T12:00:00.5+05:30", True, False),
        ("2024-02-29T12:00:00", False, True),
        ("2023-02-29T12:00:00", False, False),
        ("2023-04-31T12:00:00", False, False),
        ("0000-01-01T12:00:00", False, False),
        ("12:00:00", False, False),
    ],
)
def test_moments_are_just_the_texts_that_a_datetime_becomes(
    value: str, aware: bool, naive: bool
) -> None:
    check = validator(contract_of(dt.datetime).produced)
    assert check.is_valid(value) == (aware or naive)
    assert validator(contract_of(dt.datetime).accepted).is_valid(value) == (aware or naive)


def test_a_decimal_is_not_any_text() -> None:
    verdict = compare(str, Decimal)
    assert verdict.status == "incompatible"
    assert compare(Decimal, Decimal).status == "compatible"
    assert compare(Decimal, str).status == "compatible"
    assert compare(int, Decimal).status == "compatible"


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (Annotated[int, AfterValidator(even)], "`even`"),
        (PastDate, "past"),
        (HttpUrl, "url"),
        (Annotated[Decimal, Field(ge=0)], "bounds"),
    ],
    ids=["validator", "past", "url", "bounds"],
)
def test_what_a_type_demands_beyond_its_schema_is_said_and_qualifies_a_yes(
    annotation: Any, said: str
) -> None:
    contract = contract_of(annotation)
    assert len(contract.refines) == 1
    assert said in contract.refines[0]
    assert compare(contract.accepted, annotation).qualified == contract.refines


def test_a_schema_given_by_hand_is_the_same_in_both_readings_and_may_be_of_any_draft() -> None:
    old = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "Old",
        "properties": {"n": {"minimum": 0, "exclusiveMinimum": True}},
    }
    assert contract_of(old).name == "Old"
    assert produced(old) == accepted(old)
    assert produced(old)["properties"]["n"] == {"exclusiveMinimum": 0}


def test_a_schema_that_is_none_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(SchemaError) as caught:
        contract_of({"type": "strin", "properties": {"a": {"minLength": "x"}}})
    assert len(caught.value.problems) == 2
    with pytest.raises(SchemaError, match="leads to nothing"):
        contract_of({"$ref": "https://elsewhere.example/schema"})
