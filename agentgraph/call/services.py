"""What a call is handed by whoever runs it: where it stands, how to pause, whom to tell."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentgraph.call.marks import Marks
from agentgraph.call.recorder import Recorder
from agentgraph.errors import AgentgraphError
from agentgraph.model.contract import Json
from agentgraph.observe.events import Event, Sink
from agentgraph.observe.redact import Hidden
from agentgraph.remember.ports import Circuits


def _cannot_pause(_: Json) -> Json:
    raise AgentgraphError("this run cannot wait for a person: it has no memory to wait in")


def _elsewhere() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Services:
    """The run that a call is part of.

    `place()` names the call: the same text when it is tried again or runs again after a
    crash, and no other call's. `pause(question)` waits for a person and returns the answer
    (both JSON). `context()` gives what the caller passed. `models` are chat models by role.
    `agent` is the node's own label. `recorder` keeps the call's recorded steps, None: nothing is
    recorded. `cost(role, input tokens, output tokens)` is what a model's answer cost, None where
    nobody knows. `spend(role, input tokens, output tokens)` counts a model's answer, and returns the graphs
    and bounds of budgets that do not hold any more, for nobody knows what it cost.
    `circuits` are the breakers that are shared with other processes; None: this process has its own.
    `deadline` is when the run must be done, by `Clock.monotonic`; None: it may take its time.
    `marks` tell whether something stood in, here and before.
    `run` names the run, `superstep` is the engine's step: both stand on every event. `hidden` is what
    must not be told, None: nothing that the call reads bears a label.
    `emit` is None where nobody listens. `signals` are the engine's control-flow exceptions:
    they pass through untouched.
    """

    thread: str | None = None
    place: Callable[[], str] = _elsewhere
    pause: Callable[[Json], Json] = _cannot_pause
    context: Callable[[], Any] = lambda: None
    models: Mapping[str, Any] = field(default_factory=dict)
    spend: Callable[[str, int | None, int | None], list[tuple[str, str]]] = lambda *_: []
    cost: Callable[[str, int | None, int | None], float | None] = lambda *_: None
    agent: str = ""
    recorder: Recorder | None = None
    circuits: Circuits | None = None
    deadline: float | None = None
    marks: Marks = field(default_factory=Marks)
    run: str | None = None
    superstep: int | None = None
    hidden: Hidden | None = None
    emit: Sink | None = None
    signals: tuple[type[BaseException], ...] = ()

    def tell(self, kind: Callable[..., Event], agent: str, **fields: Any) -> None:
        """Make an event of this run and hand it on, where somebody listens."""
        if self.emit is None:
            return
        event = kind(
            agent=agent, thread=self.thread, run=self.run, superstep=self.superstep, **fields
        )
        self.emit(event if self.hidden is None else self.hidden.event(event))
