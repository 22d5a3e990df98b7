"""How long items live, what leads to them, and what is left when they are gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langgraph.store.base import PutOp

from checkpoints import RedisStore
from checkpoints.store_keys import registry_key

SPACE = ("users", "1")
# Nobody listens there: what is refused before anything is sent is refused here too.
NOWHERE = "unix:///nowhere/redis.sock"


def item_key(store: Any, key: str = "k") -> str:
    return f"{store.shelf.prefix}store:{{users/1}}:item:{key}"


def minutes_left(client: Any, key: str) -> float:
    return float(client.pttl(key)) / 60_000


def test_a_lifetime_is_in_minutes_and_the_last_put_decides(store: Any, client: Any) -> None:
    store.put(SPACE, "k", {"a": 1}, ttl=10)
    assert 9.9 < minutes_left(client, item_key(store)) <= 10
    store.put(SPACE, "k", {"a": 1}, ttl=0.5)
    assert 0.4 < minutes_left(client, item_key(store)) <= 0.5
    store.put(SPACE, "k", {"a": 1})
    assert client.pttl(item_key(store)) == -1


def test_the_default_lifetime(redis_url: str, prefix: str, client: Any) -> None:
    with RedisStore.from_url(redis_url, prefix=prefix, ttl={"default_ttl": 7}) as store:
        store.put(SPACE, "k", {"a": 1})
        assert 6.9 < minutes_left(client, item_key(store)) <= 7
        store.put(SPACE, "k", {"a": 1}, ttl=3)
        assert 2.9 < minutes_left(client, item_key(store)) <= 3
        store.put(SPACE, "k", {"a": 1}, ttl=None)
        assert client.pttl(item_key(store)) == -1


READS: list[Callable[[Any, Any], object]] = [
    lambda store, renew: store.get(SPACE, "k", refresh_ttl=renew),
    lambda store, renew: store.search(SPACE, refresh_ttl=renew),
    lambda store, renew: store.search((), refresh_ttl=renew),
    lambda store, renew: store.search((), filter={"a": 1}, refresh_ttl=renew),
]


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(("config", "said"), [(True, None), (False, True), (None, None)])
def test_reading_renews(
    read: Any, config: Any, said: Any, redis_url: str, prefix: str, client: Any
) -> None:
    ttl: Any = None if config is None else {"refresh_on_read": config}
    with RedisStore.from_url(redis_url, prefix=prefix, ttl=ttl) as store:
        store.put(SPACE, "k", {"a": 1}, ttl=10)
        for key in client.keys(f"{prefix}store:{{*"):
            client.pexpire(key, 60_000)
        read(store, said)
        assert minutes_left(client, item_key(store)) > 9
        assert minutes_left(client, f"{prefix}store:{{users/1}}:keys") > 9
        assert minutes_left(client, f"{prefix}store:{{users/1}}:meta") > 9


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(("config", "said"), [(False, None), (True, False)])
def test_reading_leaves_the_lifetime_where_it_is_told_to(
    read: Any, config: bool, said: Any, redis_url: str, prefix: str, client: Any
) -> None:
    with RedisStore.from_url(redis_url, prefix=prefix, ttl={"refresh_on_read": config}) as store:
        store.put(SPACE, "k", {"a": 1}, ttl=10)
        client.pexpire(item_key(store), 60_000)
        read(store, said)
        assert minutes_left(client, item_key(store)) <= 1


def test_only_what_a_search_gives_is_renewed(store: Any, client: Any) -> None:
    for n in range(4):
        store.put(SPACE, str(n), {"n": n}, ttl=10)
        client.pexpire(item_key(store, str(n)), 60_000)
    assert [item.key for item in store.search(SPACE, filter={"n": {"$gt": 0}}, limit=1)] == ["1"]
    assert [item.key for item in store.search((), offset=2, limit=1)] == ["2"]
    assert [minutes_left(client, item_key(store, str(n))) > 1 for n in range(4)] == [
        False,
        True,
        True,
        False,
    ]


def test_what_leads_to_items_lives_as_long_as_the_last(
    store: Any, client: Any, prefix: str
) -> None:
    index, meta = f"{prefix}store:{{users/1}}:keys", f"{prefix}store:{{users/1}}:meta"
    store.put(SPACE, "short", {"a": 1}, ttl=1)
    store.put(SPACE, "long", {"a": 1}, ttl=10)
    store.put(SPACE, "short", {"a": 1}, ttl=1)
    assert client.pttl(index) >= client.pttl(item_key(store, "long"))
    assert 9 < minutes_left(client, meta) <= 10
    store.put(SPACE, "for ever", {"a": 1})
    store.put(SPACE, "short", {"a": 1}, ttl=1)
    assert client.pttl(index) == client.pttl(meta) == -1


@pytest.mark.parametrize("minutes", [0, -1, float("nan"), float("inf"), 1e12])
def test_an_impossible_lifetime_is_refused(minutes: float) -> None:
    with RedisStore.from_url(NOWHERE) as store:
        with pytest.raises(ValueError, match="time to live"):
            store.put(SPACE, "k", {"a": 1}, ttl=minutes)
        with pytest.raises(ValueError, match="time to live"):
            RedisStore.from_url(NOWHERE, ttl={"default_ttl": minutes})


# --- what expired ------------------------------------------------------------------------------


def expire(client: Any, store: Any, pattern: str = "*:item:*") -> None:
    for key in client.scan_iter(store.shelf.prefix + pattern, count=1000):
        client.pexpireat(key, 1)


def test_entries_of_expired_items_are_removed_when_met(
    store: Any, client: Any, prefix: str
) -> None:
    store.batch([PutOp(SPACE, f"{n:04d}", {"n": n}) for n in range(2500)])
    store.put(("users", "2"), "k", {"n": 1})
    expire(client, store, "store:{users/1}:item:*")
    store.put(SPACE, "new", {"n": -1})
    assert [item.key for item in store.search(SPACE)] == ["new"]
    assert client.zcard(f"{prefix}store:{{users/1}}:keys") == 1


@pytest.mark.parametrize("look", ["list", "search"])
def test_a_namespace_without_items_is_forgotten_when_met(
    look: str, store: Any, client: Any, prefix: str
) -> None:
    store.batch([PutOp(SPACE, f"{n:04d}", {"n": n}) for n in range(2500)])
    store.put(("users", "2"), "k", {"n": 1})
    expire(client, store, "store:{users/1}:item:*")
    if look == "list":
        assert store.list_namespaces() == [("users", "2")]
    else:
        assert [item.namespace for item in store.search(())] == [("users", "2")]
    assert client.zcard(registry_key(prefix)) == 1
    assert client.exists(f"{prefix}store:{{users/1}}:keys") == 0


def test_names_of_namespaces_that_nobody_looks_for_do_not_pile_up(
    store: Any, client: Any, prefix: str
) -> None:
    for n in range(200):
        store.put(("session", str(n)), "k", {"a": 1}, ttl=10)
        client.delete(*client.keys(f"{prefix}store:{{session/{n}}}:*"))
    assert client.zcard(registry_key(prefix)) < 50
