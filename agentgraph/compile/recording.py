"""The journal on its way through the engine: set at the door of the outermost run, found by each call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from langchain_core.runnables import RunnableConfig

from agentgraph.call.recorder import Recorder
from agentgraph.compile.internals import CONF
from agentgraph.compile.visit import AGAIN, CHAIN, LINEAGE, Visit, step_of
from agentgraph.observe.clock import clock
from agentgraph.remember.ports import Journal
from agentgraph.remember.records import RunRecord

RECORDING = "__agentgraph_recording"
"""Where the journal of the outermost run stands in the configurable of all runs within it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The journal of a run on `thread`; `resumed`: its history may hold records already."""

    journal: Journal
    thread: str
    resumed: bool


def recording_of(visit: Visit, journal: Journal | None, *, saver: Any) -> Recording | None:
    """How a run is recorded, where it is the outermost that can be: it has a journal, a saver and a thread."""
    thread = visit.configurable.get("thread_id")
    if journal is None or saver is None or thread is None or RECORDING in visit.configurable:
        return None
    return Recording(journal, str(thread), resumed=visit.going_on or visit.lineage is not None)


def recorder_of(config: RunnableConfig) -> Recorder | None:
    """What keeps the records of the call that `config` is of; None: nothing does."""
    recording: Recording | None = config.get(CONF, {}).get(RECORDING)
    if recording is None:
        return None
    place = place_of(config.get("metadata", {}))
    return Recorder(recording.journal, recording.thread, place, resumed=recording.resumed)


def place_of(metadata: Mapping[str, Any]) -> str:
    """Where a call stands in the history of its thread: the same after a crash, and no other call's.

    What LangGraph itself goes by (ids of checkpoints and tasks) is another after a crash that came
    before the checkpoint was stored.
    """
    return f"{metadata.get(LINEAGE, '')}/{metadata.get(CHAIN, '')}{step_of(metadata)}"


def is_older(stored: Any, newest: Any) -> bool:
    """Whether a run starts from another checkpoint than its thread's newest."""
    return stored is not None and bool(stored.checkpoint["id"] != newest.checkpoint["id"])


def begins(visit: Visit, stored: Any, newest: Any) -> bool:
    """Whether a run begins a history of its thread: `stored` is what it starts from."""
    if visit.nested or "thread_id" not in visit.configurable:
        return False
    return not visit.going_on or is_older(stored, newest)


def begun_before(journal: Journal, visit: Visit, newest: Any) -> Visit:
    """A run from an older checkpoint, as the one it was when it was cut off, if nothing of that was stored."""
    found = journal.newest_run(str(visit.configurable["thread_id"]))
    record = RunRecord.from_bytes(found[1]) if found is not None else None
    if record is None or record.origin != visit.configurable.get("checkpoint_id"):
        return visit
    if record.base != newest.checkpoint["id"]:
        return visit
    return replace(visit, configurable={**visit.configurable, AGAIN: record.lineage})


def put_run(
    journal: Journal, visit: Visit, given: Any, config: RunnableConfig, newest: Any
) -> None:
    """Record a run that begins a history, with `given` as its input, before anything of it runs.

    `newest` is the thread's newest checkpoint until then, None: it has none.
    """
    record = RunRecord(
        lineage=config.get("metadata", {})[LINEAGE],
        thread=str(visit.configurable["thread_id"]),
        input=given if isinstance(given, dict) else None,
        origin=visit.configurable.get("checkpoint_id"),
        base=None if newest is None else newest.checkpoint["id"],
        at=clock().time(),
    )
    journal.put_run(record.thread, record.lineage, record.to_bytes())
