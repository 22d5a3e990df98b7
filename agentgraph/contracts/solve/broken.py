"""What it takes to break a literal: one of several things, each of which can be built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from agentgraph.contracts.solve.nodes import FALSE, TRUE, Arena, Node
from agentgraph.contracts.solve.values import STRING
from agentgraph.model.contract import Json

Clause = tuple[int, ...]


def _items(arena: Arena, node: Node) -> Clause:
    _, prefix, rest = node
    places = [arena.add("at", i, -part) for i, part in enumerate(prefix) if part != TRUE]
    return (*places, *([arena.add("some_from", len(prefix), -rest)] if rest != TRUE else []))


def _count(arena: Arena, node: Node) -> Clause:
    _, part, low, high = node
    fewer = [arena.add("count", part, 0, low - 1)] if low else []
    return (*fewer, *([arena.add("count", part, high + 1, None)] if high is not None else []))


def _props(arena: Arena, node: Node) -> Clause:
    _, named, patterns, rest = node
    found = [arena.add("has", name, -part) for name, part in named if part != TRUE]
    marks = [arena.add("pattern", pattern) for pattern, _ in patterns]
    for mark, (_, part) in zip(marks, patterns, strict=True):
        if part != TRUE:
            found.append(arena.add("some_key", (), mark, -part))
    if rest != TRUE:
        names = tuple(name for name, _ in named)
        found.append(arena.add("some_key", names, arena.all(-mark for mark in marks), -rest))
    return tuple(found)


def _names(arena: Arena, node: Node) -> Clause:
    return (arena.add("some_key", (), -node[1], TRUE),)


BROKEN: Final[dict[str, Callable[[Arena, Node], Clause]]] = {
    "items": _items,
    "count": _count,
    "props": _props,
    "names": _names,
}
"""For each literal that can be broken in several ways: the ways, one of which it takes."""


def other_than(arena: Arena, value: Json) -> Clause:
    """The ways in which an object or list can be another one than this."""
    if isinstance(value, list):
        places = [arena.add("at", i, -arena.enum([item])) for i, item in enumerate(value)]
        shorter = [-arena.add("min_items", len(value))] if value else []
        return (*shorter, -arena.add("max_items", len(value)), *places)
    missing = [-arena.add("required", key) for key in sorted(value)]
    changed = [arena.add("has", key, -arena.enum([item])) for key, item in sorted(value.items())]
    return (*missing, *changed, arena.add("some_key", tuple(sorted(value)), TRUE, TRUE))


def string_goal(arena: Arena, names: list[str], parts: list[int]) -> frozenset[int]:
    """The goal of a key that is none of the names and does the parts."""
    other = -arena.enum(names) if names else TRUE
    goal = frozenset((arena.kinds(STRING), other, *parts)) - {TRUE}
    return frozenset({FALSE}) if FALSE in goal else goal
