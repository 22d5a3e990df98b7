"""Whether a given value meets a node: yes, no, or cannot tell (None)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from agentgraph.contracts.solve.formats import is_of_format
from agentgraph.contracts.solve.formula import Formulas
from agentgraph.contracts.solve.matching import is_found_in
from agentgraph.contracts.solve.nodes import LITERALS
from agentgraph.contracts.solve.values import exact, frozen, kind_of
from agentgraph.model.contract import Json

_DEPTH = 60


class Evaluator:
    """Holds values against nodes. It never guesses: what is not modelled is None."""

    def __init__(self, formulas: Formulas) -> None:
        self.formulas = formulas
        self._nodes = formulas.arena.nodes

    def holds(self, signed: int, value: Json, depth: int = 0) -> bool | None:
        """Whether the value does what the signed node asks."""
        if depth > _DEPTH:
            return None
        met = self._meets(abs(signed), value, depth + 1)
        return met if met is None or signed > 0 else not met

    def all(self, parts: Iterable[int], value: Json, depth: int = 0) -> bool | None:
        """Whether the value does all of it."""
        found: bool | None = True
        for part in parts:
            met = self.holds(part, value, depth)
            if met is False:
                return False
            found = None if met is None else found
        return found

    def _meets(self, number: int, value: Json, depth: int) -> bool | None:
        node = self._nodes[number]
        tag = node[0]
        kind = LITERALS.get(tag)
        if kind is not None:
            return True if kind_of(value) != kind else _LITERALS[tag](self, node, value, depth)
        if tag == "kinds":
            return bool(node[1] & kind_of(value))
        if tag == "enum":
            return frozen(value) in node[1:]
        if tag == "all":
            return self.all(node[1:], value, depth)
        if tag == "ref":
            return self.holds(self.formulas.target(number), value, depth)
        return self._one_of(node[1:], value, depth) if tag == "one_of" else None

    def _one_of(self, parts: tuple[int, ...], value: Json, depth: int) -> bool | None:
        return self._between((self.holds(part, value, depth) for part in parts), 1, 1)

    def _between(self, found: Iterable[bool | None], low: int, high: int | None) -> bool | None:
        sure = maybe = 0
        for met in found:
            sure += met is True
            maybe += met is None
        if sure + maybe < low or (high is not None and sure > high):
            return False
        return None if sure < low or (high is not None and sure + maybe > high) else True

    def _items(self, node: Any, value: list[Json], depth: int) -> bool | None:
        _, prefix, rest = node
        return _and(
            self.holds(prefix[i] if i < len(prefix) else rest, item, depth)
            for i, item in enumerate(value)
        )

    def _count(self, node: Any, value: list[Json], depth: int) -> bool | None:
        _, part, low, high = node
        return self._between((self.holds(part, item, depth) for item in value), low, high)

    def _props(self, node: Any, value: dict[str, Json], depth: int) -> bool | None:
        return _and(
            self.holds(part, item, depth)
            for key, item in value.items()
            for part in applicable(node, key)
        )

    def _names(self, node: Any, value: dict[str, Json], depth: int) -> bool | None:
        return _and(self.holds(node[1], key, depth) for key in value)


def applicable(props: Any, key: str) -> list[int]:
    """What a ("props", ...) node asks of the value under a key."""
    _, named, patterns, rest = props
    found = [part for name, part in named if name == key]
    found += [part for pattern, part in patterns if is_found_in(pattern, key)]
    return found or [rest]


def _and(found: Iterable[bool | None]) -> bool | None:
    answer: bool | None = True
    for met in found:
        if met is False:
            return False
        answer = None if met is None else answer
    return answer


_Literal = Callable[[Evaluator, Any, Any, int], bool | None]
_LITERALS: dict[str, _Literal] = {
    "min": lambda _, n, v, __: exact(v) >= n[1],
    "more": lambda _, n, v, __: exact(v) > n[1],
    "max": lambda _, n, v, __: exact(v) <= n[1],
    "less": lambda _, n, v, __: exact(v) < n[1],
    "multiple": lambda _, n, v, __: exact(v) % n[1] == 0,
    "min_length": lambda _, n, v, __: len(v) >= n[1],
    "max_length": lambda _, n, v, __: len(v) <= n[1],
    "pattern": lambda _, n, v, __: is_found_in(n[1], v),
    "format": lambda _, n, v, __: is_of_format(n[1], v),
    "items": Evaluator._items,  # noqa: SLF001
    "min_items": lambda _, n, v, __: len(v) >= n[1],
    "max_items": lambda _, n, v, __: len(v) <= n[1],
    "count": Evaluator._count,  # noqa: SLF001
    "unique": lambda _, __, v, ___: len(set(map(frozen, v))) == len(v),
    "props": Evaluator._props,  # noqa: SLF001
    "required": lambda _, n, v, __: n[1] in v,
    "min_props": lambda _, n, v, __: len(v) >= n[1],
    "max_props": lambda _, n, v, __: len(v) <= n[1],
    "names": Evaluator._names,  # noqa: SLF001
}
