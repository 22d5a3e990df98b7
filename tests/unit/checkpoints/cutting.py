"""A proxy before a Redis that cuts connections where it is told, in requests or in replies."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

Side = Literal["request", "reply"]


class CuttingProxy:
    """Listens on a unix socket of its own. What `cut` was told befalls the next connections that carry so much."""

    def __init__(self, folder: Path, server: str) -> None:
        self.path = str(folder / "cut.sock")
        self._server = server
        self._cuts: deque[tuple[Side, int]] = deque()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self.cut_off = 0

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    def cut(self, side: Side, after: int, times: int = 1) -> None:
        """Cut a connection once so many more bytes of its requests or replies went through."""
        with self._lock:
            self._cuts.extend((side, after) for _ in range(times))

    def mend(self) -> None:
        """Cut no more."""
        with self._lock:
            self._cuts.clear()

    def __enter__(self) -> Self:
        self._listener.bind(self.path)
        self._listener.listen(64)
        self._begin(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for one in self._sockets:
            _end(one)
        for thread in self._threads:
            thread.join()
        for one in (self._listener, *self._sockets):
            one.close()

    def _begin(self, act: object, *arguments: object) -> None:
        thread = threading.Thread(target=act, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                self._sockets += [client, server]
                server.connect(self._server)
                self._begin(self._pump, client, server, "request")
                self._begin(self._pump, server, client, "reply")

    def _pump(self, source: socket.socket, target: socket.socket, side: Side) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                allowed = self._allowed(side, len(data))
                target.sendall(data[:allowed])
                if allowed < len(data):
                    break
        _end(source)
        _end(target)

    def _allowed(self, side: Side, count: int) -> int:
        """How many of these bytes may go through."""
        with self._lock:
            if not self._cuts or self._cuts[0][0] != side:
                return count
            after = self._cuts[0][1]
            if after >= count:
                self._cuts[0] = (side, after - count)
                return count
            self._cuts.popleft()
            self.cut_off += 1
            return after


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
