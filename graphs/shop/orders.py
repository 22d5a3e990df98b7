"""The shop's order book, in SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

SEED = Path(__file__).parents[1] / "data" / "orders.sql"

OrderStatus = Literal["processing", "shipped", "delivered", "cancelled"]


class OrderLine(BaseModel):
    title: str
    quantity: int
    unit_price: Decimal


class Order(BaseModel):
    """One order; a day that has not come is None."""

    order_id: str
    customer_id: str
    status: OrderStatus
    placed_on: date
    promised_on: date
    shipped_on: date | None
    delivered_on: date | None
    tracking_code: str | None
    shipping: Decimal
    lines: list[OrderLine]

    @property
    def goods(self) -> Decimal:
        """What the lines cost together, without shipping."""
        return sum((line.quantity * line.unit_price for line in self.lines), Decimal(0))

    @property
    def paid(self) -> Decimal:
        """All that the customer paid; nothing is kept of a cancelled order."""
        return Decimal(0) if self.status == "cancelled" else self.goods + self.shipping


class OrderBook:
    """Orders by number and customer. One connection, safe to use from several threads."""

    def __init__(self, database: str = ":memory:") -> None:
        # Agents run in worker threads; the lock does what SQLite's own thread check would.
        self._connection = sqlite3.connect(database, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.Lock()
        if not self._query("SELECT 1 FROM sqlite_master WHERE name = 'orders'"):
            self._connection.executescript(SEED.read_text(encoding="utf-8"))

    def find(self, customer_id: str, order_id: str = "") -> Order | None:
        """The customer's order of that number, or their latest one where it is empty.

        None: they have no such order. The order of another customer is no such order.
        """
        found = self._query(
            "SELECT * FROM orders WHERE customer_id = ? AND ? IN ('', order_id)"
            " ORDER BY placed_on DESC, order_id DESC LIMIT 1",
            customer_id,
            order_id,
        )
        return self._order(found[0]) if found else None

    def get(self, order_id: str) -> Order | None:
        """The order of that number, whoever's it is; None: there is none."""
        found = self._query("SELECT * FROM orders WHERE order_id = ?", order_id)
        return self._order(found[0]) if found else None

    def close(self) -> None:
        self._connection.close()

    def _order(self, row: sqlite3.Row) -> Order:
        lines = self._query("SELECT * FROM order_lines WHERE order_id = ?", row["order_id"])
        return Order(**dict(row), shipping=_money(row["shipping_cents"]), lines=_lines(lines))

    def _query(self, sql: str, *values: str) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()


def _lines(rows: Iterable[sqlite3.Row]) -> list[OrderLine]:
    return [
        OrderLine(
            title=row["title"], quantity=row["quantity"], unit_price=_money(row["unit_cents"])
        )
        for row in rows
    ]


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
