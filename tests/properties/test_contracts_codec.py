"""What is written as JSON is read back equal, and fits the contract it was written under."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import os
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import pytest
import typing_extensions
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from agentgraph.contracts.relation import compare
from agentgraph.contracts.types import codec, contract_of
from agentgraph.contracts.validate import validator

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
often = settings(max_examples=80 * HUNT, deadline=None)


class Reason(enum.Enum):
    damaged = "damaged"
    late = "late"


class Line(BaseModel):
    sku: str
    price: Decimal = Decimal("1.10")
    note: str | None = None


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    when: dt.datetime
    ids: set[UUID]
    pair: tuple[int, str]
    reason: Reason


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str] = []


class Tree(BaseModel):
    value: int
    children: list[Tree] = []


class Aliased(BaseModel):
    order_id: str = Field(alias="orderId")


class Encoded(BaseModel):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
    data: bytes


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0


class Place(NamedTuple):
    name: str
    floor: int


class Row(typing_extensions.TypedDict):
    a: int
    b: typing_extensions.NotRequired[list[str]]


TEXT = st.text(max_size=8)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
INT = st.integers(-(2**70), 2**70)
DECIMAL = st.decimals(allow_nan=False, allow_infinity=False)
MOMENT = st.datetimes() | st.datetimes(
    timezones=st.just(dt.timezone(dt.timedelta(hours=5, minutes=30)))
)
LINE = st.builds(Line, sku=TEXT, price=DECIMAL, note=st.none() | TEXT)
PET = st.builds(Cat, kind=st.just("cat"), lives=INT) | st.builds(
    Dog, kind=st.just("dog"), tricks=st.lists(TEXT, max_size=2)
)
TREE = st.recursive(
    st.builds(Tree, value=INT),
    lambda inner: st.builds(Tree, value=INT, children=st.lists(inner, max_size=3)),
    max_leaves=5,
)
STRICT = st.builds(
    Strict,
    when=MOMENT,
    ids=st.sets(st.uuids(), max_size=2),
    pair=st.tuples(INT, TEXT),
    reason=st.sampled_from(Reason),
)
TYPES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, TEXT),
    (int, INT),
    (bool, st.booleans()),
    (float, FINITE),
    (int | str | None, INT | TEXT | st.none()),
    (list[str], st.lists(TEXT, max_size=3)),
    (dict[str, int], st.dictionaries(TEXT, INT, max_size=3)),
    (dict[int, str], st.dictionaries(INT, TEXT, max_size=3)),
    (dict[Decimal, int], st.dictionaries(DECIMAL, INT, max_size=2)),
    (dict[bool, int], st.dictionaries(st.booleans(), INT, max_size=2)),
    (dict[float, int], st.dictionaries(FINITE, INT, max_size=2)),
    (dict[dt.datetime, int], st.dictionaries(MOMENT, INT, max_size=2)),
    (dict[dt.date, int], st.dictionaries(st.dates(), INT, max_size=3)),
    (frozenset[int], st.frozensets(INT, max_size=3)),
    (tuple[int, ...], st.lists(INT, max_size=3).map(tuple)),
    (Decimal, DECIMAL),
    (dt.datetime, MOMENT),
    (dt.date, st.dates()),
    (dt.time, st.times()),
    (dt.timedelta, st.timedeltas()),
    (UUID, st.uuids()),
    (Reason, st.sampled_from(Reason)),
    (Place, st.builds(Place, TEXT, INT)),
    (Point, st.builds(Point, FINITE, FINITE)),
    (Row, st.fixed_dictionaries({"a": INT}, optional={"b": st.lists(TEXT, max_size=2)})),
    (Line, LINE),
    (list[Line], st.lists(LINE, max_size=2)),
    (Annotated[Cat | Dog, Field(discriminator="kind")], PET),
    (Cat | Dog, PET),
    (Tree, TREE),
    (Strict, STRICT),
    (Aliased, st.builds(Aliased, orderId=TEXT)),
    (Encoded, st.builds(Encoded, data=st.binary(max_size=6))),
    (Any, st.recursive(st.none() | INT | TEXT, lambda i: st.lists(i, max_size=2), max_leaves=4)),
]
IDS = [str(annotation) for annotation, _ in TYPES]


@pytest.mark.parametrize(("annotation", "values"), TYPES, ids=IDS)
def test_what_is_written_is_read_back_equal(annotation: Any, values: Any) -> None:
    contract, via = contract_of(annotation), codec(annotation)
    produced, accepted = validator(contract.produced), validator(contract.accepted)

    @often
    @given(values)
    def holds(value: Any) -> None:
        written = via.to_json(value)
        assert json.loads(json.dumps(written)) == written
        assert produced.is_valid(written)
        assert accepted.is_valid(written)
        again = via.from_json(written)
        assert again == value
        assert type(again) is type(value)

    holds()


@pytest.mark.parametrize("annotation", [annotation for annotation, _ in TYPES], ids=IDS)
def test_a_type_fits_itself(annotation: Any) -> None:
    assert compare(annotation, annotation).status == "compatible"
