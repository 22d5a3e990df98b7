"""The door: what it lets through, and what it says to the rest."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict

from agentgraph.contracts.types import codec
from agentgraph.errors import ContractViolation


class Line(BaseModel):
    sku: str
    price: float = 1.0


class Order(BaseModel):
    order_id: str
    lines: list[Line] = []


class Rush(Order):
    courier: str = "bike"


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    on: dt.date


def positive(number: int) -> int:
    if number <= 0:
        raise ValueError("must be positive")
    return number


NAN = float("nan")


def problems(call: Any) -> list[str]:
    with pytest.raises(ContractViolation) as caught:
        call()
    return [f"{p.where}: {p.message}" for p in caught.value.problems]


def test_every_problem_of_an_input_is_told_with_its_path() -> None:
    found = problems(lambda: codec(Order).from_json({"lines": [{"sku": 1}, {}]}))
    assert [line.split(":")[0] for line in found] == [
        "$.order_id",
        "$.lines[0].sku",
        "$.lines[1].sku",
    ]
    assert found[0] == "$.order_id: is missing"
    assert found[1].endswith("but is 1")


def test_only_declared_fields_are_written() -> None:
    assert codec(Order).to_json(Rush(order_id="1")) == {"order_id": "1", "lines": []}


def test_a_dict_stands_in_for_a_model_and_is_completed() -> None:
    assert codec(Order).to_json({"order_id": "1"}) == {"order_id": "1", "lines": []}


def test_a_model_that_was_made_to_break_its_type_is_refused() -> None:
    broken = Order.model_construct(order_id="1", lines=[Line.model_construct(price=2.0)])
    assert problems(lambda: codec(Order).to_json(broken)) == ["$.lines[0].sku: is missing"]


@pytest.mark.parametrize("number", [NAN, float("inf"), -float("inf")])
def test_numbers_that_are_not_json_pass_neither_way(number: float) -> None:
    order = Order(order_id="1", lines=[Line(sku="a", price=number)])
    assert problems(lambda: codec(Order).to_json(order)) == [
        f"$.lines[0].price: {number} is not JSON"
    ]
    assert problems(lambda: codec(list[float]).from_json([0.5, number])) == [
        f"$[1]: {number} is not JSON"
    ]
    assert codec(str).from_json("NaN") == codec(list[str]).from_json(["NaN"])[0] == "NaN"


def test_half_a_character_is_not_written() -> None:
    assert "surrogates" in problems(lambda: codec(str).to_json("\ud800"))[0]
    assert problems(lambda: codec(list[str]).to_json(["\ud800"]))


def test_what_stands_behind_any_must_be_json_already() -> None:
    assert codec(Any).to_json({"a": [1, None]}) == {"a": [1, None]}
    assert "not what was written" in problems(lambda: codec(Any).to_json(dt.date(2024, 1, 1)))[0]
    assert (
        "not what was written" in problems(lambda: codec(dict[str, Any]).to_json({"a": (1, 2)}))[0]
    )


def test_strict_models_are_read_back_from_what_they_were_written_as() -> None:
    value = Strict(on=dt.date(2024, 1, 1))
    assert codec(Strict).from_json(codec(Strict).to_json(value)) == value


def test_validators_are_run_on_what_is_written_too() -> None:
    checked = codec(Annotated[int, AfterValidator(positive)])
    assert checked.to_json(1) == 1
    assert "must be positive" in problems(lambda: checked.to_json(0))[0]


@pytest.mark.parametrize(
    ("annotation", "value"), [(str, 1), (int, "x"), (int, 1.5), (bool, "maybe"), (None, 0)], ids=str
)
def test_plain_types_are_checked_as_well(annotation: Any, value: Any) -> None:
    assert problems(lambda: codec(annotation).to_json(value))
    assert problems(lambda: codec(annotation).from_json(value))


def test_a_codec_is_built_once() -> None:
    assert codec(Order) is codec(Order)
    assert codec(list[Order]) is codec(list[Order])
