"""What happened in the runs of a thread, kept beside it: events, in parts that are only ever added."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, ClassVar

from agentgraph.model.contract import Json
from agentgraph.observe.clock import clock
from agentgraph.observe.events import (
    Event,
    ModelAnswered,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunStarted,
    event_of,
)
from agentgraph.remember.ports import Traces
from agentgraph.remember.records import Record, record_of

_RUNS = "@runs"
"""The place of each run's first part, under its name; no call's place begins so."""
_MOST = 64
"""Events of one part: so much of a long run is written at once."""
_AFTER = 0.5
"""Seconds after which the next event is written with those that wait: so much is lost in a crash."""

Submit = Callable[[Callable[[], Any]], "Future[Any]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsRecord(Record):
    """Events of one run, as their JSON, in the order in which they happened; parts count from 0."""

    record: ClassVar[str] = "events"

    run: str
    part: int
    events: list[Json]

    __hash__ = None  # type: ignore[assignment]


class Trace:
    """A sink that keeps a run's events beside its thread. `submit` runs something elsewhere, for a sink must be quick.

    Nothing is kept of a run in which no agent has begun: its input was refused. What cannot be
    kept is logged; the run goes on.
    """

    def __init__(self, journal: Traces, thread: str, run: str, submit: Submit) -> None:
        self._journal, self._thread, self._run = journal, thread, run
        self._submit = submit
        self._lock = threading.Lock()
        self._events: list[Json] = []
        self._part = 0
        self._written = clock().monotonic()
        self._writing: list[Future[Any]] = []
        self._began = False

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._events.append(event.to_json())
            self._began = self._began or bool(event.agent)
            due = clock().monotonic() - self._written >= _AFTER
            if self._began and (self._part == 0 or due or len(self._events) >= _MOST):
                self._write()

    def end(self) -> None:
        """Write what waits, and wait until all is written."""
        with self._lock:
            if self._began and self._events:
                self._write()
            writing, self._writing = self._writing, []
        for one in writing:
            one.result()

    def _write(self) -> None:
        record = EventsRecord(run=self._run, part=self._part, events=self._events)
        self._events = []
        self._part += 1
        self._written = clock().monotonic()
        self._writing = [one for one in self._writing if not one.done()]
        self._writing.append(self._submit(lambda: self._put(record)))

    def _put(self, record: EventsRecord) -> None:
        place, key = _place(record)
        try:
            self._journal.record(self._thread, place, key, record.to_bytes())
        except Exception:
            logging.getLogger("agentgraph").warning(
                "a part of what happened in run %s of thread %r could not be kept",
                self._run,
                self._thread,
                exc_info=True,
            )


@dataclass(frozen=True, slots=True)
class Spent:
    """Answers of models; tokens as far as they are reported, `cost` None where that of any is not known."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None


@dataclass(frozen=True, slots=True)
class RunTrace:
    """What happened in one run, as far as it was kept: all of it, unless the run was killed."""

    run: str
    events: tuple[Event, ...]

    @property
    def started(self) -> RunStarted | None:
        """Its first event."""
        return next((event for event in self.events if isinstance(event, RunStarted)), None)

    @property
    def end(self) -> RunFinished | RunFailed | RunCancelled | None:
        """Its last event; None: it goes on, or was killed."""
        ends = (RunFinished, RunFailed, RunCancelled)
        return next((event for event in self.events if isinstance(event, ends)), None)

    @property
    def how(self) -> str:
        """How it ended, in a word or a few."""
        match self.end:
            case RunFinished(status=status):
                return status
            case RunFailed(error=error):
                return f"failed: {error}"
            case RunCancelled(reason=reason):
                return f"stopped: {reason}"
        return "runs, or was killed"

    @property
    def spent(self) -> Spent:
        """What its models took, as far as it was kept."""
        answers = [event for event in self.events if isinstance(event, ModelAnswered)]
        costs = [one.cost for one in answers]
        known = [cost for cost in costs if cost is not None]
        return Spent(
            calls=len(answers),
            input_tokens=sum(one.input_tokens or 0 for one in answers),
            output_tokens=sum(one.output_tokens or 0 for one in answers),
            cost=sum(known) if len(known) == len(costs) else None,
        )


def run_traces(journal: Traces, thread: str) -> list[RunTrace]:
    """What happened in each run of a thread, in the order in which they began."""
    found: list[RunTrace] = []
    for run, first in journal.read(thread, _RUNS).items():
        parts = [first, *journal.read(thread, f"{_RUNS}/{run}").values()]
        records = [record for record in map(record_of, parts) if isinstance(record, EventsRecord)]
        records.sort(key=lambda record: record.part)
        events = [event_of(data) for record in records for data in record.events]
        found.append(RunTrace(run, tuple(event for event in events if event is not None)))
    return found


def _place(record: EventsRecord) -> tuple[str, str]:
    """Where a part stands: the first under its run's name, the others under their number."""
    return (f"{_RUNS}/{record.run}", str(record.part)) if record.part else (_RUNS, record.run)
