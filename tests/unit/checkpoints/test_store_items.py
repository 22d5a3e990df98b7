from __future__ import annotations

import pickle
from typing import Any

import pytest

from checkpoints import RedisStore
from checkpoints.errors import CheckpointsError
from checkpoints.store_errors import (
    CorruptItemError,
    NoVectorsError,
    PlainItemError,
    QueryError,
    UnknownItemKeyError,
    UnsupportedStoreError,
    WrongStoreError,
)
from checkpoints.store_keys import namespace_keys

SPACE = ("users", "1")


@pytest.fixture
def store(redis_url: str, prefix: str) -> Any:
    with RedisStore.from_url(redis_url, prefix=prefix) as store:
        store.put(SPACE, "k", {"text": "tea"})
        yield store


@pytest.fixture
def key(prefix: str) -> str:
    return namespace_keys(prefix, SPACE)[2] + "k"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"tea", b"TEA", "its checksum does not hold"),
        (b"/", b"", "is no item"),
        (b"/\x02", b"/\x07", "its checksum does not hold"),
    ],
)
def test_an_altered_item_is_named(
    old: bytes, new: bytes, said: str, store: Any, client: Any, key: str
) -> None:
    client.set(key, client.get(key).replace(old, new))
    for read in (lambda: store.get(SPACE, "k"), lambda: store.search(())):
        with pytest.raises(CorruptItemError, match=f"item 'k' of namespace 'users/1' .*{said}"):
            read()


def test_a_truncated_item_is_named(store: Any, client: Any, key: str) -> None:
    client.set(key, client.get(key)[:-1])
    with pytest.raises(CorruptItemError, match="checksum"):
        store.get(SPACE, "k")


def test_an_item_moved_to_another_name_is_noticed(store: Any, client: Any, key: str) -> None:
    store.put(SPACE, "l", {"text": "coffee"})
    client.copy(key, key[:-1] + "l", replace=True)
    with pytest.raises(CorruptItemError, match="'l'"):
        store.get(SPACE, "l")


def test_a_renamed_tenant_is_read(store: Any, client: Any, prefix: str, redis_url: str) -> None:
    for old in client.keys(f"{prefix}*"):
        client.rename(old, b"new-" + old)
    with RedisStore.from_url(redis_url, prefix=f"new-{prefix}") as renamed:
        assert renamed.search(())[0].value == {"text": "tea"}


def test_a_newer_format_is_refused_and_left_alone(store: Any, client: Any, prefix: str) -> None:
    client.hset(namespace_keys(prefix, SPACE)[0], "format", "2")
    acts = [
        lambda: store.get(SPACE, "k"),
        lambda: store.put(SPACE, "k", {}),
        lambda: store.delete(SPACE, "k"),
        lambda: store.search(()),
        lambda: store.list_namespaces(),
    ]
    for act in acts:
        with pytest.raises(UnsupportedStoreError, match="'users/1' is stored in format 2"):
            act()
    client.hset(namespace_keys(prefix, SPACE)[0], "format", "1")
    assert store.get(SPACE, "k").value == {"text": "tea"}


def test_big_values_are_compressed(store: Any, client: Any, key: str) -> None:
    store.put(SPACE, "k", {"text": "tea " * 5000})
    assert client.strlen(key) < 2000
    assert store.get(SPACE, "k").value == {"text": "tea " * 5000}


def test_with_a_key_only_encrypted_items_are_read(
    store: Any, client: Any, key: str, redis_url: str, prefix: str
) -> None:
    pytest.importorskip("cryptography")
    with RedisStore.from_url(redis_url, prefix=prefix, encryption=bytes(32)) as secret:
        for read in (lambda: secret.get(SPACE, "k"), lambda: secret.search(())):
            with pytest.raises(PlainItemError, match=r"'k' of namespace 'users/1' .* plain text"):
                read()
        secret.put(SPACE, "k", {"text": "tea"})
        assert b"tea" not in client.get(key)
        assert [item.value for item in secret.search((), filter={"text": "tea"})] == [
            {"text": "tea"}
        ]
    with pytest.raises(
        UnknownItemKeyError, match=r"'k' of namespace 'users/1' .* no key was given"
    ):
        store.get(SPACE, "k")


@pytest.mark.parametrize(
    "error",
    [
        CorruptItemError("users/1", "k", "why"),
        UnsupportedStoreError("users/1", "2", "1"),
        PlainItemError("users/1", "k"),
        UnknownItemKeyError("users/1", "k", "00ff00ff", given=True),
        NoVectorsError("query"),
        QueryError("limit", "why"),
        WrongStoreError(),
    ],
)
def test_errors_are_one_sentence_and_survive_pickling(error: CheckpointsError) -> None:
    assert str(error)
    assert "\n" not in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
