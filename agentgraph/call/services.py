"""What a call is handed by whoever runs it: where it stands, how to pause, whom to tell."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentgraph.errors import AgentgraphError
from agentgraph.model.contract import Json
from agentgraph.observe.events import Event, Sink


def _nobody(_: Event) -> None:
    """Nobody listens."""


def _cannot_pause(_: Json) -> Json:
    raise AgentgraphError("this run cannot wait for a person: it has no memory to wait in")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: thread, step number, node (dotted through nested graphs), index in a Map.

    A run without a thread cannot be resumed; `run` tells such runs apart.
    """

    thread: str | None = None
    step: int = 0
    node: str = ""
    index: int | None = None
    run: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def key(self) -> str:
        """The place as one string; the same when the call runs again after a crash."""
        item = "" if self.index is None else f":{self.index}"
        return f"{self.thread or self.run}/{self.step}:{self.node}{item}"


@dataclass(frozen=True, slots=True)
class Services:
    """The run that a call is part of.

    `pause(question)` waits for a person and returns the answer (both JSON). `context` gives
    what the caller passed. `models` are chat models by role. `signals` are the engine's
    control-flow exceptions: they pass through untouched.
    """

    place: Place = field(default_factory=Place)
    pause: Callable[[Json], Json] = _cannot_pause
    context: Callable[[], Any] = lambda: None
    models: Mapping[str, Any] = field(default_factory=dict)
    emit: Sink = _nobody
    signals: tuple[type[BaseException], ...] = ()
