"""What a run needs of a memory. `checkpoints` satisfies these ports; so can anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class Journal(Protocol):
    """Recorded steps and run records beside the checkpoints of a thread."""

    def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        """Store one step's result; what is stored (an earlier writer's payload, where there was one)."""
        ...

    def read(self, thread: str, place: str) -> Mapping[str, bytes]:
        """All recorded steps of one call, by key."""
        ...

    def put_run(self, thread: str, run: str, payload: bytes) -> None:
        """Store or replace one run record."""

    def get_runs(self, thread: str) -> Mapping[str, bytes]:
        """All run records of a thread, by run."""
        ...


class ThreadSummary(Protocol):
    """One thread, as a listing shows it."""

    @property
    def thread_id(self) -> str: ...

    @property
    def checkpoints(self) -> int: ...

    @property
    def updated(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Memory:
    """An open memory. `saver` is a LangGraph saver, usable from sync and async code.

    `where` names it for people. `threads()` lists what is stored. `hold(thread)` gives one run
    the thread to write, as this memory whose writes are refused once another has it; None: nobody
    sees to it that a thread is not written by two runs at once.
    """

    saver: Any
    journal: Journal
    threads: Callable[[], Iterator[ThreadSummary]]
    where: str
    hold: Callable[[str], AbstractContextManager[Memory]] | None = None
