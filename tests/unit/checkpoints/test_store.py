from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langgraph.store.base import (
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    MatchCondition,
    PutOp,
    SearchOp,
)
from redis import Redis

from checkpoints import AsyncRedisStore, RedisStore
from checkpoints.errors import BlockedTypeError, NotStorableError, RedisUnreachableError
from checkpoints.keys import PrefixError
from checkpoints.store_errors import NoVectorsError, QueryError, WrongStoreError
from checkpoints.wire import Wire

SPACE = ("users", "1")
BAD: Any = "\ud800"
# Nobody listens there: what is refused before anything is sent is refused here too.
NOWHERE = "unix:///nowhere/redis.sock"


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], list[int]]:
    """How many commands went out in each round trip of an act."""
    sent: list[int] = []
    send = Wire._send

    def counting(self: Wire, requests: Any) -> Any:
        sent.append(len(requests))
        return send(self, requests)

    monkeypatch.setattr(Wire, "_send", counting)

    def counted(act: Callable[[], object]) -> list[int]:
        sent.clear()
        act()
        return list(sent)

    return counted


# --- what it costs -----------------------------------------------------------------------------


def test_a_batch_of_gets_or_puts_is_one_trip(store: Any, trips: Any) -> None:
    spaces = [("users", str(n)) for n in range(5)]
    puts = [PutOp(space, str(k), {"a": k}) for space in spaces for k in range(20)]
    assert len(trips(lambda: store.batch(puts))) == 3  # none of the namespaces was registered
    assert trips(lambda: store.batch(puts)) == [5]
    gets = [GetOp(space, str(k)) for space in spaces for k in range(20)]
    assert trips(lambda: store.batch(gets)) == [5]
    assert trips(lambda: store.batch([*gets, *puts])) == [5, 5]
    assert trips(lambda: store.delete(SPACE, "0")) == [1]


def test_searches_and_listings_of_a_batch_go_side_by_side(store: Any, trips: Any) -> None:
    for n in range(5):
        store.put(("users", str(n)), "k", {"a": n})
    assert trips(lambda: store.search(("users", "3"))) == [2]
    assert trips(lambda: store.search(("users",), limit=100)) == [2, 4, 1]
    assert trips(store.list_namespaces) == [1, 5]
    reads = [SearchOp(("users", "1")), SearchOp(("users", "2")), GetOp(SPACE, "k")]
    assert trips(lambda: store.batch([*reads, ListNamespacesOp()])) == [6, 5]
    assert trips(lambda: store.search(("users",), limit=0)) == []


def test_skipped_items_are_not_sent(store: Any, trips: Any, client: Any) -> None:
    store.batch([PutOp(SPACE, f"{n:03d}", {"text": "x" * 1000}) for n in range(300)])
    before = client.info()["total_net_output_bytes"]
    assert [item.key for item in store.search(SPACE, offset=290, limit=3)] == ["290", "291", "292"]
    assert client.info()["total_net_output_bytes"] - before < 50_000
    assert trips(lambda: store.search(SPACE, limit=250)) == [2, 1, 1]


def test_only_one_namespace_of_each_kind_is_looked_into(store: Any, trips: Any) -> None:
    for kind in "abc":
        for n in range(20):
            store.put((kind, str(n)), "k", {"a": n})
    sent = trips(lambda: store.list_namespaces(max_depth=1, limit=3))
    assert store.list_namespaces(max_depth=1) == [("a",), ("b",), ("c",)]
    assert sum(sent) < 20


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "error", "said"),
    [
        (SearchOp(SPACE, query="what does she like?"), NoVectorsError, "a plain Redis has none"),
        (PutOp(SPACE, "k", {"a": 1}, ["a"]), NoVectorsError, "`index=` needs vectors"),
        (
            SearchOp(SPACE, {"a": {"$in": [1]}}),
            QueryError,
            r"'\$in' is no operator; there are \$eq",
        ),
        (SearchOp(SPACE, {"a": {"$gt": 1, "b": 2}}), QueryError, "'b' is no operator"),
        (SearchOp(SPACE, {"a": [{"b": {"$x": 2}}]}), QueryError, r"'\$x' is no operator"),
        (SearchOp(SPACE, {"a": {"$gt": "z"}}), QueryError, r"\$gt orders numbers, and 'z' is none"),
        (SearchOp(SPACE, limit=-1), QueryError, "`limit=` cannot be used"),
        (ListNamespacesOp(offset=-1), QueryError, "`offset=`"),
        (ListNamespacesOp(max_depth=-1), QueryError, "`max_depth=`"),
        (
            ListNamespacesOp((MatchCondition("infix", ("a",)),)),  # type: ignore[arg-type]
            QueryError,
            "neither prefix nor suffix",
        ),
        (GetOp(("a.b",), "k"), InvalidNamespaceError, "periods"),
        (PutOp(("a", ""), "k", {}), InvalidNamespaceError, "empty"),
        (SearchOp(("a\x00",)), InvalidNamespaceError, "NUL"),
        (ListNamespacesOp((MatchCondition("suffix", ("a.b",)),)), InvalidNamespaceError, "periods"),
        (GetOp((BAD,), "k"), InvalidNamespaceError, "UTF-8"),
        (ListNamespacesOp((MatchCondition("prefix", (BAD,)),)), InvalidNamespaceError, "UTF-8"),
        (GetOp(SPACE, BAD), NotStorableError, "UTF-8"),
        (PutOp(SPACE, "k", {"a": threading.Lock()}), NotStorableError, "'k' holds a dict"),
        (PutOp(SPACE, "k", {"a": 2**70}), NotStorableError, "64-bit"),
        ("get", ValueError, "Unknown operation type"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_sent(
    op: Any, error: type[Exception], said: str
) -> None:
    with RedisStore.from_url(NOWHERE) as store, pytest.raises(error, match=said):
        store.batch([PutOp(SPACE, "other", {"a": 1}), op])


def test_no_index_is_fine(store: Any) -> None:
    store.put(SPACE, "k", {"a": 1}, index=False)
    store.put(SPACE, "l", {"a": 1}, index=None)
    assert len(store.search(SPACE, query="")) == 2


def test_names_are_checked_as_langgraph_does(store: Any) -> None:
    for namespace in ((), ("langgraph", "a"), ("a.b",)):
        with pytest.raises(InvalidNamespaceError):
            store.put(namespace, "k", {})
        with pytest.raises(InvalidNamespaceError):
            asyncio.run(store.aput(namespace, "k", {}))


def test_an_unreachable_redis_is_one_clear_error() -> None:
    with (
        RedisStore.from_url(NOWHERE) as store,
        pytest.raises(RedisUnreachableError, match="cannot be reached"),
    ):
        store.get(SPACE, "k")

    async def main() -> None:
        async with AsyncRedisStore.from_url(NOWHERE) as other:
            with pytest.raises(RedisUnreachableError, match="cannot be reached"):
                await other.aget(SPACE, "k")

    asyncio.run(main())


def test_blocking_methods_of_the_async_store_say_what_to_use() -> None:
    store = AsyncRedisStore.from_url(NOWHERE)
    acts: list[Callable[[], object]] = [
        lambda: store.get(SPACE, "k"),
        lambda: store.put(SPACE, "k", {}),
        lambda: store.search(SPACE),
        lambda: store.delete(SPACE, "k"),
        store.list_namespaces,
    ]
    for act in acts:
        with pytest.raises(WrongStoreError, match="use RedisStore"):
            act()


def test_only_allowed_types_are_loaded(store: Any, redis_url: str, prefix: str) -> None:
    pydantic = pytest.importorskip("pydantic")
    model = type(
        "Model", (pydantic.BaseModel,), {"__annotations__": {"n": int}, "__module__": __name__}
    )
    store.put(SPACE, "k", {"model": model(n=1)})
    with pytest.raises(BlockedTypeError, match="Model"):
        store.get(SPACE, "k")
    globals()["Model"] = model
    with RedisStore.from_url(redis_url, prefix=prefix, allowed=[model]) as allowing:
        assert allowing.get(SPACE, "k").value == {"model": model(n=1)}  # type: ignore[union-attr]


# --- many at once ------------------------------------------------------------------------------


def test_writers_in_many_threads_lose_nothing(store: Any) -> None:
    """Namespaces come and go all the while, and someone cleans up."""
    ended = threading.Event()

    def clean() -> None:
        while not ended.is_set():
            store.list_namespaces(limit=1000)
            store.search((), limit=1000)

    def write(worker: int) -> None:
        for n in range(25):
            space = ("busy", str(n % 5))
            store.put(space, f"{worker}-{n}", {"n": n})
            store.put(("passing", str(n)), str(worker), {"n": n})
            store.delete(("passing", str(n)), str(worker))
        store.put(("passing", str(worker)), "last", {"n": worker})

    cleaner = threading.Thread(target=clean)
    cleaner.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
    finally:
        ended.set()
        cleaner.join()
    found = store.search(("busy",), limit=1000)
    assert {item.key for item in found} == {f"{w}-{n}" for w in range(8) for n in range(25)}
    assert len(found) == 200
    assert store.list_namespaces(prefix=("passing",)) == [("passing", str(w)) for w in range(8)]


# --- whose it is -------------------------------------------------------------------------------


def test_prefixes_keep_tenants_apart(redis_url: str, prefix: str) -> None:
    with (
        RedisStore.from_url(redis_url, prefix=f"{prefix}a:") as one,
        RedisStore.from_url(redis_url, prefix=f"{prefix}b:") as other,
    ):
        one.put(SPACE, "k", {"a": 1})
        assert other.get(SPACE, "k") is None
        assert other.search(()) == []
        assert other.list_namespaces() == []
    with pytest.raises(PrefixError):
        RedisStore.from_url(redis_url, prefix="{a}")


def test_a_client_of_yours_may_decode_and_stays_open(redis_url: str, prefix: str) -> None:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        with RedisStore.from_client(client, prefix=prefix) as store:
            store.put(SPACE, "k", {"a": b"\xff"})
            assert [item.value for item in store.search(())] == [{"a": b"\xff"}]
            client.script_flush()
            assert store.list_namespaces() == [SPACE]
        assert client.ping()
