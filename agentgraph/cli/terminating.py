"""SIGTERM, as an orderly end: no further step, what is under way finishes, all is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agentgraph.call.stopping import Stop
from agentgraph.cli.streams import say

GRACE = 20.0
"""Seconds for what is under way: less than those after which whoever sent the signal kills."""


@contextmanager
def stopping_on_sigterm(stop: Stop, *, remembers: bool) -> Iterator[None]:
    """While it lasts, SIGTERM stops the run: its step may finish. A second one gives up on that.

    A run that remembers nothing has nothing to keep, and stops at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: Any) -> None:  # noqa: ARG001  # the signal module's signature
        grace = GRACE if remembers and not stop.requested else 0.0
        # On a thread of its own: it takes locks that the interrupted one may hold.
        threading.Thread(target=_stop, args=(stop, grace), daemon=True).start()

    before = signal.signal(signal.SIGTERM, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(stop: Stop, grace: float) -> None:
    if grace:
        say(f"stopping: no further step begins, and what runs has {grace:g} s")
    stop.cancel("SIGTERM", grace=grace)
