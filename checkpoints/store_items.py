"""Items to bytes and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from langgraph.store.base import Item, SearchItem

from checkpoints.calls import moment
from checkpoints.errors import (
    CorruptPayloadError,
    NotEncryptedError,
    NotStorableError,
    UnknownKeyError,
    UnsupportedFormatError,
)
from checkpoints.store_calls import Shelf
from checkpoints.store_errors import (
    CorruptItemError,
    PlainItemError,
    UnknownItemKeyError,
    UnsupportedStoreError,
)
from checkpoints.store_keys import Namespace, item_name, namespace_tag

LONGEST = 1e9
"""Minutes that an item may live at most: two thousand years. Redis counts in milliseconds, and not for ever."""


def lifetime(minutes: float) -> int:
    """Minutes as milliseconds, at least 1; raises `ValueError` where they are not positive, or too many."""
    if not 0 < minutes <= LONGEST:
        raise ValueError(
            f"a time to live is more than 0 and at most {LONGEST:.0f} minutes, not {minutes}"
        )
    return max(1, round(minutes * 60_000))


def sealed_value(shelf: Shelf, namespace: Namespace, key: str, value: Mapping[str, Any]) -> bytes:
    """The payload of an item; raises `NotStorableError`."""
    try:
        typed = shelf.serde.dumps_typed(dict(value))
    except Exception as error:
        raise NotStorableError(key, type(value).__qualname__, str(error)) from error
    return shelf.codec.seal(item_name(namespace, key), typed)


def load_item(shelf: Shelf, namespace: Namespace, key: str, stored: bytes) -> Item:
    """The item that lies under `key`.

    CorruptItemError, UnsupportedStoreError, PlainItemError, UnknownItemKeyError,
    CompressionUnavailableError, BlockedTypeError.
    """
    tag = namespace_tag(namespace)
    try:
        created, updated, _, payload = stored.split(b"/", 3)
        times = moment(created), moment(updated)
    except ValueError as error:
        raise CorruptItemError(tag, key, f"{stored[:80]!r} is no item") from error
    with _in_terms_of_items(tag, key):
        typed = shelf.codec.unseal(tag, item_name(namespace, key), payload)
    return Item(
        value=shelf.serde.loads_typed(typed),
        key=key,
        namespace=namespace,
        created_at=times[0],
        updated_at=times[1],
    )


@contextmanager
def _in_terms_of_items(tag: str, key: str) -> Iterator[None]:
    """What is wrong with a payload, said of the item that it belongs to."""
    try:
        yield
    except CorruptPayloadError as error:
        raise CorruptItemError(tag, key, error.reason) from error
    except UnsupportedFormatError as error:
        raise UnsupportedStoreError(tag, error.found, error.known) from error
    except NotEncryptedError as error:
        raise PlainItemError(tag, key) from error
    except UnknownKeyError as error:
        raise UnknownItemKeyError(tag, key, error.key, error.given) from error


def expires(stored: bytes) -> bool:
    """Whether an item has a lifetime, to be renewed when it is read."""
    return stored.split(b"/", 3)[2] != b"0"


def as_found(item: Item) -> SearchItem:
    """An item as a search gives it out."""
    return SearchItem(item.namespace, item.key, item.value, item.created_at, item.updated_at)
