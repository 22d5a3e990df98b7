"""What a run needs of a memory. `checkpoints` satisfies these ports; so can anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class Journal(Protocol):
    """Recorded steps and run records beside the checkpoints of a thread.

    It is called from several threads at once. What it raises ends the run, with nothing lost.
    """

    def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        """Store one step's result; what is stored (an earlier writer's payload, where there was one)."""
        ...

    def read(self, thread: str, place: str) -> Mapping[str, bytes]:
        """All recorded steps of one call, by key, in the order of recording."""
        ...

    def put_run(self, thread: str, run: str, payload: bytes) -> None:
        """Store or replace one run record."""

    def get_runs(self, thread: str) -> Mapping[str, bytes]:
        """All run records of a thread, by run, in the order in which each was first stored."""
        ...

    def newest_run(self, thread: str) -> tuple[str, bytes] | None:
        """The run whose record was stored last, and the record; None where there is none."""


class Traces(Protocol):
    """What happened in the runs of a thread, as parts that are only added. A journal can hold them, too."""

    def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        """Store a part, once."""
        ...

    def read(self, thread: str, place: str) -> Mapping[str, bytes]:
        """All parts at a place, by key, in the order in which they were stored."""
        ...


class Rule(Protocol):
    """When a circuit opens, and for how long: see `agentgraph.model.policy.CircuitBreaker`."""

    @property
    def failures(self) -> float: ...

    @property
    def calls(self) -> int: ...

    @property
    def window(self) -> float: ...

    @property
    def open_for(self) -> float: ...

    @property
    def probes(self) -> int: ...


class Standing(Protocol):
    """How a circuit stands after it was asked or told.

    `ticket` lets one call through, "" none: then `seconds` are those until it may be tried again.
    `change` is "opened", "probed" or "closed" where this made it so, else "". `failed` of `calls`
    had failed when it opened, or have until now.
    """

    @property
    def ticket(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    @property
    def change(self) -> str: ...

    @property
    def failed(self) -> int: ...

    @property
    def calls(self) -> int: ...


class Circuits(Protocol):
    """Circuit breakers, one for each dependency and rule."""

    def admit(self, name: str, rule: Rule) -> Standing:
        """Whether a call may go through now."""
        ...

    def record(self, name: str, rule: Rule, ticket: str, outcome: str) -> Standing:
        """How a call that was let through ended: "ok", "failed", or "none" where that says nothing."""
        ...


class ThreadSummary(Protocol):
    """One thread, as a listing shows it."""

    @property
    def thread_id(self) -> str: ...

    @property
    def checkpoints(self) -> int: ...

    @property
    def updated(self) -> datetime | None: ...


class ThreadSizes(ThreadSummary, Protocol):
    """One thread in bytes, and how its newest checkpoint stands: see `checkpoints.sizes`."""

    @property
    def holder(self) -> str: ...

    @property
    def parts(self) -> Mapping[str, int]: ...

    @property
    def bytes(self) -> int: ...

    @property
    def metadata(self) -> Mapping[str, Any]: ...

    @property
    def versions_seen(self) -> Mapping[str, Mapping[str, Any]]: ...

    @property
    def writes(self) -> Sequence[tuple[str, str, Any]]: ...

    @property
    def problem(self) -> str: ...


class FieldSize(Protocol):
    """What is stored of a field, or of several in one piece, in one part of a thread."""

    @property
    def part(self) -> str: ...

    @property
    def namespace(self) -> str: ...

    @property
    def channels(self) -> tuple[str, ...]: ...

    @property
    def entries(self) -> int: ...

    @property
    def bytes(self) -> int: ...


class Migrated(Protocol):
    """What a migration did to a thread: payloads looked at, and those that were put anew."""

    @property
    def thread_id(self) -> str: ...

    @property
    def payloads(self) -> int: ...

    @property
    def rewritten(self) -> int: ...


class Upkeep(Protocol):
    """Looking after threads from outside of any run."""

    def sizes(self, threads: Sequence[str] | None = None) -> Iterator[ThreadSizes]:
        """Bytes and standing of these threads, or of all; those that are gone are left out."""
        ...

    def fields(self, thread: str) -> Sequence[FieldSize]:
        """What is stored of each field of a thread."""
        ...

    def migrate(self, thread: str) -> Migrated:
        """Bring what is stored of a thread into the form that is written now; safe while it is in use."""
        ...

    def fork(self, source: str, target: str, *, checkpoint: str, in_flight: bool) -> None:
        """Make a thread of another's history up to a checkpoint; `in_flight`: with what was done since."""
        ...


@dataclass(frozen=True, slots=True)
class Memory:
    """An open memory. `saver` is a LangGraph saver, usable from sync and async code.

    `where` names it for people. `threads()` lists what is stored. `hold(thread)` gives one run
    the thread to write, as this memory whose writes are refused once another has it; None: nobody
    sees to it that a thread is not written by two runs at once. `upkeep` is for the commands that
    look after threads. `circuits` are shared by all processes that have this memory; None: each
    has its own. `traces` keep what happens in runs; None: nothing does.
    """

    saver: Any
    journal: Journal
    threads: Callable[[], Iterator[ThreadSummary]]
    where: str
    hold: Callable[[str], AbstractContextManager[Memory]] | None = None
    upkeep: Upkeep | None = None
    circuits: Circuits | None = None
    traces: Traces | None = None
