from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from agentgraph.contracts.describe import describe, subtract_text
from agentgraph.contracts.types import contract_of
from agentgraph.errors import SchemaError


class Line(BaseModel):
    sku: str
    count: int = Field(ge=1, le=9)


class Order(BaseModel):
    order_id: str
    reason: Literal["damaged", "late"]
    lines: list[Line]
    when: dt.datetime | None = None


class Node(BaseModel):
    children: list[Node]


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (str, "str"),
        (int | None, "int | None"),
        (list[str], "list[str]"),
        (set[int], "set[int]"),
        (dict[str, float], "dict[str, float]"),
        (tuple[int, str], "tuple[int, str]"),
        (tuple[int, ...], "list[int]"),
        (Any, "Any"),
        (Literal["a", 1], '"a" | 1'),
        (Annotated[int, Field(gt=0, multiple_of=5)], "int > 0, multiple of 5"),
        (Annotated[str, Field(min_length=1, max_length=3)], "str (1 to 3 characters)"),
        (dt.date, "date"),
        (dt.datetime, "datetime"),
        (dt.time, "time"),
        (dt.timedelta, "duration"),
        (Line, "{sku: str, count: int >= 1, <= 9}"),
        (Node, "{children: list[Node]}"),
        (
            Order,
            '{order_id: str, reason: "damaged" | "late", lines: list[Line], when: datetime | None}',
        ),
    ],
    ids=str,
)
def test_types_read_as_they_would_be_written(annotation: Any, text: str) -> None:
    assert describe(contract_of(annotation)) == text


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (True, "Any"),
        (False, "never"),
        ({"type": "object", "additionalProperties": False}, "{}"),
        ({"required": ["a"]}, "{a: Any}"),
        ({"properties": {"a": {"type": "null"}}}, "{a?: None}"),
        ({"not": {"const": 1}}, "not (1)"),
        ({"allOf": [{"type": "string"}, {"minLength": 2}]}, "str & str (at least 2 characters)"),
        ({"patternProperties": {"^x": {"type": "string"}}}, "{/^x/: str}"),
        ({"type": ["string", "null"]}, "str | None"),
    ],
    ids=str,
)
def test_schemas_read_as_types(schema: Any, text: str) -> None:
    assert describe(schema) == text


def test_what_is_long_is_cut_short_from_the_inside_first() -> None:
    many = {"enum": [f"value-{i}" for i in range(30)]}
    assert describe(many, 60) == '"value-0" | "value-1" | "value-2" | ... (27 more)'
    assert len(describe(contract_of(Order), 30)) == 30


def test_what_is_left_over_is_said_in_words() -> None:
    wide = {"properties": {"r": {"enum": ["a", "b"]}}, "required": ["r"], "type": "object"}
    narrow = {"properties": {"r": {"const": "a"}}}
    assert subtract_text(wide, narrow) == '$.r: may be "b"; accepted is "a"'
    assert subtract_text(narrow, narrow) == ""
    assert subtract_text(Decimal, str) == ""


def test_what_is_no_schema_is_not_described() -> None:
    with pytest.raises(SchemaError):
        describe({"properties": 3})


def test_an_older_draft_is_described_too() -> None:
    pair: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "array"}
    pair["items"] = [{"type": "integer"}, {"type": "string"}]
    assert describe({**pair, "additionalItems": False, "minItems": 2}) == "tuple[int, str]"
