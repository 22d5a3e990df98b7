"""Faults taken apart until each is about one place: unions resolved, keys told one by one."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from agentgraph.contracts._engine import Fault
from agentgraph.model.contract import Json

_VALUES = ("const", "enum")
At = tuple[str | int, ...]


def leaves(fault: Fault) -> Iterator[Fault]:
    """The fault, or those that it is made of.

    A missing key is at its own place; so is one that should not be there, with its value. A
    union that one member was clearly meant of becomes what is wrong with that member.
    """
    match fault.keyword:
        case "required" | "dependentRequired":
            yield replace(fault, keyword="required", at=(*fault.at, str(fault.detail)))
        case "additionalProperties" | "unevaluatedProperties":
            for key in fault.detail:
                yield replace(
                    fault,
                    keyword="additionalProperties",
                    at=(*fault.at, key),
                    value=fault.value[key],
                )
        case "anyOf" | "oneOf":
            best = _meant(fault) or _tagged(fault)
            if not best:
                yield replace(fault, keyword="union")
            for inner in best:
                yield from leaves(inner)
        case _:
            yield fault


def _meant(fault: Fault) -> tuple[Fault, ...]:
    """The faults against the one member that was meant; () where that is not clear."""
    if not fault.alternatives or not all(fault.alternatives):
        return ()
    best = min(fault.alternatives, key=lambda branch: _distance(branch, fault.at))
    alone = len(fault.alternatives) == 1 or _distance(best, fault.at)[0] == 0
    return best if alone else ()


def _tagged(fault: Fault) -> tuple[Fault, ...]:
    """One fault about the tag, where every member names its own and none was given."""
    tags = [
        {f.at: f for f in branch if len(f.at) == len(fault.at) + 1 and f.keyword in _VALUES}
        for branch in fault.alternatives
    ]
    if not tags or not all(tags):
        return ()
    for at, first in tags[0].items():
        if all(at in branch for branch in tags):
            wanted = [v for branch in tags for v in _values(branch[at])]
            return (replace(first, keyword="enum", detail=wanted, by=fault.by),)
    return ()


def _values(fault: Fault) -> list[Json]:
    return list(fault.detail) if fault.keyword == "enum" else [fault.detail]


def _distance(branch: tuple[Fault, ...], at: At) -> tuple[int, int]:
    """How little a union member was meant: another type first, then another tag, then the rest."""
    root = sum(
        1 for f in branch if f.at == at and f.keyword in ("type", "const", "enum", "falseSchema")
    )
    tags = sum(1 for f in branch if len(f.at) == len(at) + 1 and f.keyword in ("const", "enum"))
    return 2 * root + tags, len(branch)
