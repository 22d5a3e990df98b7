"""Unions over sets of places, quick where the sets are nearly full or nearly empty."""

from __future__ import annotations

from collections.abc import Sequence

from agentgraph.check.flow.reach import bits

_FEW = 12


class Gather:
    """`of(mask)` is the union of `values[i]` for every bit i of `mask`.

    A thousand agents side by side each ask for "all but me": a tree of unions answers that
    in a handful of steps instead of a thousand.
    """

    def __init__(self, values: Sequence[int]) -> None:
        size = 1
        while size < len(values):
            size *= 2
        self._size = size
        self._tree = [0] * size + list(values) + [0] * (size - len(values))
        for node in range(size - 1, 0, -1):
            self._tree[node] = self._tree[2 * node] | self._tree[2 * node + 1]
        self._count = len(values)

    def of(self, mask: int) -> int:
        if mask.bit_count() <= _FEW:
            found = 0
            for position in bits(mask):
                found |= self._tree[self._size + position]
            return found
        return self._over(1, self._size, mask)

    def _over(self, node: int, width: int, mask: int) -> int:
        if not mask or not self._tree[node]:
            return 0
        if width == 1 or mask.bit_count() == width:
            return self._tree[node]
        half = width // 2
        low = mask & ((1 << half) - 1)
        return self._over(2 * node, half, low) | self._over(2 * node + 1, half, mask >> half)
