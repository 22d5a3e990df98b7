"""What was worked out for a text, kept for when the text comes back: the last used, up to a weight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Key = tuple[str | int, ...]
T = TypeVar("T")
_EACH = 300
_FEWEST = 2


class Kept(Generic[T]):
    """A function whose answers are kept while all their keys weigh no more than `most` characters.

    Counting entries would not do: a thousand schemas of half a megabyte fill the memory.
    """

    def __init__(self, make: Callable[..., T], most: int) -> None:
        self._make = make
        self._most = most
        self._weight = 0
        self._found: OrderedDict[Key, T] = OrderedDict()
        self._lock = Lock()

    def __call__(self, *key: str | int) -> T:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = self._make(*key)
        with self._lock:
            if key not in self._found:
                self._found[key] = made
                self._weight += _weight(key)
            while self._weight > self._most and len(self._found) > _FEWEST:
                dropped, _ = self._found.popitem(last=False)
                self._weight -= _weight(dropped)
        return made

    def cache_clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._found.clear()
            self._weight = 0


def _weight(key: Key) -> int:
    return _EACH + sum(len(part) for part in key if isinstance(part, str))
