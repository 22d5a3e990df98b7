"""A thread that goes another way from one of another's steps."""

from __future__ import annotations

from dataclasses import dataclass

from agentgraph.errors import Problem, ResumeError
from agentgraph.remember.ports import Memory
from agentgraph.run.overview import upkeep_of
from agentgraph.run.state import StateAt, state_at


@dataclass(frozen=True, slots=True)
class Fork:
    """The new thread, and where it begins."""

    thread: str
    origin: str
    at: StateAt

    __hash__ = None  # type: ignore[assignment]


def fork_thread(memory: Memory, thread: str, at: str | None = None, to: str | None = None) -> Fork:
    """A new thread with the history of `thread` up to a step; the old one stays as it is.

    `at` as in `state_at`. `to` is its name; None: the old one's with the step behind it. At
    the latest step all goes along, the work of a step that has begun and recorded calls too. At an
    earlier one, what ran after it stays behind, and its next agents run again.

    ResumeError: there is no such thread or step, or `to` is taken.
    """
    begins = state_at(memory, thread, at)
    if to is not None and _exists(memory, to):
        problem = Problem(f"there is a thread {to!r} already", help="choose another name: --to")
        raise ResumeError([problem], "nothing was forked")
    name = to or _free(memory, f"{thread}-{begins.step.step}")
    upkeep_of(memory).fork(thread, name, checkpoint=begins.step.checkpoint, in_flight=begins.latest)
    return Fork(name, thread, begins)


def _free(memory: Memory, name: str) -> str:
    number = 1
    found = name
    while _exists(memory, found):
        number += 1
        found = f"{name}-{number}"
    return found


def _exists(memory: Memory, thread: str) -> bool:
    return any(upkeep_of(memory).sizes([thread]))
