"""Which kinds of value can meet a goal at all: most goals speak of one, and need no search for six."""

from __future__ import annotations

from collections.abc import Iterable

from agentgraph.contracts.solve.formula import Formulas
from agentgraph.contracts.solve.nodes import LITERALS
from agentgraph.contracts.solve.values import ALL_KINDS, kind_of

_DEPTH = 20


class Kinds:
    """An upper bound on the kinds, as a mask. Never too few: what is not followed may be any."""

    def __init__(self, formulas: Formulas) -> None:
        self._formulas = formulas
        self._arena = formulas.arena
        self._known: dict[int, int] = {}

    def of_all(self, goal: Iterable[int]) -> int:
        """The kinds that a value can have which meets every signed node of the goal."""
        mask = ALL_KINDS
        for signed in goal:
            mask &= self.of(signed)
            if not mask:
                break
        return mask

    def of(self, signed: int, depth: int = 0) -> int:
        """The kinds that a value can have which meets the signed node."""
        known = self._known.get(signed)
        if known is None:
            if depth > _DEPTH:
                return ALL_KINDS
            self._known[signed] = ALL_KINDS  # what it says of itself, where it refers to itself
            known = self._known[signed] = self._found(signed, depth)
        return known

    def _found(self, signed: int, depth: int) -> int:
        node = self._arena.nodes[abs(signed)]
        match node[0]:
            case "kinds":
                return int(node[1] if signed > 0 else ALL_KINDS & ~node[1])
            case "enum" if signed > 0:
                return _union(kind_of(self._arena.values[member]) for member in node[1:])
            case "all" if signed > 0:
                return _common(self.of(part, depth + 1) for part in node[1:])
            case "all":
                return _union(self.of(-part, depth + 1) for part in node[1:])
            case "one_of" if signed > 0:
                return _union(self.of(part, depth + 1) for part in node[1:])
            case "ref":
                target = self._formulas.target(abs(signed))
                return self.of(target if signed > 0 else -target, depth + 1)
            case "nothing":
                return ALL_KINDS
            case tag:
                return ALL_KINDS if signed > 0 else LITERALS.get(tag, ALL_KINDS)


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _common(masks: Iterable[int]) -> int:
    found = ALL_KINDS
    for mask in masks:
        found &= mask
    return found
