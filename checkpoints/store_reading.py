"""Reading items: by key, and by searching namespaces in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from langgraph.store.base import GetOp, Item, SearchItem, SearchOp

from checkpoints.calls import Reply, Request, Trip
from checkpoints.filters import passes
from checkpoints.store_calls import Shelf, answer_of
from checkpoints.store_items import as_found, expires, load_item
from checkpoints.store_keys import Namespace
from checkpoints.store_registry import Listed, Names, living

PAGE = 100
"""Items read from a namespace in one round trip."""
GROUPS = (4, 16, 64)
"""Namespaces that are searched in one round trip: few at first, for the first may have enough."""


def get_items(shelf: Shelf, ops: Sequence[GetOp]) -> Trip[list[Item | None]]:
    """The items by key, in order. One round trip, one call for each namespace."""
    wanted: dict[Namespace, list[int]] = {}
    for number, op in enumerate(ops):
        wanted.setdefault(op.namespace, []).append(number)
    replies = yield [
        shelf.ask(
            "get",
            namespace,
            *(part for n in numbers for part in (ops[n].key, int(ops[n].refresh_ttl))),
        )
        for namespace, numbers in wanted.items()
    ]
    found: list[Item | None] = [None] * len(ops)
    for (namespace, numbers), reply in zip(wanted.items(), replies, strict=True):
        for number, stored in zip(numbers, answer_of(namespace, reply)[1], strict=True):
            if stored is not None:
                found[number] = load_item(shelf, namespace, ops[number].key, stored)
    return found


def search(shelf: Shelf, op: SearchOp) -> Trip[list[SearchItem]]:
    """What a search finds: namespaces in the order of the tuples, within each as first stored."""
    if op.limit == 0:
        return []
    one = _Search(shelf, op)
    yield from one.find()
    yield from one.tidy()
    yield from one.renew()
    return one.found


class _Search:
    """One search. Where no filter has to look at the items, the server skips and renews them itself."""

    def __init__(self, shelf: Shelf, op: SearchOp) -> None:
        self._shelf, self._op = shelf, op
        self._skip = op.offset
        # Where nothing is filtered, so many namespaces are always enough, unless some have no items.
        self._names = Names(shelf, op.namespace_prefix, op.offset + op.limit + 1)
        self._waiting: deque[Listed] = deque()
        self._dead: list[Listed] = []
        self._to_renew: dict[Namespace, list[str]] = {}
        self.found: list[SearchItem] = []

    @property
    def _enough(self) -> bool:
        return len(self.found) >= self._op.limit

    def find(self) -> Trip[None]:
        """Fill `found`. The namespace that is the prefix itself comes first, with the first names in one trip."""
        yield from self._first(self._op.namespace_prefix)
        groups = deque(GROUPS)
        while not self._enough and (self._waiting or not self._names.done):
            if not self._waiting:
                [names] = yield [self._names.request()]
                self._waiting.extend(self._names.take(names))
                continue
            size = min(groups[0], len(self._waiting))
            yield from self._group([self._waiting.popleft() for _ in range(size)])
            if len(groups) > 1:
                groups.popleft()

    def _first(self, namespace: Namespace) -> Trip[None]:
        names, reply = yield [self._names.request(), self._scan(namespace, exact=True)]
        self._waiting.extend(self._names.take(names))
        some = yield from self._walk(namespace, reply, exact=True)
        if self._waiting and self._waiting[0].namespace == namespace:
            listed = self._waiting.popleft()
            if not some:
                self._dead.append(listed)

    def _group(self, group: Sequence[Listed]) -> Trip[None]:
        """Search some namespaces at once, and further those that have more than a page."""
        alone = len(group) == 1
        replies = yield [self._scan(one.namespace, exact=alone) for one in group]
        for one, reply in zip(group, replies, strict=True):
            if self._enough:
                return
            if not (yield from self._walk(one.namespace, reply, exact=alone)):
                self._dead.append(one)

    def _scan(self, namespace: Namespace, after: bytes = b"", *, exact: bool) -> Request:
        """The next items of a namespace. `exact`: no other namespace comes before them, so that all are found."""
        plain = not self._op.filter
        skip = self._skip if plain and exact else 0
        missing = self._op.limit - len(self.found) + self._skip - skip
        take = min(PAGE, missing) if plain else PAGE
        renew = int(plain and exact and self._op.refresh_ttl)
        return self._shelf.ask("scan", namespace, after, skip, take, renew)

    def _walk(self, namespace: Namespace, reply: Reply, *, exact: bool) -> Trip[bool]:
        """Take what a namespace has, beginning with this reply; whether it has anything, or may have."""
        some = False
        while True:
            _, skipped, flat, after = answer_of(namespace, reply)
            some = some or bool(skipped or flat)
            self._skip -= skipped
            self._take(namespace, flat, renewed=exact and not self._op.filter)
            if self._enough or not after:
                return some or bool(after)
            exact = True
            [reply] = yield [self._scan(namespace, after, exact=exact)]

    def _take(self, namespace: Namespace, flat: Sequence[bytes], *, renewed: bool) -> None:
        for key, stored in zip(flat[::2], flat[1::2], strict=True):
            item = load_item(self._shelf, namespace, key.decode(), stored)
            if self._op.filter and not passes(item.value, self._op.filter):
                continue
            if self._skip:
                self._skip -= 1
                continue
            if self._enough:
                return
            self.found.append(as_found(item))
            if not renewed and expires(stored):
                self._to_renew.setdefault(namespace, []).append(item.key)

    def tidy(self) -> Trip[None]:
        """Take back the registrations of namespaces that turned out to have no items."""
        if self._dead:
            yield from living(self._shelf, self._dead)

    def renew(self) -> Trip[None]:
        """Let what was found live its full time again."""
        if self._op.refresh_ttl and self._to_renew:
            yield [
                self._shelf.ask("touch", namespace, *keys)
                for namespace, keys in self._to_renew.items()
            ]
