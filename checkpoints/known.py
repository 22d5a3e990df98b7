"""Which big values a thread is known to have in Redis, so that they are not sent again.

Only a guess: a thread may have been deleted, pruned or have run out meanwhile. The script that
stores a reference looks first whether all is there, and asks for what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 20_000
"""Digests that are remembered, of all threads; the oldest are forgotten first. About 3.5 MB."""


class Known:
    """Digests by thread. Safe to use from several threads: each step is one step of a dict."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], None] = {}

    def has(self, thread: str, digest: str) -> bool:
        """Whether it was stored, as far as is known."""
        return (thread, digest) in self._found

    def add(self, thread: str, digests: Iterable[str]) -> None:
        """Remember what was acknowledged."""
        for digest in digests:
            self._found[thread, digest] = None
        while len(self._found) > MOST:
            try:
                self._found.pop(next(iter(self._found)), None)
            except (StopIteration, RuntimeError):  # another thread is at it
                return

    def forget(self, thread: str, digests: Iterable[str]) -> None:
        """They are not there after all."""
        for digest in digests:
            self._found.pop((thread, digest), None)
