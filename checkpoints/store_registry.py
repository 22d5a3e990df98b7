"""The list of namespaces: walking it in order, looking after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkpoints.calls import Reply, Request, Trip
from checkpoints.store_calls import Shelf, answer_of
from checkpoints.store_keys import Namespace, after_all_of, range_of, split_member

NAMES = 500
"""Names of namespaces read in one round trip, at most."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A namespace as it is registered: `member` is the very entry, `registration` its number."""

    namespace: Namespace
    registration: int
    member: bytes

    @classmethod
    def of(cls, member: bytes) -> Listed:
        return cls(*split_member(member), member)


class Names:
    """One pass over the registered namespaces that begin with `prefix`, in the order of the tuples.

    Send what `request` says and hand the reply to `take`, until `done`. `size` is how many are read at once.
    """

    def __init__(self, shelf: Shelf, prefix: Namespace, size: int) -> None:
        self._shelf = shelf
        self._size = min(size, NAMES)
        self._low, self._high = range_of(prefix)
        self.done = False

    def request(self) -> Request:
        return self._shelf.ask_registry("names", self._low, self._high, self._size)

    def take(self, reply: Reply) -> list[Listed]:
        """The next namespaces."""
        members: list[bytes] = reply[1]
        if len(members) < self._size:
            self.done = True
        else:
            self._low = b"(" + members[-1]
        return [Listed.of(member) for member in members]

    def pass_over(self, namespace: Namespace) -> None:
        """Go on behind all that begins with `namespace`, which was reached."""
        if not namespace:
            self.done = True
        elif not self.done:
            self._low = max(self._low, b"[" + after_all_of(namespace)[1:], key=lambda low: low[1:])


def living(shelf: Shelf, listed: Sequence[Listed]) -> Trip[list[bool]]:
    """Which of these namespaces have items; the registrations of those that have none are taken back.

    One round trip, and one more where there were some to take back.
    """
    words: dict[bytes, bytes] = {}
    pending = list(listed)
    while pending:
        replies = yield [shelf.ask("tidy", one.namespace, str(one.registration)) for one in pending]
        for one, reply in zip(pending, replies, strict=True):
            words[one.member] = answer_of(one.namespace, reply)[0]
        pending = [one for one in pending if words[one.member] == b"AGAIN"]
    empty = [one.member for one in listed if words[one.member] == b"EMPTY"]
    if empty:
        yield [shelf.ask_registry("forget", *empty)]
    return [words[one.member] == b"KEPT" for one in listed]
