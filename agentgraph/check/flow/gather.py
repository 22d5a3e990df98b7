"""Unions over sets of places, each set of places counted once."""

from __future__ import annotations

from collections.abc import Sequence

from agentgraph.check.flow.reach import bits

_FEW = 3


class Gather:
    """`of(mask)` is the union of `values[i]` for every bit i of `mask`.

    A hundred agents side by side each ask for "all but me": what one of them has, and what two
    have, tells that for each without counting again.
    """

    def __init__(self, values: Sequence[int]) -> None:
        self._values = values
        self._known: dict[int, tuple[int, int]] = {}

    def of(self, mask: int, but: int) -> int:
        """The union; quickest where the masks that are asked for differ by their `but` alone.

        Whether `but` itself counts is for `mask` to say, as of every other bit.
        """
        if mask.bit_count() <= _FEW:
            found = 0
            for position in bits(mask):
                found |= self._values[position]
            return found
        once, twice = self._counted(mask | 1 << but)
        return once if (mask >> but) & 1 else twice | (once & ~self._values[but])

    def _counted(self, mask: int) -> tuple[int, int]:
        """What at least one of the values has, and what at least two have."""
        if mask not in self._known:
            once = twice = 0
            for position in bits(mask):
                value = self._values[position]
                twice |= once & value
                once |= value
            self._known[mask] = once, twice
        return self._known[mask]
