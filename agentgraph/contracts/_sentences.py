"""What a value does wrong, in one short sentence per fault, for people who never read a schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from agentgraph.contracts._engine import Fault
from agentgraph.contracts._text import counted, listed, shown

At = tuple[str | int, ...]
_KINDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}


def told(fault: Fault) -> Iterator[tuple[At, str]]:
    """Where, and what: one pair per missing or superfluous key, one for most faults."""
    match fault.keyword:
        case "required" | "dependentRequired":
            yield (*fault.at, str(fault.detail)), "is missing"
        case "additionalProperties" | "unevaluatedProperties":
            for key in fault.detail:
                yield (*fault.at, key), "is not a known field here"
        case "unevaluatedItems" | "additionalItems":
            yield fault.at, "has items that are not allowed"
        case "anyOf" | "oneOf":
            yield from _union(fault)
        case "propertyNames":
            yield fault.at, f"has a key that is not allowed: {fault.message}"
        case keyword:
            yield fault.at, _SENTENCES[keyword](fault) if keyword in _SENTENCES else fault.message


def _union(fault: Fault) -> Iterator[tuple[At, str]]:
    if not fault.alternatives or not all(fault.alternatives):
        yield (
            fault.at,
            f"fits more than one alternative, and must fit exactly one: {shown(fault.value)}",
        )
        return
    best = min(fault.alternatives, key=lambda branch: _distance(branch, fault.at))
    if len(fault.alternatives) == 1 or _distance(best, fault.at)[0] == 0:
        for inner in best:
            yield from told(inner)
        return
    wanted = dict.fromkeys(w for branch in fault.alternatives for w in _wanted(branch, fault.at))
    expected = f": {listed(list(wanted), joint=' or ')}" if wanted else ""
    number = len(fault.alternatives)
    yield (
        fault.at,
        f"fits none of {counted(number, 'alternative')}{expected}; it is {shown(fault.value)}",
    )


def _distance(branch: tuple[Fault, ...], at: At) -> tuple[int, int]:
    """How little a union member was meant: another type first, then another tag, then the rest."""
    root = sum(
        1 for f in branch if f.at == at and f.keyword in ("type", "const", "enum", "falseSchema")
    )
    tags = sum(1 for f in branch if len(f.at) == len(at) + 1 and f.keyword in ("const", "enum"))
    return 2 * root + tags, len(branch)


def _wanted(branch: tuple[Fault, ...], at: At) -> Iterator[str]:
    for fault in branch:
        if fault.at == at and fault.keyword == "type":
            yield _types(fault.detail)
        elif fault.at == at and fault.keyword in ("const", "enum"):
            values = fault.detail if fault.keyword == "enum" else [fault.detail]
            yield from (shown(v) for v in values)


def _types(names: Any) -> str:
    return " or ".join(
        _KINDS.get(n, n) for n in ([names] if isinstance(names, str) else sorted(names))
    )


def _is(fault: Fault) -> str:
    return f"but is {shown(fault.value)}"


def _limit(relation: str) -> Callable[[Fault], str]:
    return lambda fault: f"must be {relation} {shown(fault.detail)}, {_is(fault)}"


def _size(relation: str, noun: str) -> Callable[[Fault], str]:
    return lambda fault: (
        f"must have {relation} {counted(fault.detail, noun)}, but has {len(fault.value)}"
    )


_SENTENCES: dict[str, Callable[[Fault], str]] = {
    "type": lambda f: f"must be {_types(f.detail)}, {_is(f)}",
    "enum": lambda f: f"must be one of {listed([shown(v) for v in f.detail])}, {_is(f)}",
    "const": lambda f: f"must be {shown(f.detail)}, {_is(f)}",
    "falseSchema": lambda f: f"must not be there, {_is(f)}",
    "minimum": _limit("at least"),
    "maximum": _limit("at most"),
    "exclusiveMinimum": _limit("more than"),
    "exclusiveMaximum": _limit("less than"),
    "multipleOf": _limit("a multiple of"),
    "minLength": _size("at least", "character"),
    "maxLength": _size("at most", "character"),
    "minItems": _size("at least", "item"),
    "maxItems": _size("at most", "item"),
    "minProperties": _size("at least", "field"),
    "maxProperties": _size("at most", "field"),
    "pattern": lambda f: f"must match the pattern {f.detail}, {_is(f)}",
    "format": lambda f: f"must be of format {f.detail}, {_is(f)}",
    "uniqueItems": lambda f: f"must not repeat an item, {_is(f)}",
    "contains": lambda _: "does not have as many of the items asked for as it must",
    "not": lambda f: f"must not be what it is: {shown(f.value)}",
}
