"""A run that was cut off between its record and its first checkpoint: its input is fed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agentgraph.model.contract import Json
from agentgraph.remember.ports import Memory
from agentgraph.remember.records import RunRecord, record_of


@dataclass(frozen=True, slots=True)
class Again:
    """The recorded input of a new turn, and the history that it had begun."""

    input: Json
    lineage: str

    __hash__ = None  # type: ignore[assignment]


def unstarted(memory: Memory, thread: str, head: Any) -> Again | None:
    """The newest turn of a thread, if it was cut off before anything of it was stored; `head`: its newest checkpoint.

    A copied thread has the records of the one it was copied from: those are none of its own.
    """
    found = memory.journal.newest_run(thread)
    record = record_of(found[1]) if found is not None else None
    if not isinstance(record, RunRecord) or record.thread != thread or record.origin is not None:
        return None
    if record.base != (None if head is None else head.checkpoint["id"]) or record.input is None:
        return None
    return Again(record.input, record.lineage)
