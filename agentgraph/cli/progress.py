"""What a run is doing, on stderr: a line for each call that ended, and what runs now."""

from __future__ import annotations

import sys
import threading
from collections import Counter

from agentgraph.observe.events import (
    AgentFailed,
    AgentFinished,
    AgentStarted,
    AnswerRefused,
    AttemptFailed,
    Degraded,
    Event,
    ModelAnswered,
    StepReplayed,
    ToolRefused,
)

_CLEAR = "\r\x1b[K"


class Progress:
    """A sink that tells a person. `started` is whether any agent has begun.

    On a terminal the last line says what runs now, and is written over.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.started = False
        self.failed: str | None = None
        self._quiet = quiet
        self._live = not quiet and sys.stderr.isatty()
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        self.started = self.started or bool(event.agent)  # a run's own events have none
        with self._lock:
            self._count(event)
            line = line_of(event)
            if not self._quiet:
                self._show(line)

    def close(self) -> None:
        """Leaves no half line behind."""
        with self._lock:
            self._running.clear()
            if self._live:
                self._show(None)

    def _count(self, event: Event) -> None:
        if isinstance(event, AgentStarted):
            self._running[event.agent] += 1
        elif isinstance(event, AgentFinished | AgentFailed):
            self._running[event.agent] -= 1
            self._running += Counter()  # drops what has come to zero
        if isinstance(event, AgentFailed):
            self.failed = event.agent

    def _show(self, line: str | None) -> None:
        text = f"{line}\n" if line else ""
        if self._live:
            now = ", ".join(
                name if count == 1 else f"{name} x{count}" for name, count in self._running.items()
            )
            text = _CLEAR + text + (f"  … {now}" if now else "")
        if text:
            sys.stderr.write(text)
            sys.stderr.flush()


def line_of(event: Event) -> str | None:
    """The line that a person reads of an event; None: it needs none."""
    match event:
        case AgentFinished():
            return f"  ✓ {event.agent}  {shown_seconds(event.seconds)}"
        case AgentFailed():
            return f"  ✗ {event.agent}  {shown_seconds(event.seconds)}  {event.error}"
        case AttemptFailed(wait=wait):
            again = f", again in {shown_seconds(wait)}" if wait is not None else ""
            return f"  ↻ {event.agent}  attempt {event.attempt} failed: {event.error}{again}"
        case Degraded():
            return f"  ↓ {event.agent}  {event.by} stands in: {event.because.splitlines()[0]}"
        case ModelAnswered():
            return f"  · {event.agent}  {event.model or event.role} answered{_tokens(event)}"
        case AnswerRefused():
            return f"  ! {event.agent}  the answer was refused: {'; '.join(event.problems)}"
        case StepReplayed():
            return f"  = {event.agent}  {event.name} answered from its record"
        case ToolRefused():
            return f"  ! {event.agent}  {event.tool} is not among its tools"
        case _:
            return None


def shown_seconds(seconds: float) -> str:
    """A duration, in what suits it."""
    return f"{seconds:.2f} s" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def _tokens(event: ModelAnswered) -> str:
    if event.input_tokens is None or event.output_tokens is None:
        return ""
    return f", {event.input_tokens} + {event.output_tokens} tokens"
