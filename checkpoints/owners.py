"""Who holds a lease: a process, named so that others on its machine can tell whether it still runs."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that holds a lease.

    `machine` is the boot of its kernel and its process namespace, so that two containers are
    two machines; `started` is when it started, in the kernel's ticks since then. Both are empty
    where the system does not say (no /proc). `run` tells the holds of one process apart.
    """

    host: str
    pid: int
    machine: str
    started: str
    run: str

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}/{self.machine}/{self.started}/{self.run}"

    @property
    def is_here(self) -> bool:
        """Whether it is a process of this machine."""
        return bool(self.machine) and (self.host, self.machine) == (_host(), _machine())

    @property
    def is_dead(self) -> bool:
        """Whether it has ended for certain; False where that cannot be told from here."""
        if not self.is_here:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # another user's: it is there
            pass
        # What cannot be looked at (hidepid) is taken for alive; another's start is a number used again.
        return _started(self.pid) not in (None, self.started)


def new_owner() -> Owner:
    """The process that asks, for one hold."""
    pid = os.getpid()
    return Owner(_host(), pid, _machine(), _started(pid) or "", uuid4().hex[:8])


def read_owner(text: str) -> Owner | None:
    """The owner that `str` wrote; None for what others call themselves."""
    parts = text.split("/")
    if len(parts) != 5 or not parts[1].isdecimal():
        return None
    return Owner(parts[0], int(parts[1]), *parts[2:])


def _host() -> str:
    return socket.gethostname().replace("/", "_")


def _machine() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}.{(_PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """When a process started; "" for one that has ended and was not yet collected, None if nobody says."""
    try:
        fields = (
            (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        )
    except OSError:
        return None
    return "" if fields[0] in "ZX" else fields[19]
