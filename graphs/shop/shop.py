"""What a run of `order_processing` is given: the shop, opened where first asked."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import TracebackType
from typing import Self

from graphs.shop.carrier import CarrierServer
from graphs.shop.orders import OrderBook


@dataclass
class Shop:
    """The order book, the carrier's address, and the day.

    Nothing is opened before it is used. `database` is an SQLite file; a new one is filled
    with the example's orders. `carrier` is the carrier's URL; None: the one in CARRIER_URL,
    or a carrier of the shop's own. `today` stands still, so that the example's answers do.
    """

    database: str = ":memory:"
    carrier: str | None = field(default_factory=lambda: os.environ.get("CARRIER_URL"))
    today: date = date(2026, 11, 20)
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, init=False, repr=False)

    @property
    def orders(self) -> OrderBook:
        with self._lock:
            return self._orders

    @property
    def carrier_url(self) -> str:
        with self._lock:
            return self.carrier or self._own_carrier.url

    @cached_property
    def _orders(self) -> OrderBook:
        book = OrderBook(self.database)
        self._open.callback(book.close)
        return book

    @cached_property
    def _own_carrier(self) -> CarrierServer:
        return self._open.enter_context(CarrierServer())

    def close(self) -> None:
        """Close what was opened. The shop is not used again."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
