"""Bringing stored threads into the form that is written now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentgraph.remember.ports import Memory, Migrated
from agentgraph.run.overview import thread_rows, upkeep_of


def migrate_threads(memory: Memory, names: Sequence[str]) -> Iterator[Migrated]:
    """Migrate the threads named (none: all), one after the other. ResumeError: no such thread."""
    for row in thread_rows(memory, names or None):
        yield upkeep_of(memory).migrate(row.thread)
