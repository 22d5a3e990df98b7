"""A journal that lasts as long as the process: for tests, and beside LangGraph's InMemorySaver."""

from __future__ import annotations

import threading
from collections import defaultdict


class InMemoryJournal:
    """Recorded steps and run records in dictionaries; see `agentgraph.remember.ports.Journal`."""

    def __init__(self) -> None:
        self._steps: defaultdict[tuple[str, str], dict[str, bytes]] = defaultdict(dict)
        self._runs: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
        self._newest: dict[str, str] = {}
        self._lock = threading.Lock()

    def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        """Store one step's result, unless there is one; what is stored."""
        with self._lock:
            return self._steps[thread, place].setdefault(key, payload)

    def read(self, thread: str, place: str) -> dict[str, bytes]:
        """All recorded steps of one call, by key, in the order of recording."""
        with self._lock:
            return dict(self._steps.get((thread, place), {}))

    def put_run(self, thread: str, run: str, payload: bytes) -> None:
        """Store or replace one run record."""
        with self._lock:
            self._runs[thread][run] = payload
            self._newest[thread] = run

    def get_runs(self, thread: str) -> dict[str, bytes]:
        """All run records of a thread, in the order in which each was first stored."""
        with self._lock:
            return dict(self._runs.get(thread, {}))

    def newest_run(self, thread: str) -> tuple[str, bytes] | None:
        """The run whose record was stored last, and the record."""
        with self._lock:
            run = self._newest.get(thread)
            return None if run is None else (run, self._runs[thread][run])
