"""`agentgraph run --stream`: every event as it happens, on stderr; stdout stays the output's alone."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable

from agentgraph.cli.progress import Progress, line_of, shown_seconds
from agentgraph.cli.streams import say
from agentgraph.observe.events import (
    AgentStarted,
    CacheAnswered,
    CircuitClosed,
    CircuitOpened,
    CircuitProbed,
    Emitted,
    Event,
    LimitWaited,
    ModelAnswered,
    ModelAsked,
    PersonAnswered,
    PersonAsked,
    Retrieved,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunStarted,
    StepReplayed,
    ToolCalled,
    ToolReturned,
    Unmetered,
)


class Streaming:
    """A sink that writes each event, and passes it on: as a line of JSON, or on a terminal for a person to read."""

    def __init__(self, onward: Progress) -> None:
        self._onward = onward
        self._lock = threading.Lock()
        self._written: Callable[[Event], str | None] = _as_json
        if sys.stderr.isatty():
            self._written = Readable()

    def __call__(self, event: Event) -> None:
        self._onward(event)
        with self._lock:
            line = self._written(event)
            if line is not None:
                say(line)


def _as_json(event: Event) -> str:
    return json.dumps(event.to_json(), ensure_ascii=False)


class Readable:
    """Makes a line of each event: when, in which step, who, what; and what models have cost until then."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._cost = 0.0
        self._tokens = 0

    def __call__(self, event: Event) -> str | None:
        if self._began is None:
            self._began = event.at
        if isinstance(event, ModelAnswered):
            self._cost += event.cost or 0.0
            self._tokens += (event.input_tokens or 0) + (event.output_tokens or 0)
        told = _told(event) or line_of(event)
        if told is None:
            return None
        step = "" if event.superstep is None else str(event.superstep)
        return f"{event.at - self._began:8.2f} {step:>3} {told.rstrip()}{self._spent(event)}"

    def _spent(self, event: Event) -> str:
        if not isinstance(event, ModelAnswered):
            return ""
        cost = "cost unknown" if event.cost is None else f"cost {event.cost:.6g}"
        return f"  {cost}; so far {self._tokens} tokens, {self._cost:.6g}"


def _told(event: Event) -> str | None:
    match event:
        case RunStarted() | RunFinished() | RunFailed() | RunCancelled():
            return _of_run(event)
        case AgentStarted():
            return f"  > {event.agent}"
        case ToolCalled() | ToolReturned() | ModelAsked() | Retrieved() | Emitted():
            return _of_body(event)
        case PersonAsked():
            return f"  ? {event.agent}  asks: {event.asks}"
        case PersonAnswered():
            return f"  ? {event.agent}  was answered"
        case _:
            return _of_policy(event)


def _of_run(event: RunStarted | RunFinished | RunFailed | RunCancelled) -> str:
    match event:
        case RunStarted():
            return f"{event.graph} {'goes on' if event.goes_on else 'begins'}"
        case RunFinished():
            tokens = event.input_tokens + event.output_tokens
            cost = "cost unknown" if event.cost is None else f"cost {event.cost:.6g}"
            spent = f"; {event.model_calls} model calls, {tokens} tokens, {cost}"
            took = shown_seconds(event.seconds)
            return f"{event.graph} {event.status}  {took}{spent if event.model_calls else ''}"
        case RunFailed():
            return f"{event.graph} failed  {shown_seconds(event.seconds)}  {event.error}"
        case RunCancelled():
            return f"{event.graph} stopped  {shown_seconds(event.seconds)}  {event.reason}"


def _of_body(event: ToolCalled | ToolReturned | ModelAsked | Retrieved | Emitted) -> str:
    match event:
        case ToolCalled():
            arguments = json.dumps(event.arguments, ensure_ascii=False)
            return f"  · {event.agent}  calls {event.tool} {_short(arguments)}"
        case ToolReturned():
            failed = f"  {event.error}" if event.error else ""
            took = shown_seconds(event.seconds)
            return f"  · {event.agent}  {event.tool}: {event.status}  {took}{failed}"
        case ModelAsked():
            return f"  · {event.agent}  asks the model {event.role}, {event.messages} messages"
        case Retrieved():
            used = sum(bool(one.get("used")) for one in event.documents)
            many = f"{len(event.documents)} documents, {used} used"
            return f"  · {event.agent}  searched {_short(event.query)!r}: {many}"
        case Emitted():
            data = json.dumps(event.data, ensure_ascii=False, default=str)
            return f"  · {event.agent}  {event.name} {_short(data)}"


def _of_policy(event: Event) -> str | None:
    match event:
        case CircuitOpened():
            failed = f"{event.failed} of {event.calls} calls failed"
            left = shown_seconds(event.seconds)
            return f"  ! {event.agent}  {event.dependency} is left alone for {left}: {failed}"
        case CircuitProbed():
            return f"  ! {event.agent}  tries whether {event.dependency} answers again"
        case CircuitClosed():
            return f"  ! {event.agent}  {event.dependency} answers again"
        case LimitWaited():
            return f"  · {event.agent}  waited {shown_seconds(event.seconds)} for {event.pool}"
        case CacheAnswered():
            stale = ", for asking anew failed" if event.stale else ""
            return f"  = {event.agent}  answered from {shown_seconds(event.age)} ago{stale}"
        case StepReplayed():
            return f"  = {event.agent}  {event.step} {event.name}: done before"
        case Unmetered():
            return f"  ! {event.agent}  {event.graph}'s budget of {event.bound} cannot be held"
        case _:
            return None


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else f"{text[:99]}…"
