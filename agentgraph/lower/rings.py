"""What leads to each other in a circle, and what to what.

networkx has it too, but importing that takes longer than all of a small graph's lowering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Ways = Mapping[str, Sequence[str]]


def levels(ways: Ways) -> dict[str, int]:
    """Per name a number: the same for names that lead to each other, else lower for who leads.

    `ways` has, for every name, those that it leads to.
    """
    found = _Search(ways).rings
    return {name: -number for number, ring in enumerate(found) for name in ring}


class _Search:
    """Tarjan's search, without recursion: a ring is closed once all that it leads to are."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._order: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._open: list[str] = []
        self._closed: set[str] = set()
        self.rings: list[list[str]] = []
        for name in ways:
            if name not in self._closed:
                self._from(name)

    def _from(self, root: str) -> None:
        rest = {root: iter(self._ways[root])}
        way = [root]
        while way:
            name = way[-1]
            self._order.setdefault(name, len(self._order))
            onward = next((to for to in rest[name] if to not in self._order), None)
            if onward is not None:
                rest[onward] = iter(self._ways[onward])
                way.append(onward)
                continue
            way.pop()
            self._leave(name)

    def _leave(self, name: str) -> None:
        order, low = self._order, self._order[name]
        for to in self._ways[name]:
            if to not in self._closed:
                low = min(low, self._low[to] if order[to] > order[name] else order[to])
        self._low[name] = low
        if low < order[name]:
            self._open.append(name)
            return
        ring = [name]
        while self._open and order[self._open[-1]] > order[name]:
            ring.append(self._open.pop())
        self._closed.update(ring)
        self.rings.append(ring)
