"""What a thread went through, step by step, from its checkpoints alone: no graph is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from agentgraph.compile.rebuilding import all_rebuilt
from agentgraph.errors import Problem, ResumeError
from agentgraph.model.contract import Json
from agentgraph.remember.ports import Memory

_HIDDEN = ("__", "branch:to:", "join:", "turn:", "usage:")


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One stored step: `ran` are the agents that finished in it, `changed` the fields with their new values.

    `at` is ISO 8601. `waiting` are the questions put to people, `failed` what was raised.
    """

    step: int
    at: str
    source: str
    ran: tuple[str, ...]
    changed: Mapping[str, Json]
    graph: str = ""
    version: str = ""
    waiting: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    checkpoint: str = ""


def thread_history(memory: Memory, thread: str) -> list[HistoryStep]:
    """All stored steps of a thread, oldest first. ResumeError: there is no such thread."""
    config = {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
    stored = sorted(memory.saver.list(config), key=lambda one: str(one.checkpoint["id"]))
    if not stored:
        raise ResumeError([no_thread(memory, thread)], "no history")
    previous: Any = None
    steps = []
    for one in all_rebuilt(stored):
        steps.append(step_of(one, previous))
        previous = one
    return steps


def no_thread(memory: Memory, thread: str) -> Problem:
    """That there is none of this name, and which there is of a name like it."""
    known = [one.thread_id for one in memory.threads()]
    near = get_close_matches(thread, known, 1)
    help_ = f"did you mean {near[0]!r}?" if near else "see all: agentgraph threads"
    return Problem(f"there is no thread {thread!r}", help=help_ if known else "")


def is_hidden(channel: str) -> bool:
    """Whether a channel is the engine's own, and no field of the state."""
    return channel.startswith(_HIDDEN)


def step_of(one: Any, previous: Any) -> HistoryStep:
    """The step that ended with a checkpoint; `previous` is the one before it, None for the first."""
    before = (
        previous.checkpoint if previous is not None else {"channel_values": {}, "versions_seen": {}}
    )
    pending = one.pending_writes or []
    return HistoryStep(
        step=one.metadata.get("step", 0),
        at=one.checkpoint["ts"],
        source=one.metadata.get("source", ""),
        ran=_ran(one.checkpoint, before),
        changed=_changed(one.checkpoint["channel_values"], before["channel_values"]),
        graph=one.metadata.get("agentgraph_graph", ""),
        version=one.metadata.get("agentgraph_version", ""),
        waiting=tuple(_asked(value) for _, channel, value in pending if channel == "__interrupt__"),
        failed=tuple(str(value) for _, channel, value in pending if channel == "__error__"),
        checkpoint=one.checkpoint["id"],
    )


def _ran(checkpoint: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[str, ...]:
    """The agents whose seen versions moved: those that finished between the two checkpoints."""
    seen, old = checkpoint["versions_seen"], before["versions_seen"]
    return tuple(name for name in seen if not name.startswith("__") and seen[name] != old.get(name))


def _changed(values: Mapping[str, Json], before: Mapping[str, Json]) -> dict[str, Json]:
    shown = {name: value for name, value in values.items() if not is_hidden(name)}
    return {
        name: value for name, value in shown.items() if name not in before or before[name] != value
    }


def _asked(value: Any) -> str:
    interrupts = value if isinstance(value, list | tuple) else [value]
    asked = [
        one.value.get("asks", "") if isinstance(one.value, Mapping) else str(one.value)
        for one in interrupts
    ]
    return "; ".join(asked)
