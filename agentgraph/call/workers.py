"""Threads for user code: daemons, so that a body that hangs never holds the process's exit."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import queue
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError
from typing import Any

Job = tuple["Future[Any]", Callable[[], Any]]


class Workers:
    """Reusable daemon threads. A thread is started where none is idle, and kept for the next job.

    `concurrent.futures` would do, but joins its threads at exit: one hanging body would hang the
    process.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._idle = 0
        self._lock = threading.Lock()

    def submit(self, function: Callable[[], Any]) -> Future[Any]:
        """Start `function` in a copy of this context; the future has its result or exception."""
        future: Future[Any] = Future()
        context = contextvars.copy_context()
        with self._lock:
            start = self._idle == 0
            if not start:
                self._idle -= 1
        job = (future, lambda: context.run(function))
        if start:
            threading.Thread(
                target=self._work, args=(job,), daemon=True, name="agentgraph-body"
            ).start()
        else:
            self._jobs.put(job)
        return future

    def _work(self, job: Job) -> None:
        while True:
            future, function = job
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function())
                except BaseException as error:  # noqa: BLE001  # whatever it is belongs to who waits
                    future.set_exception(error)
            del future, function, job
            with self._lock:
                self._idle += 1
            job = self._jobs.get()


class LoopThread:
    """An event loop on a daemon thread, for coroutine bodies of graphs that are driven synchronously."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def is_here(self) -> bool:
        """Whether the caller is on the loop's own thread."""
        return threading.current_thread() is self._thread

    def submit(self, function: Callable[[], Awaitable[Any]]) -> Future[Any]:
        """Start a coroutine in a copy of this context; cancelling the future cancels it."""
        loop = self._running()
        future: Future[Any] = Future()
        context = contextvars.copy_context()

        def start() -> None:
            task = loop.create_task(_deliver(function, future), context=context)
            future.add_done_callback(
                lambda done: done.cancelled() and loop.call_soon_threadsafe(task.cancel)
            )

        loop.call_soon_threadsafe(start)
        return future

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, daemon=True, name="agentgraph-loop"
                )
                self._thread.start()
            return self._loop


async def _deliver(function: Callable[[], Awaitable[Any]], future: Future[Any]) -> None:
    """Run it and hand the outcome over; nothing may escape and end the loop."""
    with contextlib.suppress(InvalidStateError):  # nobody waits any more
        try:
            future.set_result(await function())
        except InvalidStateError:
            raise
        except BaseException as error:  # noqa: BLE001  # whatever it is belongs to who waits
            future.set_exception(error)


# One of each a process: threads without work cost nothing, and nothing starts at import.
WORKERS = Workers()
LOOP = LoopThread()


def _start_anew() -> None:
    """A forked child has none of its parent's threads."""
    WORKERS.__init__()  # type: ignore[misc]  # the objects are shared by name: they stay
    LOOP.__init__()  # type: ignore[misc]  # as above


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
