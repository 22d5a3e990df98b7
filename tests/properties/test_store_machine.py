"""RedisStore and AsyncRedisStore against LangGraph's InMemoryStore: the same random batches, the same answers."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from langgraph.store.base import (
    GetOp,
    Item,
    ListNamespacesOp,
    MatchCondition,
    PutOp,
    SearchOp,
)
from langgraph.store.memory import InMemoryStore
from redis import Redis

from checkpoints import AsyncRedisStore, RedisStore
from checkpoints import store_listing as listing
from checkpoints import store_reading as reading
from checkpoints import store_registry as registry
from checkpoints import store_writing as writing
from checkpoints.store_keys import namespace_keys

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))

ODD = ["users", "a/b", "a", "%", "%2F", "{", "}", "{a}", "ü", "*", "a!", " ", "\x01", "\U0001f600"]
LABELS = st.sampled_from(["a", "b", "users", *ODD])
# A few that are met again and again, so that something is read, replaced and removed; and any.
OFTEN = st.sampled_from([("a",), ("a", "b"), ("a", "b", "%"), ("{a}",), ("users", "a/b")])
NAMESPACES = st.one_of(OFTEN, OFTEN, OFTEN, st.lists(LABELS, max_size=3).map(tuple))
KEYS = st.one_of(
    st.sampled_from(["k", "l", "m"]),
    st.sampled_from(["k", "", "a/b", "{x}", "ü", "\n", "\x00", "*", ":"]),
)
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, "2", "1.5"]))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.text("aü/\x00", max_size=2))
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
# InMemoryStore cannot order what is no number: `n` always is one.
VALUES = st.fixed_dictionaries(
    {"n": NUMBERS, "o": st.fixed_dictionaries({"n": NUMBERS}, optional={"t": TREES})},
    optional={"t": TREES, "u": TREES},
)
ORDERS = st.dictionaries(st.sampled_from(["$gt", "$gte", "$lt", "$lte"]), NUMBERS, max_size=2)
SAMES = st.dictionaries(st.sampled_from(["$eq", "$ne"]), TREES, max_size=2)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "n": st.one_of(NUMBERS, ORDERS),
        "o": st.fixed_dictionaries({}, optional={"n": ORDERS, "t": st.one_of(TREES, SAMES)}),
        "t": st.one_of(TREES, SAMES),
        "u": SAMES,
    },
)
COUNTS = st.integers(0, 6)
CONDITIONS = st.builds(MatchCondition, st.sampled_from(["prefix", "suffix"]), NAMESPACES)
LIFETIMES = st.sampled_from([None, 10, 90.5])  # minutes; none of them ends during a test
PUTS = st.builds(PutOp, NAMESPACES, KEYS, VALUES, st.sampled_from([None, False]), LIFETIMES)
DELETES = st.builds(PutOp, NAMESPACES, KEYS, st.none(), st.none(), st.none())
GETS = st.builds(GetOp, NAMESPACES, KEYS, st.booleans())
SEARCHES = st.builds(
    SearchOp,
    st.one_of(st.just(()), NAMESPACES),
    st.one_of(st.none(), FILTERS),
    COUNTS,
    COUNTS,
    st.sampled_from([None, ""]),
    st.booleans(),
)
LISTS = st.builds(
    ListNamespacesOp,
    st.one_of(st.none(), st.lists(CONDITIONS, max_size=2).map(tuple)),
    st.one_of(st.none(), st.integers(0, 3)),
    COUNTS,
    COUNTS,
)
EVERYTHING: list[Any] = [
    SearchOp((), limit=10_000),
    ListNamespacesOp(limit=10_000),
    ListNamespacesOp(max_depth=1, limit=10_000),
]


class Oracle(InMemoryStore):
    """InMemoryStore, save that it keeps its namespaces in order, and none that has no items.

    It lists namespaces that were only looked into, and searches them in the order in which they
    were first looked into.
    """

    def tidy(self) -> None:
        kept = sorted((namespace, items) for namespace, items in self._data.items() if items)
        self._data = defaultdict(dict, kept)

    def batch(self, ops: Any) -> Any:
        self.tidy()
        return super().batch(ops)

    def _handle_list_namespaces(self, op: Any) -> Any:
        self.tidy()
        return super()._handle_list_namespaces(op)

    def expire(self, namespace: tuple[str, ...], key: str) -> None:
        self._data[namespace].pop(key, None)


def plain(result: Any) -> Any:
    """A result without its times, and with the types of its items."""
    if isinstance(result, list):
        return [plain(one) for one in result]
    if isinstance(result, Item):
        return (type(result).__name__, result.namespace, result.key, result.value)
    return result


class Machine(RuleBasedStateMachine):
    """Drives all three. `redis_url` is set by the test."""

    redis_url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.prefixes = [f"machine-{uuid4().hex}:", f"machine-{uuid4().hex}:"]
        self.ours, self.other = (
            RedisStore.from_url(self.redis_url, prefix=prefix) for prefix in self.prefixes
        )
        self.theirs = AsyncRedisStore.from_url(self.redis_url, prefix=self.prefixes[1])
        self.oracle = Oracle()

    def teardown(self) -> None:
        self.runner.run(self.theirs.aclose())
        self.runner.close()
        self.ours.close()
        self.other.close()
        with Redis.from_url(self.redis_url) as client:
            for prefix in self.prefixes:
                for key in client.scan_iter(f"{prefix}*", count=1000):
                    client.unlink(key)

    @rule(
        ops=st.lists(
            st.one_of(PUTS, PUTS, PUTS, DELETES, GETS, GETS, SEARCHES, SEARCHES, LISTS),
            min_size=3,
            max_size=10,
        )
    )
    def batch(self, ops: list[Any]) -> None:
        expected = plain(self.oracle.batch(ops))
        assert plain(self.ours.batch(ops)) == expected
        assert plain(self.runner.run(self.theirs.abatch(ops))) == expected

    @rule(
        namespace=OFTEN,
        values=st.lists(st.tuples(st.sampled_from("klm"), VALUES), min_size=3, max_size=6),
    )
    def fill(self, namespace: tuple[str, ...], values: list[tuple[str, Any]]) -> None:
        """One after the other: what is replaced keeps its place."""
        for key, value in values:
            self.batch([PutOp(namespace, key, value)])

    @rule(where=st.tuples(NAMESPACES, KEYS))
    def expire(self, where: tuple[tuple[str, ...], str]) -> None:
        """An item ends as when its time is up: the key is gone, and nobody is told."""
        self.oracle.expire(*where)
        with Redis.from_url(self.redis_url) as client:
            for prefix in self.prefixes:
                client.pexpireat(namespace_keys(prefix, where[0])[2] + where[1], 1)

    @rule(op=PUTS)
    def put_again(self, op: PutOp) -> None:
        """Times: `created_at` stays when an item is replaced, `updated_at` goes on."""
        self.batch([op])
        [before] = self.ours.batch([GetOp(op.namespace, op.key)])
        self.batch([op])
        [after] = self.ours.batch([GetOp(op.namespace, op.key)])
        assert isinstance(before, Item)
        assert isinstance(after, Item)
        assert after.created_at == before.created_at <= before.updated_at <= after.updated_at

    @invariant()
    def all_hold_the_same(self) -> None:
        expected = plain(self.oracle.batch(EVERYTHING))
        for store in (self.ours, self.other):
            assert plain(store.batch(EVERYTHING)) == expected
            # Once more, now that what was met is cleaned.
            assert plain(store.batch(EVERYTHING)) == expected


@pytest.mark.parametrize("pages", ["as they are", "small"])
def test_the_stores_agree(pages: str, each_redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if pages == "small":
        monkeypatch.setattr(reading, "PAGE", 2)
        monkeypatch.setattr(reading, "GROUPS", (1, 2))
        monkeypatch.setattr(registry, "NAMES", 3)
        monkeypatch.setattr(listing, "GROUP", 2)
        monkeypatch.setattr(writing, "PAGE", 2)
    Machine.redis_url = each_redis_url
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20 * HUNT,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
