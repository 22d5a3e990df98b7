"""The threads of a memory at a glance: what each is, how it stands, and what it takes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agentgraph.errors import MemoryUnavailableError, Problem, ResumeError
from agentgraph.remember.ports import FieldSize, Memory, ThreadSizes, Upkeep
from agentgraph.run.history import is_hidden, no_thread

ENGINE = "(the engine's own)"
"""Instead of a field's name: what the graph stores to know where it is."""


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread as a list shows it.

    `last` are the agents of its last step, `waiting` those that ask a person, with what they
    ask. `bytes` is what Redis uses for it, `parts` the same by part. `held`: a run writes it now.
    `problem` says why the newest step cannot be read, where it cannot.
    """

    thread: str
    updated: datetime | None
    checkpoints: int
    bytes: int
    parts: Mapping[str, int]
    graph: str
    last: tuple[str, ...]
    waiting: Mapping[str, str]
    held: bool
    problem: str

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """What is stored of a field: bytes of its `values` and `blobs` (big values), and of `writes`.

    A field of a nested graph has the agent's name before it. What a task wrote to several
    fields in one piece is shared out evenly between them.
    """

    field: str
    values: int
    blobs: int
    writes: int

    @property
    def bytes(self) -> int:
        """All together."""
        return self.values + self.blobs + self.writes


def upkeep_of(memory: Memory) -> Upkeep:
    """The memory's upkeep. MemoryUnavailableError: it has none."""
    if memory.upkeep is None:
        raise MemoryUnavailableError([Problem(f"{memory.where} offers no upkeep")])
    return memory.upkeep


def thread_rows(memory: Memory, threads: Sequence[str] | None = None) -> list[ThreadRow]:
    """These threads, or all, the latest first. ResumeError: one of those named does not exist."""
    rows = [thread_row(one) for one in upkeep_of(memory).sizes(threads)]
    missing = [name for name in threads or () if all(row.thread != name for row in rows)]
    if missing:
        raise ResumeError([no_thread(memory, name) for name in missing], "no such thread")
    return sorted(rows, key=_age)


def field_rows(memory: Memory, thread: str) -> tuple[list[FieldRow], dict[str, int]]:
    """What is stored of each field, the most first, and bytes by part of what belongs to no field."""
    sums: dict[str, Counter[str]] = {}
    rest: Counter[str] = Counter()
    for one in upkeep_of(memory).fields(thread):
        if not one.channels:
            rest[one.part] += one.bytes
        for name, share in _shares(one):
            sums.setdefault(name, Counter())[one.part] += share
    rows = [
        FieldRow(name, found["values"], found["blobs"], found["writes"])
        for name, found in sums.items()
    ]
    return sorted(rows, key=lambda row: (-row.bytes, row.field)), dict(rest)


def _shares(one: FieldSize) -> Iterator[tuple[str, int]]:
    """The fields that a size belongs to, each with its part; the engine gets what is nobody else's."""
    fields = [name for name in one.channels if not is_hidden(name)]
    if not fields and one.channels:
        yield ENGINE, one.bytes
    for index, name in enumerate(fields):
        share, left = divmod(one.bytes, len(fields))
        yield _agents(one.namespace) + name, share + (index < left)


def _agents(namespace: str) -> str:
    """`outer.inner.` of LangGraph's `outer:task|inner:task`."""
    return "".join(f"{part.partition(':')[0]}." for part in namespace.split("|") if part)


def thread_row(one: ThreadSizes) -> ThreadRow:
    """One thread, from its sizes."""
    return ThreadRow(
        thread=one.thread_id,
        updated=one.updated,
        checkpoints=one.checkpoints,
        bytes=one.bytes,
        parts=one.parts,
        graph=one.metadata.get("agentgraph_graph", ""),
        last=_last(one.versions_seen),
        waiting=_waiting(one.writes),
        held=bool(one.holder),
        problem=one.problem,
    )


def _age(row: ThreadRow) -> tuple[float, str]:
    return (-row.updated.timestamp() if row.updated else 0.0, row.thread)


def _last(seen: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """The agents of the last step: each step sees versions that the one before it made, and none is newer."""
    newest = {
        name: max(map(_number, versions.values()))
        for name, versions in seen.items()
        if versions and not name.startswith("__")
    }
    last = max(newest.values(), default=0)
    return tuple(name for name, number in newest.items() if number == last)


def _number(version: Any) -> float:
    """The part of a channel's version that grows."""
    return float(str(version).partition(".")[0])


def _waiting(writes: Sequence[tuple[str, str, Any]]) -> dict[str, str]:
    """Who asks a person, and what, in tasks that have not failed since."""
    failed = {task for task, channel, _ in writes if channel == "__error__"}
    found: dict[str, str] = {}
    for task, channel, value in writes:
        if channel == "__interrupt__" and task not in failed:
            for interrupt in value if isinstance(value, list | tuple) else [value]:
                asked = interrupt.value if isinstance(interrupt.value, Mapping) else {}
                agent = asked.get("agent") or "?"
                found[agent] = asked.get("asks") or str(interrupt.value)
    return found
