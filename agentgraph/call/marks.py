"""Whether a call was carried out as it should be, or something stood in."""

from __future__ import annotations

from collections.abc import Callable


class Marks:
    """One call's. `earlier()` are the agents before it in the turn, by path, in whose place something stood."""

    __slots__ = ("degraded", "earlier")

    def __init__(self, earlier: Callable[[], tuple[str, ...]] = tuple) -> None:
        self.earlier = earlier
        self.degraded = False

    def degrade(self) -> None:
        """Something stands in."""
        self.degraded = True
