"""Brings what a server has written to the disk, once a second, from beside it.

Redis's own `appendfsync everysec` holds writes back while an earlier sync is under way, for up
to two seconds, and acknowledges them meanwhile: what is killed then has lost them. With
`appendfsync no` every write is handed to the system before it is acknowledged, so the death of
a process costs nothing; what is left to do is to sync the file, and any process can do that.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

EVERY = 1.0
"""Seconds between two looks."""


class Syncer:
    """A thread that syncs the append-only file of the server in `folder` once a second, if it changed.

    Each process that uses the server has one: to sync what another has synced costs nothing.
    """

    def __init__(self, folder: Path, every: float = EVERY) -> None:
        self._folder, self._every = folder, every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="redis-sync", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, without a last sync: the server does that itself when it is shut down."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        seen: State | None = None
        # A folder that was removed, a disk that fails: the server says so to whoever writes.
        with contextlib.suppress(OSError):
            while not self._ended.wait(self._every):
                seen = sync(self._folder, seen)


State = tuple[int, int]
"""Of a file: its number, and its length in bytes."""


def sync(folder: Path, seen: State | None = None) -> State | None:
    """Sync the append-only file, unless it is as it was `seen`; how it is now."""
    with contextlib.suppress(FileNotFoundError):  # it was rewritten just now
        file = append_only_file(folder)
        if file is None:
            return None
        fd = os.open(file, os.O_RDONLY)
        try:
            status = os.fstat(fd)
            found = (status.st_ino, status.st_size)
            if found != seen:
                os.fdatasync(fd)
            return found
        finally:
            os.close(fd)
    return None


def append_only_file(folder: Path) -> Path | None:
    """The file that a server appends to: Redis 7 has a folder of them, the last one is written."""
    parts = sorted(
        (folder / "appendonlydir").glob("*.incr.aof"), key=lambda path: path.stat().st_mtime_ns
    )
    if parts:
        return parts[-1]
    single = folder / "appendonly.aof"
    return single if single.exists() else None
