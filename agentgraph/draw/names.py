"""Identifiers for formats that allow fewer names than graphs do."""

from __future__ import annotations

import re
from collections.abc import Collection


class Names:
    """Gives every path of names an identifier of its own: the name itself where that is possible."""

    def __init__(self, reserved: Collection[str] = ()) -> None:
        self._reserved = frozenset(reserved)
        self._given: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()

    def of(self, *path: str) -> str:
        """The identifier for the box at this path; the same one every time."""
        if path not in self._given:
            self._given[path] = self._free("__".join(path))
            self._taken.add(self._given[path])
        return self._given[path]

    def _free(self, wanted: str) -> str:
        base = re.sub(r"[^A-Za-z0-9_]", "_", wanted)
        if not base[:1].isalpha() or base in self._reserved:
            base = f"n_{base}"
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        return name
