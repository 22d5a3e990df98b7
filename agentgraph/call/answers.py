"""Answers that may be given again: those of one agent or tool, in this process."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from agentgraph.model.policy import Cache
from agentgraph.observe.clock import PerClock, monotonic

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as JSON text, so that nobody's hands change it, and when it was given.

    `of` are the objects that it depends on beside the arguments. The key has their `id`s: kept
    alive here, none of these is given to another object.
    """

    text: str
    at: float
    of: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why a call that others wait for brought no answer: its error, or None where it was broken off."""

    error: Exception | None


Coming = Future[Answer | Leaving]


class Answers:
    """The newest `cache.size` answers of one function. Safe to use from several threads."""

    def __init__(self, cache: Cache, clock: Callable[[], float] = monotonic) -> None:
        self._cache = cache
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, Answer] = OrderedDict()
        self._coming: dict[Key, Coming] = {}

    def look(self, key: Key) -> Answer | Coming | None:
        """An answer that is fresh; or that of a call under way, to wait for. None: make the call, and `end` it."""
        with self._lock:
            answer = self._known.get(key)
            if answer is not None and self.age(answer) < self._cache.ttl:
                self._known.move_to_end(key)
                return answer
            coming = self._coming.get(key)
            if coming is None:
                self._coming[key] = Future()
            return coming

    def end(self, key: Key, outcome: Answer | Leaving) -> None:
        """The call has ended: whoever waits for it has the outcome, too."""
        with self._lock:
            coming = self._coming.pop(key, None)
            if isinstance(outcome, Answer):
                self._known[key] = outcome
                self._known.move_to_end(key)
                if len(self._known) > self._cache.size:
                    self._known.popitem(last=False)
        if coming is not None:
            coming.set_result(outcome)

    def stale(self, key: Key) -> Answer | None:
        """An answer that may stand in for a failed call."""
        with self._lock:
            answer = self._known.get(key)
        if answer is None or self.age(answer) >= self._cache.ttl + self._cache.stale_if_error:
            return None
        return answer

    def made(self, text: str, of: tuple[Any, ...]) -> Answer:
        """An answer given now."""
        return Answer(text, self._clock(), of)

    def age(self, answer: Answer) -> float:
        """Seconds since it was given."""
        return self._clock() - answer.at


class Library:
    """The answers of all functions; those of a function that is gone are gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: WeakKeyDictionary[Callable[..., Any], dict[Cache, Answers]] = (
            WeakKeyDictionary()
        )

    def answers(self, function: Callable[..., Any], cache: Cache) -> Answers:
        """Those of a function under these terms; the same each time."""
        with self._lock:
            by_terms = self._answers.setdefault(function, {})
            if cache not in by_terms:
                by_terms[cache] = Answers(cache)
            return by_terms[cache]


LIBRARY = PerClock(Library)
"""That of this process: all its runs share it."""

if hasattr(os, "register_at_fork"):
    # The calls that are under way in the parent never end in the child.
    os.register_at_fork(after_in_child=LIBRARY.forget)
