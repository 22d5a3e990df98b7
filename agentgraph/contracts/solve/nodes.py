"""What schemas are made of here: nodes, shared where equal, and signed.

A signed node is an int: `n` asks that the value meets node n, `-n` that it does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from agentgraph.contracts.solve.values import ALL_KINDS, ARRAY, NUMBER, OBJECT, STRING, frozen
from agentgraph.model.contract import Json

Node = tuple[Any, ...]

TRUE: Final = 1
FALSE: Final = -1

LITERALS: Final = {
    "min": NUMBER,
    "more": NUMBER,
    "max": NUMBER,
    "less": NUMBER,
    "multiple": NUMBER,
    "min_length": STRING,
    "max_length": STRING,
    "pattern": STRING,
    "format": STRING,
    "items": ARRAY,
    "min_items": ARRAY,
    "max_items": ARRAY,
    "count": ARRAY,
    "unique": ARRAY,
    "props": OBJECT,
    "required": OBJECT,
    "min_props": OBJECT,
    "max_props": OBJECT,
    "names": OBJECT,
    # Only ever made by taking a broken literal apart, and never signed with a minus.
    "at": ARRAY,
    "some_from": ARRAY,
    "has": OBJECT,
    "some_key": OBJECT,
}
"""The kind that each literal speaks of; values of other kinds meet it whatever it says."""


class Arena:
    """The nodes of one question. Numbered as they are made, so that an order is the same everywhere.

    ("all", signed...)            meets every one
    ("kinds", mask)               is of one of these kinds
    ("enum", frozen...)           is one of these values (`values` has them as JSON)
    ("ref", document, pointer)    meets what the pointer leads to
    ("one_of", signed...)         meets exactly one
    ("opaque", why)               something that is not modelled
    and the literals:
    ("items", prefix, rest)       items at the prefix's places meet it, all others the rest
    ("count", signed, low, high)  so many items meet it (high None: no limit)
    ("props", named, patterns, rest)  as properties, patternProperties, additionalProperties
    ("names", signed)             every key, as a string, meets it
    and what it means to break them:
    ("at", place, signed)         there is an item at the place, and it meets it
    ("some_from", place, signed)  some item at the place or behind it meets it
    ("has", key, signed)          the key is there, and its value meets it
    ("some_key", names, key, signed)  a key that is none of the names and, as a string, meets
                                  `key`, has a value that meets the last
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = [("nothing",), ("all",)]
        self.values: dict[Any, Json] = {}
        self._numbers: dict[Node, int] = {("all",): TRUE}

    def add(self, *node: Any) -> int:
        """The number of the node, made where it is new."""
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return number

    def all(self, parts: Iterable[int]) -> int:
        """A signed node that asks for all of them."""
        found: dict[int, None] = {}
        todo = list(parts)
        for part in todo:
            if part == FALSE or -part in found:
                return FALSE
            if part != TRUE:
                found[part] = None
        if len(found) <= 1:
            return next(iter(found), TRUE)
        return self.add("all", *sorted(found, key=_place))

    def any(self, parts: Iterable[int]) -> int:
        """A signed node that asks for at least one of them."""
        return -self.all(-part for part in parts)

    def kinds(self, mask: int) -> int:
        """A signed node that asks for one of the kinds."""
        if mask in (0, ALL_KINDS):
            return TRUE if mask else FALSE
        return self.add("kinds", mask)

    def enum(self, values: Iterable[Json]) -> int:
        """A signed node that asks for one of the values."""
        found = {frozen(value): value for value in values}
        self.values.update((k, v) for k, v in found.items() if k not in self.values)
        return self.add("enum", *found) if found else FALSE

    def unless(self, kind: int, part: int) -> int:
        """A signed node that asks `part` of values of this kind only."""
        return self.any((self.kinds(ALL_KINDS & ~kind), part))

    def items(self, prefix: Iterable[int], rest: int) -> int:
        """As `prefixItems` and `items`."""
        places = list(prefix)
        while places and places[-1] == rest:
            places.pop()
        return TRUE if not places and rest == TRUE else self.add("items", tuple(places), rest)

    def props(self, named: dict[str, int], patterns: dict[str, int], rest: int) -> int:
        """As `properties`, `patternProperties` and `additionalProperties`."""
        if rest == TRUE:
            named = {k: v for k, v in named.items() if v != TRUE}
            patterns = {k: v for k, v in patterns.items() if v != TRUE}
            if not named and not patterns:
                return TRUE
        return self.add(
            "props", tuple(sorted(named.items())), tuple(sorted(patterns.items())), rest
        )


def _place(signed: int) -> tuple[int, bool]:
    return abs(signed), signed < 0
