"""One redis-server process in one folder: its settings, starting it, asking it, ending it.

The server process inherits a locked file (`server.lock`), so the kernel knows whether it
lives: no process ids are guessed, and two servers never write one append-only file.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from checkpoints.binary import binary_version, find_binary
from checkpoints.errors import DiskFullError, ServerNotStartedError, ServerTooOldError
from checkpoints.locks import open_lock, try_lock

SOCKET = "redis.sock"
POLL = 0.001
"""Seconds between two looks at a server that is starting or ending."""
GRACE = 2.0
"""Seconds a living server may be without a socket before it counts as lost."""

# Append-only, and handed to the system before it is acknowledged: a killed process loses nothing.
# The disk is seen to by `syncing.py`, which says why it is not left to `everysec`.
SETTINGS = {
    "port": "0",
    "unixsocket": SOCKET,
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "no",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "databases": "1",
    "loglevel": "notice",
}


@dataclass(frozen=True, slots=True)
class Server:
    """The server of a folder, running or not. `address` is the socket path that clients connect to."""

    folder: Path
    address: str

    def answers(self) -> bool:
        """Whether it serves commands now; a server that is still loading its data does not."""
        return _ask(self.address, b"PING\r\n", timeout=5.0).startswith(b"+PONG")

    def bring_up(self, binary: str | os.PathLike[str] | None, timeout: float) -> None:
        """Start the server, or wait for the one that is starting, until it serves commands.

        `timeout` is in seconds. The caller holds the folder's lock. Raises `EmbeddedRedisError`.
        """
        deadline = time.monotonic() + timeout
        lock = self._take_over(deadline)
        if lock is None:
            return
        try:
            self._spawn(find_binary(binary), lock, deadline)
        finally:
            os.close(lock)

    def shut_down(self, timeout: float = 10.0) -> None:
        """End the server, its data synced to disk. Silent when it has ended already."""
        pid = self.pid()
        fd = open_lock(self.folder / "server.lock")
        try:
            if try_lock(fd):
                return
            _ask(self.address, b"SHUTDOWN\r\n", timeout=timeout)
            deadline = time.monotonic() + timeout
            while not try_lock(fd):
                if time.monotonic() > deadline:
                    return  # it refuses, say because its disk is full: better running than lost
                time.sleep(POLL)
        finally:
            os.close(fd)
        _reap(pid, 0)

    def _take_over(self, deadline: float) -> int | None:
        """The server's lock, once no server lives; None when a living one came to answer."""
        fd = open_lock(self.folder / "server.lock")
        socketless_until = time.monotonic() + GRACE
        while not try_lock(fd):
            if self.answers():
                os.close(fd)
                return None
            if not (self.folder / SOCKET).exists() and time.monotonic() > socketless_until:
                # Someone removed the socket under a living server: nobody can reach it any more.
                _end(self.pid())
            if time.monotonic() > deadline:
                os.close(fd)
                raise ServerNotStartedError(
                    "redis-server", str(self.folder), "it runs and does not answer"
                )
            time.sleep(POLL)
        return fd

    def _spawn(self, binary: str, lock: int, deadline: float) -> None:
        self._refuse_downgrade(binary)
        (self.folder / SOCKET).unlink(missing_ok=True)
        pid = self._fork(binary, lock)
        (self.folder / "server.pid").write_text(str(pid))
        while not self.answers():
            if _reap(pid):
                raise self._failure(binary, "it ended at once")
            if time.monotonic() > deadline:
                _end(pid)
                raise self._failure(binary, "it did not answer in time")
            time.sleep(POLL)

    def _fork(self, binary: str, lock: int) -> int:
        # A session of its own: Ctrl-C in the user's terminal is not for the server.
        # `dir` comes first, so that the socket's path is relative to it and never too long.
        arguments = [binary, "--dir", str(self.folder)]
        for name, value in SETTINGS.items():
            arguments += [f"--{name}", value]
        inherited = 3 if lock != 3 else 4
        log = str(self.folder / "server.log")
        return os.posix_spawn(
            binary,
            arguments,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (
                    os.POSIX_SPAWN_OPEN,
                    1,
                    log,
                    os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND,
                    0o600,
                ),
                (os.POSIX_SPAWN_DUP2, 1, 2),
                (os.POSIX_SPAWN_DUP2, lock, inherited),
            ],
            setsid=True,
        )

    def _refuse_downgrade(self, binary: str) -> None:
        # Redis 7 keeps its data in a folder that Redis 6 does not look at: it would start empty.
        if (self.folder / "appendonlydir").is_dir() and (version := binary_version(binary)) < (7,):
            raise ServerTooOldError(str(self.folder), binary, ".".join(map(str, version)))

    def _failure(self, binary: str, reason: str) -> Exception:
        log = (self.folder / "server.log").read_text(errors="replace")
        if "No space left on device" in log:
            return DiskFullError(str(self.folder))
        lines = [line.strip() for line in log.splitlines() if line.strip()]
        return ServerNotStartedError(binary, str(self.folder), reason, " | ".join(lines[-3:]))

    def pid(self) -> int | None:
        """The process that runs, or ran last."""
        with contextlib.suppress(OSError, ValueError):
            return int((self.folder / "server.pid").read_text())
        return None


def end_homeless(folder: Path, pid: int | None) -> None:
    """End a server whose folder was removed, and with it the socket that nobody can reach any more."""
    with contextlib.suppress(OSError):
        # The number may be another process's by now: only one that lived in the folder is meant.
        if Path(f"/proc/{pid}/cwd").readlink() == Path(f"{folder} (deleted)"):
            _end(pid)


def _ask(address: str, command: bytes, timeout: float) -> bytes:
    """The first bytes of the answer; empty when nobody listens or the connection ends."""
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection,
        contextlib.suppress(OSError),
    ):
        connection.settimeout(timeout)
        connection.connect(address)
        connection.sendall(command)
        return connection.recv(256)
    return b""


def _end(pid: int | None) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGTERM)


def _reap(pid: int | None, options: int = os.WNOHANG) -> bool:
    """Whether the server was our child and has ended; collects it, so that no zombie stays."""
    try:
        return pid is not None and os.waitpid(pid, options)[0] == pid
    except ChildProcessError:
        return False
