"""Types without a faithful JSON round trip are refused where they are declared, with every reason."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import pytest
import typing_extensions
from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, computed_field, field_serializer

from agentgraph.contracts.types import contract_of
from agentgraph.errors import TypeNotJsonError


class Arbitrary:
    pass


class Holder(typing_extensions.TypedDict):
    it: Arbitrary


class Colour(enum.Enum):
    red = "red"


class First(BaseModel):
    x: int


class Second(BaseModel):
    x: int
    y: int = 0


class WrittenElsewhere(BaseModel):
    a: int = Field(serialization_alias="b")


class Excluded(BaseModel):
    a: int = Field(default=1, exclude=True)


class Computed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def twice(self) -> int:
        return 2 * self.a


class YearOnly(BaseModel):
    day: dt.date

    @field_serializer("day")
    def year(self, day: dt.date) -> str:
        return str(day.year)


class Seconds(BaseModel):
    model_config = ConfigDict(ser_json_timedelta="float")
    wait: dt.timedelta


class Weights(enum.Enum):
    UNKNOWN = float("nan")
    FULL = 1.0


class Marks(enum.Enum):
    ODD = b"\xff\xfe"
    PLAIN = b"ok"


class Score(BaseModel):
    value: float = float("inf")


class Many(BaseModel):
    steps: Iterable[int]
    call: Callable[[], int]
    password: SecretStr
    raw: bytes


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (bytes, "not UTF-8"),
        (Callable, "callable"),
        (Arbitrary, "Arbitrary"),
        (Holder, "Arbitrary"),
        (Iterable[int], "iterator"),
        (type, "arbitrary object"),
        (SecretStr, "masked"),
        (Json[int], "read from a string"),
        (dict[tuple[int, int], str], "keys of kind tuple"),
        (WrittenElsewhere, "written as `b` but read as `a`"),
        (Excluded, "lost"),
        (Computed, "forbids extras"),
        (YearOnly, "not read back"),
        (Seconds, "written as a number"),
        (Weights, "nan has no JSON form"),
        (Marks, "has no JSON form"),
        (list[Literal[b"\xff"]], "has no JSON form"),
        (Score, "Score.value: inf has no JSON form"),
        (dt.date | str, "comes back as"),
        (UUID | str, "comes back as"),
        (Decimal | str, "comes back as"),
        (Colour | str, "comes back as"),
        (Second | First, "comes back as"),
        (tuple[int, ...] | list[int], "comes back as"),
        ("Nowhere", "not defined"),
    ],
    ids=str,
)
def test_a_type_that_would_lose_something_is_refused(annotation: Any, said: str) -> None:
    with pytest.raises(TypeNotJsonError, match=said):
        contract_of(annotation)


def test_all_that_is_wrong_is_told_at_once_with_its_place_and_the_way_out() -> None:
    with pytest.raises(TypeNotJsonError) as caught:
        contract_of(Many)
    assert [p.where for p in caught.value.problems] == [
        "Many.steps",
        "Many.call",
        "Many.password",
        "Many.raw",
    ]
    assert all(p.help for p in caught.value.problems)


def test_the_order_of_a_union_is_part_of_it() -> None:
    assert contract_of(First | Second).name == "First | Second"
    with pytest.raises(TypeNotJsonError):
        contract_of(Second | First)
