"""JSON values as JSON Schema compares them: 1 and 1.0 are one, 1 and true are two."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Final

from agentgraph.model.contract import Json

NULL: Final = 1
BOOLEAN: Final = 2
NUMBER: Final = 4
STRING: Final = 8
OBJECT: Final = 16
ARRAY: Final = 32
ALL_KINDS: Final = 63
KINDS: Final = (NULL, BOOLEAN, NUMBER, STRING, OBJECT, ARRAY)
"""One bit per kind of JSON value, in the order in which a witness is looked for."""

NAMED_KINDS: Final = {
    "null": NULL,
    "boolean": BOOLEAN,
    "number": NUMBER,
    "integer": NUMBER,
    "string": STRING,
    "object": OBJECT,
    "array": ARRAY,
}

Frozen = Any
"""A JSON value made hashable; equal where JSON Schema says equal."""


def kind_of(value: Json) -> int:
    """The bit of the value's kind."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, (int, float)):
        return NUMBER
    if isinstance(value, str):
        return STRING
    return OBJECT if isinstance(value, dict) else ARRAY


def frozen(value: Json) -> Frozen:
    """The value, hashable."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, (int, float)):
        return exact(value)
    if isinstance(value, dict):
        return ("object", tuple(sorted((k, frozen(v)) for k, v in value.items())))
    return ("array", tuple(map(frozen, value)))


def exact(number: float) -> Fraction:
    """The number as it is written: 0.1 is a tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def as_number(fraction: Fraction) -> int | float | None:
    """The JSON number that is exactly this. None: there is none that Python would write."""
    if fraction.denominator == 1:
        return fraction.numerator
    try:
        near = float(fraction)
    except OverflowError:
        return None
    return near if exact(near) == fraction else None


def order(value: Json) -> str:
    """A key that puts values in the same order everywhere."""
    return json.dumps(value, sort_keys=True)
