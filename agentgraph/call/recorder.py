"""The records of one call: read once, answered from, written to, and held against what the body asks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import NonDeterminismError
from agentgraph.call.known import Asked, Known, Spot, failure
from agentgraph.observe.clock import clock
from agentgraph.remember.ports import Journal
from agentgraph.remember.records import FailedRound, Record, StepRecord, record_of

T = TypeVar("T")

GRACE = 5.0
"""Seconds that a new step waits for what other strands of the body had recorded, before it is refused."""


class CallEnded(BaseException):  # a signal, as asyncio's CancelledError is
    """A call cannot go on because of `error`, whatever its body catches and its policies say.

    Its journal has failed, or does not fit. Whoever carries the call out raises the error itself.
    """

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class Recorder:
    """What a call has recorded, before it was cut off and since.

    `place` is where the call stands in its thread's history. Where it is not `resumed`, there is
    nothing to read: its history has just begun.
    """

    def __init__(self, journal: Journal, thread: str, place: str, *, resumed: bool) -> None:
        self._journal, self._thread, self._place = journal, thread, place
        self._unread = resumed
        self._known = Known()
        self._unwritten: dict[str, StepRecord] = {}
        self._waiting: set[concurrent.futures.Future[None]] = set()
        self._writer: concurrent.futures.Future[None] | None = None
        self._lock = threading.Lock()
        self._round = 1
        self._conversations = 0
        self._unlucky = False
        self._ended: CallEnded | None = None

    @property
    def conversation(self) -> int:
        """How many conversations with a model led nowhere: the next one is another."""
        return self._conversations

    def led_nowhere(self) -> None:
        """The conversation with the model is over, without an answer that fits."""
        self._conversations += 1
        self._unlucky = True

    def load(self) -> Steps[None]:
        """Read what is recorded. One round trip, or none."""
        if self._unread:
            self._unread = False
            yield Invoke(self._guarded(self._read))

    def _read(self) -> None:
        for key, payload in self._journal.read(self._thread, self._place).items():
            self._take(key, record_of(payload))

    def _take(self, key: str, record: Record | None) -> None:
        if isinstance(record, FailedRound):
            self._round = max(self._round, record.round + 1)
            self._conversations = record.conversations
        elif isinstance(record, StepRecord):
            self._known.add(key, record, expected=True)
            self._unlucky = self._unlucky or record.error is not None

    def choose(
        self, content: str, spot: Spot, claimed: set[int], scope: str, *, alone: bool
    ) -> int:
        """See `Known.choose`; what it chooses is claimed."""
        with self._lock:
            where = (self._round, scope)
            number = self._known.choose(content, spot, claimed, where, alone=alone)
            claimed.add(number)
            return number

    def find(self, asked: Asked) -> StepRecord | None:
        """What was recorded: the error that this attempt saw, else a result, which is every attempt's."""
        with self._lock:
            found = self._known.find(asked, self._round)
            waiting, self._waiting = self._waiting, set()
        for one in waiting:
            _wake(one)
        return found

    def may_begin(self, asked: Asked) -> Steps[None]:
        """Let a new step begin. NonDeterminismError: this call had gone another way before it was cut off."""
        until = clock().monotonic() + GRACE
        while self._rivals(asked):
            self.hold(asked)
            # Another strand of the body has not come as far yet, it seems.
            waiter = self._waiter()
            left = until - clock().monotonic()
            rivals = self._rivals(asked)
            if rivals and left <= 0:
                raise self._diverged(asked, rivals[0])
            if rivals and not (yield Invoke(_waits(waiter, left), _awaits(waiter, left))):
                return

    def _waiter(self) -> concurrent.futures.Future[None]:
        """Done when something recorded has been asked for."""
        waiter: concurrent.futures.Future[None] = concurrent.futures.Future()
        with self._lock:
            self._waiting.add(waiter)
        return waiter

    def hold(self, asked: Asked) -> None:
        """NonDeterminismError: the very strand that asks went another way before."""
        for rival in self._rivals(asked) if asked.own else ():
            if rival.own:
                raise self._diverged(asked, rival)

    def _rivals(self, asked: Asked) -> list[StepRecord]:
        """What was recorded in its place, and has not been asked for again."""
        if self._known.settled:
            return []
        with self._lock:
            return self._known.rivals(asked)

    def _diverged(self, asked: Asked, recorded: StepRecord) -> CallEnded:
        new = (asked.kind, asked.name, asked.digest)
        old = (recorded.kind, recorded.name, recorded.digest)
        return self.end(NonDeterminismError(asked.agent, new, old))

    def end(self, error: Exception) -> CallEnded:
        """The signal that ends the call, now and whenever its body asks for more."""
        self._ended = CallEnded(error)
        return self._ended

    def check(self) -> None:
        """Raise why the call cannot go on, if it cannot."""
        if self._ended is not None:
            raise self._ended

    def later(self, asked: Asked, record: StepRecord) -> None:
        """Know a result that cost nothing: it is written before the next step begins."""
        with self._lock:
            self._known.add(asked.key, record)
            self._unwritten[asked.key] = record

    def written(self) -> Steps[None]:
        """Write what was left for later. Of several strands one writes, and the others wait for it."""
        while self._unwritten:
            with self._lock:
                other = self._writer
                if other is None:
                    self._writer = concurrent.futures.Future()
            if other is None or not (yield Invoke(_waits(other, GRACE), _awaits(other, GRACE))):
                yield from self._write_left()

    def _write_left(self) -> Steps[None]:
        try:
            for key, record in list(self._unwritten.items()):
                yield from self._write(key, record)
                self._unwritten.pop(key, None)
        finally:
            with self._lock:
                done, self._writer = self._writer, None
            if done is not None:
                _wake(done)

    def keep(self, asked: Asked, record: StepRecord) -> Steps[StepRecord]:
        """What is recorded now: `record`, or what another run has recorded first. One round trip."""
        if record.error is None:
            return (yield from self._write(asked.key, record))
        self._unlucky = True
        return (yield from self._write(self._failed_key(asked), record))

    def failed(self) -> Steps[None]:
        """The call has failed for good: what failed in it is tried again, should it be gone on with."""
        if self._unlucky:
            record = FailedRound(
                round=self._round, conversations=self._conversations, at=clock().time()
            )
            write = self._writing(f"failed/{self._round}", record.to_bytes())
            yield Invoke(write)

    def _write(self, key: str, record: StepRecord) -> Steps[StepRecord]:
        payload = record.to_bytes()
        write = self._writing(key, payload)

        def kept() -> StepRecord:
            found = write()
            # Known at once, also where nobody waits for the writing any more.
            known = record if found == payload else StepRecord.from_bytes(found)
            with self._lock:
                self._known.add(key, known)
            return known

        recorded: StepRecord = yield Invoke(kept)
        return recorded

    def _writing(self, key: str, payload: bytes) -> Callable[[], bytes]:
        return self._guarded(lambda: self._journal.record(self._thread, self._place, key, payload))

    def _guarded(self, function: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            try:
                return function()
            except Exception as error:  # noqa: BLE001  # whatever it is: nothing can be recorded
                raise self.end(error) from None

        return run

    def _failed_key(self, asked: Asked) -> str:
        return failure(asked.key, self._round, asked.scope)

    @property
    def round(self) -> int:
        """How often the call has begun anew after it had failed for good, from 1."""
        return self._round


def _wake(waiter: concurrent.futures.Future[None]) -> None:
    with suppress(concurrent.futures.InvalidStateError):  # who waited has gone
        waiter.set_result(None)


def _waits(waiter: concurrent.futures.Future[None], seconds: float) -> Callable[[], bool]:
    def wait() -> bool:
        if asyncio._get_running_loop() is not None:  # noqa: SLF001  # documented, and raises nothing
            return False  # the other strands are tasks of this very thread
        clock().wait(waiter, seconds)
        return True

    return wait


def _awaits(waiter: concurrent.futures.Future[None], seconds: float) -> Callable[[], Any]:
    async def wait() -> bool:
        with clock().timeout(seconds) as scope, suppress(TimeoutError):
            async with scope:
                await asyncio.shield(asyncio.wrap_future(waiter))
        return True

    return wait


def ending(recorder: Recorder, steps: Steps[T]) -> Steps[T]:
    """`steps`, ended by what ends their call, whatever the body made of that."""
    try:
        result = yield from steps
    except (Exception, BaseExceptionGroup):
        recorder.check()
        raise
    recorder.check()
    return result
