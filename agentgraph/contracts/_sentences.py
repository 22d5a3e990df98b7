"""Faults in words, for people who never read a schema.

Two ways to say each: of a value at hand ("must be ..., but is ...") and of what a producer may
hand out ("may be ...; accepted are ...").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from agentgraph.contracts._engine import Fault
from agentgraph.contracts._examples import format_text, pattern_text
from agentgraph.contracts._leaves import At
from agentgraph.contracts._text import counted, listed, shown

Sentence = Callable[[Fault], str]
_KINDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}
_SIZES = {
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minProperties": ("at least", "field"),
    "maxProperties": ("at most", "field"),
}


def of_value(fault: Fault) -> str:
    """What a value does wrong: `must be at least 1, but is 0`."""
    keyword = fault.keyword
    if keyword in _SIZES:
        relation, noun = _SIZES[keyword]
        return f"must have {relation} {counted(fault.detail, noun)}, but has {len(fault.value)}"
    if keyword in _OF_VALUE:
        return _OF_VALUE[keyword](fault)
    wanted = _wanted(fault)
    one_of = "one of " if keyword == "enum" and len(fault.detail) > 1 else ""
    return f"must be {one_of}{wanted}, but is {shown(fault.value)}" if wanted else fault.message


def of_producer(fault: Fault, values: tuple[Any, ...] = ()) -> str:
    """What a producer may do that is not accepted: `may be 0; accepted is at least 1`.

    `values` are all that are known to be at fault, where there are more than the one.
    """
    keyword = fault.keyword
    if keyword in _SIZES:
        relation, noun = _SIZES[keyword]
        size = counted(len(fault.value), noun)
        return f"may have {size}; accepted are {relation} {fault.detail}"
    if keyword in _OF_PRODUCER:
        return _OF_PRODUCER[keyword](fault)
    wanted = _wanted(fault)
    may = listed([shown(v) for v in values or (fault.value,)], joint=" or ")
    if keyword == "type":
        may = _with_kind(fault.value)
    if not wanted:
        return f"may be {may}, which is not accepted: {fault.message}"
    verb = "are" if keyword == "enum" and len(fault.detail) > 1 else "is"
    return f"may be {may}; accepted {verb} {wanted}"


def _with_kind(value: Any) -> str:
    if value is None or isinstance(value, (bool, int, float)):
        return shown(value)
    kind = "a string" if isinstance(value, str) else "a list"
    return f"{'an object' if isinstance(value, dict) else kind} ({shown(value)})"


def _wanted(fault: Fault) -> str:
    """What should have been there, to stand behind "must be" or "accepted is"."""
    detail = fault.detail
    match fault.keyword:
        case "type":
            return _types(detail)
        case "const":
            return shown(detail)
        case "enum":
            return listed([shown(v) for v in detail])
        case "format":
            return format_text(detail)
        case "union":
            members = list(dict.fromkeys(_members(fault)))
            return listed(members, joint=" or ") if members else ""
        case keyword if keyword in _LIMITS:
            return f"{_LIMITS[keyword]} {shown(detail)}"
    return ""


def _members(fault: Fault) -> Iterator[str]:
    for branch in fault.alternatives:
        yield from _roots(branch, fault.at)


def _roots(branch: tuple[Fault, ...], at: At) -> Iterator[str]:
    for fault in branch:
        if fault.at == at and fault.keyword == "type":
            yield _types(fault.detail)
        elif fault.at == at and fault.keyword in ("const", "enum"):
            values = fault.detail if fault.keyword == "enum" else [fault.detail]
            yield from (shown(v) for v in values)


def _types(names: Any) -> str:
    found = [names] if isinstance(names, str) else sorted(names)
    return " or ".join(_KINDS.get(name, name) for name in found)


def _ambiguous(fault: Fault) -> bool:
    return not fault.alternatives or not all(fault.alternatives)


def _union_of_value(fault: Fault) -> str:
    if _ambiguous(fault):
        return f"fits more than one alternative, and must fit exactly one: {shown(fault.value)}"
    number, wanted = len(fault.alternatives), _wanted(fault)
    expected = f": {wanted}" if wanted else ""
    return f"fits none of {counted(number, 'alternative')}{expected}; it is {shown(fault.value)}"


def _union_of_producer(fault: Fault) -> str:
    if _ambiguous(fault):
        return (
            f"may be {shown(fault.value)}, which fits more than one alternative; "
            "accepted is what fits exactly one"
        )
    wanted = _wanted(fault) or f"one of {counted(len(fault.alternatives), 'alternative')}"
    return f"may be {_with_kind(fault.value)}; accepted is {wanted}"


_OF_VALUE: dict[str, Sentence] = {
    "required": lambda _: "is missing",
    "additionalProperties": lambda _: "is not a known field here",
    "unevaluatedItems": lambda _: "has items that are not allowed",
    "propertyNames": lambda f: f"has a key that is not allowed: {f.detail}",
    "falseSchema": lambda f: f"must not be there, but is {shown(f.value)}",
    "pattern": lambda f: f"must match {pattern_text(f.detail)}, but is {shown(f.value)}",
    "uniqueItems": lambda f: f"must not repeat an item, but is {shown(f.value)}",
    "contains": lambda f: (
        f"must be a list in which {f.detail or 'other items are'}, but is {shown(f.value)}"
    ),
    "not": lambda f: f"must not be what it is: {shown(f.value)}",
    "union": _union_of_value,
}
_OF_PRODUCER: dict[str, Sentence] = {
    "required": lambda _: "may be missing; it is required",
    "additionalProperties": lambda f: f"may be there ({shown(f.value)}); no such field is accepted",
    "unevaluatedItems": lambda f: f"may be {shown(f.value)}; so many items are not accepted",
    "propertyNames": lambda f: f"may have a key that is not accepted: {f.detail}",
    "falseSchema": lambda f: f"may be there ({shown(f.value)}); nothing is accepted there",
    "pattern": lambda f: (
        f"may be {shown(f.value)}; accepted is text that matches {pattern_text(f.detail)}"
    ),
    "uniqueItems": lambda f: (
        f"may repeat an item ({shown(f.value)}); accepted are lists without repeats"
    ),
    "contains": lambda f: (
        f"may be {shown(f.value)}; accepted are lists in which {f.detail or 'other items are'}"
    ),
    "not": lambda f: f"may be {shown(f.value)}, which is ruled out",
    "union": _union_of_producer,
}
