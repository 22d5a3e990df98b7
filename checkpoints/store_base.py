"""What both stores are, apart from waiting."""

from __future__ import annotations

from collections.abc import Iterable

from langgraph.store.base import BaseStore, TTLConfig

from checkpoints.codec import Codec
from checkpoints.keys import check_prefix
from checkpoints.serializer import Allowed, StrictSerializer
from checkpoints.store_calls import Shelf
from checkpoints.store_items import lifetime


class StoreBase(BaseStore):
    """Prefix, lifetimes, serializer and codec of a store."""

    supports_ttl = True

    def __init__(
        self, prefix: str, ttl: TTLConfig | None, allowed: Iterable[Allowed], codec: Codec
    ) -> None:
        self.shelf = Shelf(check_prefix(prefix), StrictSerializer(allowed), codec)
        self.ttl_config = ttl
        if ttl and (default := ttl.get("default_ttl")) is not None:
            lifetime(default)
