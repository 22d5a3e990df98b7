"""Lists as they were stored last, so that one that grew at its end is neither taken apart nor hashed anew.

What is remembered are the items in msgpack, to compare with: a list that was changed in place
is another one, also where its items are the same objects.
"""

from __future__ import annotations

import threading

from checkpoints.lists import Divided

MOST = 32 * 1024 * 1024
"""Bytes that are remembered, of all lists; those used longest ago are forgotten first."""

Key = tuple[str, str]
"""A thread's first key, and namespace/channel as they are escaped."""


class Grown:
    """The newest form of each list. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: dict[Key, Divided] = {}
        self._held = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Divided | None:
        """As it was stored or read last; None where that is not remembered."""
        return self._found.get(key)

    def keep(self, key: Key, divided: Divided) -> None:
        """It was stored, or read."""
        with self._lock:
            self._drop(key)
            self._found[key] = divided
            self._held += len(divided.items)
            while self._held > self._most:
                self._drop(next(iter(self._found)))

    def _drop(self, key: Key) -> None:
        divided = self._found.pop(key, None)
        if divided is not None:
            self._held -= len(divided.items)
