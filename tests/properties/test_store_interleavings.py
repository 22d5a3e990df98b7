"""Stores used by several at once, cut off anywhere: no item is ever there that cannot be found.

Operations are generators, so a test can carry them out one command at a time, in any order, as
servers of a cluster would see them; and stop in the middle, as a crash does.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.store.base import GetOp, ListNamespacesOp, PutOp, SearchOp
from redis import Redis

from checkpoints import RedisStore
from checkpoints.store_batch import batch
from checkpoints.store_keys import namespace_keys

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
SPACE = ("users", "1")
ALL = SearchOp((), limit=10_000)

ACTS: dict[str, list[Any]] = {
    "put k": [PutOp(SPACE, "k", {"a": 1})],
    "put l": [PutOp(SPACE, "l", {"a": 2})],
    "put for a time": [PutOp(SPACE, "m", {"a": 3}, ttl=10)],
    "put elsewhere": [PutOp(("users", "2"), "k", {"a": 4})],
    "delete k": [PutOp(SPACE, "k", None)],
    "delete l": [PutOp(SPACE, "l", None)],
    "list": [ListNamespacesOp()],
    "search": [ALL],
    "search one": [SearchOp(SPACE)],
}


class Stepped:
    """A batch that is carried out command by command."""

    def __init__(self, store: RedisStore, ops: Sequence[Any]) -> None:
        self.wire, self.trip = store.wire, batch(store.shelf, ops)
        self.requests: list[Any] = []
        self.replies: list[Any] = []
        self.done = False
        self._go_on(None)

    def _go_on(self, replies: Any) -> None:
        try:
            self.requests, self.replies = list(self.trip.send(replies)), []
        except StopIteration:
            self.done = True

    def step(self) -> None:
        if self.done:
            return
        self.replies += self.wire._send([self.requests[len(self.replies)]])
        if len(self.replies) == len(self.requests):
            self._go_on(self.replies)

    def finish(self) -> None:
        """The rest, undisturbed. Nothing takes long, whatever others left behind."""
        for _ in range(12):
            self.step()
        assert self.done


BEFORE = ["nothing", "items", "emptied", "expired", "expired long ago", "cleaned"]


class Scene:
    """A store of its own, as it was left behind."""

    def __init__(self, store: RedisStore, client: Any, before: str) -> None:
        self.store, self.client = store, client
        if before != "nothing":
            store.put(SPACE, "k", {"a": 0}, ttl=10)
            store.put(("users", "0"), "other", {"a": 0})
        if before == "emptied":
            store.delete(SPACE, "k")
        if before == "expired":
            self.client.delete(namespace_keys(store.shelf.prefix, SPACE)[2] + "k")
        if before == "expired long ago":
            self.client.delete(*namespace_keys(store.shelf.prefix, SPACE)[:2])
            self.client.delete(namespace_keys(store.shelf.prefix, SPACE)[2] + "k")
        if before == "cleaned":
            store.delete(SPACE, "k")
            store.list_namespaces()

    def check(self, acts: Sequence[str], played: Sequence[Stepped]) -> None:
        marker = ":item:"
        keys = [
            key.decode() for key in self.client.scan_iter(self.store.shelf.prefix + "*", count=1000)
        ]
        there = sorted(key.partition(marker)[2] for key in keys if marker in key)
        found = self.store.search((), limit=10_000)
        assert sorted(item.key for item in found) == there
        assert self.store.list_namespaces() == sorted({item.namespace for item in found})
        for act, one in zip(acts, played, strict=True):
            [op] = ACTS[act]
            if one.done and isinstance(op, PutOp) and f"delete {op.key}" not in acts:
                [item] = self.store.batch([GetOp(op.namespace, op.key)])
                assert item is not None, act


@pytest.fixture(scope="module")
def server(redis_url: str) -> Iterator[tuple[Any, RedisStore]]:
    with Redis.from_url(redis_url) as client, RedisStore.from_url(redis_url) as store:
        yield client, store


def play(
    server: tuple[Any, RedisStore],
    before: str,
    acts: Sequence[str],
    order: Sequence[int],
    *,
    crash: bool,
) -> int:
    """Play acts in an order, given by their numbers, and check what is left; how many commands that took.

    Then all end (`crash`), or each does its rest in turn.
    """
    client, shared = server
    store = RedisStore(shared.wire, prefix=f"{uuid4().hex}:")
    scene = Scene(store, client, before)
    played = [Stepped(store, ACTS[act]) for act in acts]
    steps = 0
    for number in order:
        steps += not played[number].done
        played[number].step()
    for one in played if not crash else ():
        one.finish()
    scene.check(acts, played)
    for key in client.scan_iter(store.shelf.prefix + "*", count=1000):
        client.unlink(key)
    return steps


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("cleaner", ["list", "search"])
def test_one_who_stores_and_one_who_cleans_in_every_order(
    before: str, cleaner: str, server: Any
) -> None:
    most = 0
    for crash, *order in itertools.product((0, 1), repeat=6):
        most = max(most, play(server, before, ["put l", cleaner], order, crash=bool(crash)))
    assert most >= 3


@settings(max_examples=60 * HUNT)
@given(data=st.data())
def test_any_number_in_any_order_stopped_anywhere(server: Any, data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(BEFORE))
    acts = data.draw(st.lists(st.sampled_from(sorted(ACTS)), min_size=2, max_size=4))
    order = data.draw(st.lists(st.integers(0, len(acts) - 1), max_size=24))
    play(server, before, acts, order, crash=data.draw(st.booleans()))
