"""`Context` inside a run."""

from __future__ import annotations

import hashlib
from typing import Any

from agentgraph.call.services import Services
from agentgraph.declare.json_values import json_value
from agentgraph.model.contract import Json
from agentgraph.observe.events import Emitted


class RunContext:
    """What a body sees of its run; see `agentgraph.model.context.Context`."""

    __slots__ = ("_services", "_what", "agent", "attempt")

    def __init__(self, agent: str, services: Services, attempt: int, what: str = "") -> None:
        self.agent = agent
        self.attempt = attempt
        self._services = services
        self._what = what

    @property
    def context(self) -> Any:
        return self._services.context()

    @property
    def thread(self) -> str | None:
        return self._services.thread

    @property
    def idempotency_key(self) -> str:
        text = f"{self._services.place()}#{self._what}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def emit(self, kind: str, data: Json) -> None:
        self._services.tell(Emitted, self.agent, name=kind, data=json_value(data))
