"""Making room: threads cut down to their latest step, or deleted, none while a run writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from agentgraph.errors import ThreadBusyError
from agentgraph.remember.ports import Memory
from agentgraph.run.lease import held
from agentgraph.run.overview import ThreadRow, thread_row, thread_rows, upkeep_of

How = Literal["keep_latest", "delete"]
"""What is done with a thread; LangGraph's names."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """A thread before, and how many checkpoints and bytes it has after.

    `busy`: a run writes it, or has written it meanwhile; nothing was done.
    """

    before: ThreadRow
    checkpoints: int
    bytes: int
    busy: bool = False

    __hash__ = None  # type: ignore[assignment]

    @property
    def freed(self) -> int:
        """Bytes."""
        return self.before.bytes - self.bytes


def chosen_threads(
    memory: Memory, names: Sequence[str], older_than: timedelta | None
) -> list[ThreadRow]:
    """The threads named (none: all), those alone that nobody has written for so long. ResumeError: no such thread."""
    rows = thread_rows(memory, names or None)
    if older_than is None:
        return rows
    until = datetime.now(UTC) - older_than
    return [row for row in rows if row.updated is not None and row.updated < until]


def prune_threads(memory: Memory, rows: Sequence[ThreadRow], how: How) -> Iterator[Pruned]:
    """Cut down or delete threads, one after the other; what became of each.

    One that was written since it was listed is left as it is: that was not what was chosen.
    """
    for row in rows:
        try:
            with held(memory, row.thread) as holding:
                now = _now(memory, row)
                busy = now is not None and now.updated != row.updated
                if now is not None and not busy:
                    holding.saver.prune([row.thread], strategy=how)
        except ThreadBusyError:
            busy = True
        after = _now(memory, row)
        yield Pruned(row, after.checkpoints if after else 0, after.bytes if after else 0, busy)


def _now(memory: Memory, row: ThreadRow) -> ThreadRow | None:
    """The thread as it is now; None where it is gone."""
    return next((thread_row(one) for one in upkeep_of(memory).sizes([row.thread])), None)
