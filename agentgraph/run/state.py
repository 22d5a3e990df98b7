"""The state of a thread at one of its steps, from its checkpoints alone: no graph is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agentgraph.compile.rebuilding import rebuilt
from agentgraph.errors import Problem, ResumeError
from agentgraph.model.contract import Json
from agentgraph.remember.ports import Memory
from agentgraph.run.history import HistoryStep, is_hidden, no_thread, step_of


@dataclass(frozen=True, slots=True)
class StateAt:
    """The fields of a thread's state as they stood after a step, and the step itself.

    `same` counts the stored steps of this number: more than one where the thread went on from
    an older step; the newest is the one shown. `latest`: nothing was stored after it.
    """

    step: HistoryStep
    state: Mapping[str, Json]
    same: int
    latest: bool

    __hash__ = None  # type: ignore[assignment]


def state_at(memory: Memory, thread: str, at: str | None = None) -> StateAt:
    """The state after step `at`: a number as the history has it, or a checkpoint's id; None: the latest.

    ResumeError: there is no such thread, or no such step; it says which there are.
    """
    newest = memory.saver.get_tuple(_config(thread))
    if newest is None:
        raise ResumeError([no_thread(memory, thread)], "nothing to show")
    found = [newest] if at is None else _found(memory, thread, at)
    if not found:
        raise ResumeError([_no_step(memory, thread, at)], "nothing to show")
    chosen = rebuilt(memory.saver, found[0])
    before = memory.saver.get_tuple(chosen.parent_config) if chosen.parent_config else None
    previous = None if before is None else rebuilt(memory.saver, before)
    values: Mapping[str, Json] = chosen.checkpoint["channel_values"]
    return StateAt(
        step=step_of(chosen, previous),
        state={name: value for name, value in values.items() if not is_hidden(name)},
        same=len(found),
        latest=chosen.checkpoint["id"] == newest.checkpoint["id"],
    )


def _found(memory: Memory, thread: str, at: str) -> list[Any]:
    """What is stored under a step's number, newest first, or under an id."""
    if _is_number(at):
        return list(memory.saver.list(_config(thread), filter={"step": int(at)}))
    one = memory.saver.get_tuple(_config(thread, checkpoint_id=at))
    return [] if one is None else [one]


def _is_number(at: str) -> bool:
    return at.removeprefix("-").isdecimal()


def _config(thread: str, **more: str) -> Any:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": "", **more}}


def _no_step(memory: Memory, thread: str, at: str | None) -> Problem:
    steps = sorted({one.metadata.get("step", 0) for one in memory.saver.list(_config(thread))})
    span = f"its steps are {steps[0]} to {steps[-1]}" if len(steps) > 1 else f"it has {steps[0]}"
    help_ = f"{span}; see them: agentgraph history {thread}"
    return Problem(f"thread {thread!r} has no step {at}", help=help_)
