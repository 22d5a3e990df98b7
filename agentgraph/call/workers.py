"""Threads for user code: daemons, so that a body that hangs never holds the process's exit."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
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
        self._lock = threading.Lock()

    def submit(self, function: Callable[[], Awaitable[Any]]) -> Future[Any]:
        """Start a coroutine in a copy of this context; cancelling the future cancels it."""
        loop = self._running()
        future: Future[Any] = Future()
        context = contextvars.copy_context()

        def start() -> None:
            task = loop.create_task(_awaited(function), context=context)
            task.add_done_callback(lambda done: _copy(done, future))
            future.add_done_callback(
                lambda done: done.cancelled() and loop.call_soon_threadsafe(task.cancel)
            )

        loop.call_soon_threadsafe(start)
        return future

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=self._loop.run_forever, daemon=True, name="agentgraph-loop"
                ).start()
            return self._loop


async def _awaited(function: Callable[[], Awaitable[Any]]) -> Any:
    return await function()


def _copy(task: asyncio.Task[Any], future: Future[Any]) -> None:
    if future.cancelled():
        return
    if task.cancelled():
        future.set_exception(asyncio.CancelledError())
    elif (error := task.exception()) is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())


# One of each a process: threads without work cost nothing, and nothing starts at import.
WORKERS = Workers()
LOOP = LoopThread()
