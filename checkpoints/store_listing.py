"""Listing namespaces."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import takewhile

from langgraph.store.base import ListNamespacesOp, MatchCondition

from checkpoints.calls import Trip
from checkpoints.store_calls import Shelf
from checkpoints.store_errors import QueryError
from checkpoints.store_keys import Namespace
from checkpoints.store_registry import NAMES, Listed, Names, living

GROUP = 200
"""Namespaces asked in one round trip whether they have items, at most."""
FEW = 4
"""So many at first, where they are cut: one that has items speaks for all that are cut to the same."""


def list_namespaces(shelf: Shelf, op: ListNamespacesOp) -> Trip[list[Namespace]]:
    """The namespaces that have items and meet the conditions, cut to `max_depth`, each once, in order."""
    listing = _Listing(shelf, op)
    while not listing.done:
        yield from listing.next_group()
    return list(listing.found)[op.offset : op.offset + op.limit]


def check_conditions(conditions: Iterable[MatchCondition]) -> None:
    """Raise `QueryError` for a condition that is neither on the prefix nor on the suffix."""
    for one in conditions:
        if one.match_type not in ("prefix", "suffix"):
            raise QueryError("match_conditions", f"{one.match_type!r} is neither prefix nor suffix")


class _Listing:
    """One listing. `found` is in order, because the names are read in theirs.

    They are read from where the conditions say that they begin, and behind those that could only
    lead to what is found already. Only as many are looked into as the answer needs.
    """

    def __init__(self, shelf: Shelf, op: ListNamespacesOp) -> None:
        self._shelf = shelf
        self._conditions = op.match_conditions or ()
        self._depth = op.max_depth
        self._wanted = op.offset + op.limit
        self._names = Names(shelf, _beginning(self._conditions), NAMES)
        self._waiting: deque[Listed] = deque()
        self._few = FEW
        self.found: dict[Namespace, None] = {}

    @property
    def done(self) -> bool:
        return len(self.found) >= self._wanted or (not self._waiting and self._names.done)

    def next_group(self) -> Trip[None]:
        """Read names, or look into some that were read."""
        if not self._waiting:
            [reply] = yield [self._names.request()]
            self._waiting.extend(filter(self._may_count, self._names.take(reply)))
            return
        most = GROUP if self._depth is None else min(GROUP, self._few)
        size = min(most, self._wanted - len(self.found), len(self._waiting))
        group = [self._waiting.popleft() for _ in range(size)]
        alive = yield from living(self._shelf, group)
        known = len(self.found)
        for one, lives in zip(group, alive, strict=True):
            if lives:
                self._find(one.namespace[: self._depth])
        # More at once, while none of them speaks for another.
        self._few = self._few * 4 if len(self.found) - known in (0, size) else FEW

    def _may_count(self, one: Listed) -> bool:
        return all(_meets(one.namespace, condition) for condition in self._conditions)

    def _find(self, namespace: Namespace) -> None:
        self.found[namespace] = None
        if len(namespace) == self._depth:
            self._names.pass_over(namespace)
            while self._waiting and self._waiting[0].namespace[: self._depth] == namespace:
                self._waiting.popleft()


def _beginning(conditions: Iterable[MatchCondition]) -> Namespace:
    """The labels that all namespaces which meet the conditions begin with; the first says enough."""
    for condition in conditions:
        if condition.match_type == "prefix":
            return tuple(takewhile(lambda label: label != "*", condition.path))
    return ()


def _meets(namespace: Namespace, condition: MatchCondition) -> bool:
    path = condition.path
    if len(namespace) < len(path):
        return False
    part = namespace[: len(path)]
    if condition.match_type == "suffix":
        part = namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for label, wanted in zip(part, path, strict=True))
