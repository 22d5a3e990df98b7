"""Which items a filter lets through: equality, `$eq` and its kin, nested as LangGraph's InMemoryStore has it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from checkpoints.store_errors import QueryError

_SAME: dict[str, Callable[[Any, Any], bool]] = {"$eq": operator.eq, "$ne": operator.ne}
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
_KNOWN = ", ".join((*_SAME, *_ORDER))


def check_filter(wanted: Mapping[str, Any]) -> None:
    """Raise `QueryError` for an operator that is none, or that is given something it cannot compare.

    At once, and not only when an item is met that it would be applied to.
    """
    for value in wanted.values():
        _check(value)


def passes(item: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether each field is as wanted. A field that is missing counts as None, and is in no order to anything."""
    return all(_fits(item.get(field), value) for field, value in wanted.items())


def _check(wanted: Any) -> None:
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            if _has_operator(wanted):
                _check_operator(name, value)
            else:
                _check(value)
    elif isinstance(wanted, list | tuple):
        for value in wanted:
            _check(value)


def _check_operator(name: Any, value: Any) -> None:
    if name not in _SAME and name not in _ORDER:
        raise QueryError("filter", f"{name!r} is no operator; there are {_KNOWN}")
    if name in _ORDER and _number(value) is None:
        raise QueryError("filter", f"{name} orders numbers, and {value!r} is none")


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        if _has_operator(wanted):
            return all(_holds(value, name, operand) for name, operand in wanted.items())
        return isinstance(value, dict) and passes(value, wanted)
    if isinstance(wanted, list | tuple):
        return (
            isinstance(value, list | tuple)
            and len(value) == len(wanted)
            and all(map(_fits, value, wanted))
        )
    return bool(value == wanted)


def _has_operator(wanted: dict[Any, Any]) -> bool:
    return any(isinstance(name, str) and name.startswith("$") for name in wanted)


def _holds(value: Any, name: str, operand: Any) -> bool:
    if name in _SAME:
        return _SAME[name](value, operand)
    left, right = _number(value), _number(operand)
    return left is not None and right is not None and _ORDER[name](left, right)


def _number(value: Any) -> float | None:
    """As InMemoryStore compares: "2.5" is a number too. It raises where there is none; here nothing matches."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None
