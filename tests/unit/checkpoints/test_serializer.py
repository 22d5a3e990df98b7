from __future__ import annotations

import dataclasses
import enum
import pickle
import sys
from collections import deque
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.serde.types import _DeltaSnapshot
from langgraph.types import Interrupt, Send
from pydantic import BaseModel

from checkpoints import StrictSerializer
from checkpoints.errors import BlockedTypeError


@dataclasses.dataclass
class Point:
    x: int
    inner: object = None


class Model(BaseModel):
    name: str


class Colour(enum.Enum):
    RED = "red"


HERE = Point.__module__


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"bytes",
        {"a": [1, 2.5, "text", None, True]},
        {1, 2},
        frozenset({"a"}),
        deque([1]),
        datetime.now(UTC),
        date(2026, 1, 2),
        timedelta(seconds=3),
        Decimal("1.10"),
        uuid4(),
        Path("/a/b"),
        [HumanMessage("hello", id="1"), AIMessage("hi", id="2")],
        Send("node", {"x": 1}),
        Interrupt(value="why", id="i"),
        _DeltaSnapshot([1, HumanMessage("x", id="3")]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_safe_values_come_back(value: object) -> None:
    serde = StrictSerializer()
    assert serde.loads_typed(serde.dumps_typed(value)) == value


@pytest.mark.parametrize(
    "value", [Point(1), Model(name="n"), Colour.RED], ids=lambda v: type(v).__name__
)
def test_a_type_of_your_own_is_blocked_until_allowed(value: object) -> None:
    stored = StrictSerializer().dumps_typed({"deep": [value]})
    name = type(value).__name__
    with pytest.raises(BlockedTypeError, match=name) as caught:
        StrictSerializer().loads_typed(stored)
    assert caught.value.types == (f"{HERE}.{name}",)
    for allowed in (type(value), (HERE, name)):
        assert StrictSerializer([allowed]).loads_typed(stored) == {"deep": [value]}


def test_all_blocked_types_are_named_and_the_fix_is_said() -> None:
    stored = StrictSerializer().dumps_typed([Point(1, Model(name="n")), Colour.RED])
    with pytest.raises(BlockedTypeError) as caught:
        StrictSerializer([Point]).loads_typed(stored)
    assert caught.value.types == (f"{HERE}.Model", f"{HERE}.Colour")
    assert f"allowed=[('{HERE}', 'Model'), ('{HERE}', 'Colour')]" in str(caught.value)


def test_a_type_inside_an_allowed_one_is_still_blocked() -> None:
    stored = StrictSerializer().dumps_typed(_DeltaSnapshot([Point(1, Colour.RED)]))
    with pytest.raises(BlockedTypeError, match="Colour"):
        StrictSerializer([Point]).loads_typed(stored)


def test_nothing_named_in_a_payload_is_imported() -> None:
    sys.modules.pop("antigravity", None)
    evil = type("Evil", (), {"_asdict": lambda self: {"x": 1}, "__module__": "antigravity"})()
    stored = JsonPlusSerializer().dumps_typed([evil])
    with pytest.raises(BlockedTypeError, match=r"antigravity\.Evil"):
        StrictSerializer().loads_typed(stored)
    assert "antigravity" not in sys.modules


def test_pickles_and_json_constructors_are_not_read() -> None:
    for kind, data in (
        ("pickle", pickle.dumps({"a": 1})),
        ("json", b'{"lc": 2}'),
        ("unheard-of", b""),
    ):
        with pytest.raises(BlockedTypeError, match=kind):
            StrictSerializer().loads_typed((kind, data))


def test_allowlists_add_up() -> None:
    one = StrictSerializer([Point])
    both = one.with_msgpack_allowlist([Model])
    assert both.allowed == {(HERE, "Point"), (HERE, "Model")}
    assert one.allowed == {(HERE, "Point")}
    assert one.with_msgpack_allowlist([Point]) is one
