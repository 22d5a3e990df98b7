"""What a thread is known to hold, so that it is neither sent again nor looked for again.

A thread's state changes with every write and every removal, whoever it is by. So what its last write
was told, or its last read, still holds where the state is the same: where it is not (another
process wrote or pruned, it ran out, a replica that was behind took over), the script that
stores looks for everything that is referred to, and asks for what is missing.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from checkpoints.calls import Argument, Reply

MOST = 20_000
"""Digests that are remembered, of all threads; threads seen longest ago are forgotten first. About 3.5 MB."""
THREADS = 2_000
"""Threads that are remembered."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was stored or read: big values by digest, and a checkpoint with the values that it refers to."""

    digests: Collection[str] = ()
    space: str = ""
    checkpoint: str = ""
    values: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str, values: Iterable[str], digests: Collection[str]) -> Facts:
        """What the checkpoint called `name` says."""
        return cls(digests, name.partition("/")[0], name, frozenset(values))


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be there for a checkpoint: its parent, or "", and values stored before."""

    space: str = ""
    parent: str = ""
    values: frozenset[str] = frozenset()


NOTHING = Needs()
_UNSEEN: tuple[str, frozenset[str]] = ("", frozenset())


@dataclass(slots=True, eq=False)
class Sight:
    """All that is known of a thread while its state is `state`.

    `latest` has for each namespace a checkpoint, and the values that it refers to.
    """

    state: bytes
    digests: dict[str, None] = field(default_factory=dict)
    latest: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)


def relied_on(sight: Sight | None, needs: Needs, *, blobs: bool) -> tuple[Argument, ...]:
    """What the script is told, so that it need not look for what is needed; or that it has to.

    `blobs` says whether that are also big values which are not brought along.
    """
    parent, values = _UNSEEN if sight is None else sight.latest.get(needs.space, _UNSEEN)
    if sight is None or needs.parent not in {"", parent} or not needs.values <= values:
        return ("seen", 2, "", "")
    keys = "p" * bool(needs.parent) + "v" * bool(needs.values) + "b" * blobs
    return ("seen", 2, sight.state, keys)


class Known:
    """Threads by their first key. Safe to use from several threads."""

    def __init__(self) -> None:
        self._sights: dict[str, Sight] = {}
        self._digests = 0
        self._lock = threading.Lock()

    def of(self, thread: str) -> Sight | None:
        """What is known of a thread; its state may be another by now, which the script finds out."""
        return self._sights.get(thread)

    def wrote(self, thread: str, facts: Facts, reply: Reply) -> None:
        """A write was acknowledged: what was known still holds if nobody else wrote in between."""
        if not isinstance(reply, bytes):
            return  # it was refused
        _, before, after = reply.split(b" ")
        with self._lock:
            sight = self._sights.get(thread)
            # What was sent along has noted the same reply.
            if sight is None or sight.state not in {before, after}:
                sight = self._begin(thread, after)
            sight.state = after
            self._learn(sight, facts)

    def read(self, thread: str, facts: Facts, state: bytes) -> None:
        """A checkpoint was read while the thread was in a state."""
        with self._lock:
            sight = self._sights.get(thread)
            if sight is None or sight.state != state:
                sight = self._begin(thread, state)
            self._learn(sight, facts)

    def forget(self, thread: str) -> None:
        """Something was not there after all."""
        with self._lock:
            self._drop(thread)

    def _begin(self, thread: str, state: bytes) -> Sight:
        self._drop(thread)
        while len(self._sights) >= THREADS:
            self._drop(next(iter(self._sights)))
        self._sights[thread] = sight = Sight(state)
        return sight

    def _learn(self, sight: Sight, facts: Facts) -> None:
        before = len(sight.digests)
        sight.digests.update(dict.fromkeys(facts.digests))
        if facts.checkpoint:
            sight.latest[facts.space] = facts.checkpoint, facts.values
        self._digests += len(sight.digests) - before
        while self._digests > MOST and len(self._sights) > 1:
            self._drop(next(iter(self._sights)))
        while len(sight.digests) > MOST:
            del sight.digests[next(iter(sight.digests))]
            self._digests -= 1

    def _drop(self, thread: str) -> None:
        sight = self._sights.pop(thread, None)
        if sight is not None:
            self._digests -= len(sight.digests)
