"""The agency's ledger: holds and bookings, in an SQLite file that outlives the process.

Every entry is made under a key of the caller's. The same key again changes nothing and gives
the first answer: that is what makes an effect safe to repeat after a crash.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Literal

HoldState = Literal["held", "booked", "released"]

_TABLES = """
CREATE TABLE IF NOT EXISTS holds (
    hold_id TEXT PRIMARY KEY,
    total   TEXT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('held', 'booked', 'released'))
);
CREATE TABLE IF NOT EXISTS bookings (
    booking_id TEXT PRIMARY KEY,
    hold_id    TEXT NOT NULL UNIQUE REFERENCES holds (hold_id)
);
"""


class BookingRefusedError(Exception):
    """The booking cannot be made; nothing was booked."""


class Ledger:
    """Holds and bookings in the file `path`, made when first written. Connections are short."""

    def __init__(self, path: Path, *, refusing: bool = False) -> None:
        self.path = path
        self.refusing = refusing

    def hold(self, total: Decimal, *, key: str) -> str:
        """The id of the hold made under this key, now or before."""
        hold_id = "H-" + _short(key)
        with closing(self._connect()) as ledger, ledger:
            ledger.execute(
                "INSERT OR IGNORE INTO holds VALUES (?, ?, 'held')", (hold_id, str(total))
            )
        return hold_id

    def book(self, hold_id: str, *, key: str) -> str:
        """The id of the booking made of this hold, now or before. BookingRefusedError: none is."""
        with closing(self._connect()) as ledger, ledger:
            made = _booking_of(ledger, hold_id)
            if made:
                return made
            if self.refusing:
                raise BookingRefusedError("the booking office takes no bookings now")
            held = ledger.execute(
                "UPDATE holds SET state = 'booked' WHERE hold_id = ? AND state = 'held'",
                (hold_id,),
            )
            if held.rowcount == 0:
                raise BookingRefusedError(f"there is no hold {hold_id} to book")
            booking_id = "B-" + _short(key)
            ledger.execute("INSERT INTO bookings VALUES (?, ?)", (booking_id, hold_id))
        return booking_id

    def release(self, hold_id: str) -> str | None:
        """End a hold; one that has ended stays so. The booking's id where it was booked, else None."""
        with closing(self._connect()) as ledger, ledger:
            ledger.execute(
                "UPDATE holds SET state = 'released' WHERE hold_id = ? AND state = 'held'",
                (hold_id,),
            )
            return _booking_of(ledger, hold_id)

    def state(self, hold_id: str) -> HoldState | None:
        """How a hold stands; None: there is no such hold."""
        with closing(self._connect()) as ledger:
            found = ledger.execute("SELECT state FROM holds WHERE hold_id = ?", (hold_id,))
            row = found.fetchone()
        return row[0] if row else None

    def count_bookings(self) -> int:
        """How many bookings were ever made."""
        with closing(self._connect()) as ledger:
            return int(ledger.execute("SELECT count(*) FROM bookings").fetchone()[0])

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        ledger = sqlite3.connect(self.path)
        ledger.executescript(_TABLES)
        return ledger


def _booking_of(ledger: sqlite3.Connection, hold_id: str) -> str | None:
    found = ledger.execute("SELECT booking_id FROM bookings WHERE hold_id = ?", (hold_id,))
    row = found.fetchone()
    return str(row[0]) if row else None


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:10].upper()
