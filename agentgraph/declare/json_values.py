"""Python constants in declarations (labels, guard operands, defaults) as JSON values."""

from __future__ import annotations

import enum
import json
import math
from typing import Any

from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.contract import Json


def json_value(value: Any) -> Json:
    """A constant as JSON: enum members by value, tuples as lists. DeclarationError: it has no JSON form."""
    if isinstance(value, enum.Enum):
        return json_value(value.value)
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: json_value(item) for key, item in value.items()}
    raise DeclarationError(
        [
            Problem(
                f"{value!r} has no JSON form",
                help="write a string, number, boolean, None, list, dict or enum member",
            )
        ]
    )


def json_text(value: Any) -> str:
    """A constant as compact JSON text, for messages."""
    return json.dumps(json_value(value), ensure_ascii=False)
