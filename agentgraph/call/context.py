"""`Context` inside a run."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from agentgraph.call.deadlines import seconds_left
from agentgraph.call.services import Services
from agentgraph.call.strands import step_key
from agentgraph.declare.json_values import json_value
from agentgraph.model.contract import Json
from agentgraph.model.retrieval import Document, as_json
from agentgraph.observe.clock import clock
from agentgraph.observe.events import Emitted, Retrieved

if TYPE_CHECKING:
    from agentgraph.call.known import Asked
    from agentgraph.call.running import Running


class RunContext:
    """What a body sees of its run; see `agentgraph.model.context.Context`."""

    __slots__ = ("_asked", "_running", "_services", "agent", "attempt")

    def __init__(
        self,
        agent: str,
        services: Services,
        attempt: int,
        running: Running,
        asked: Asked | None = None,
    ) -> None:
        """`asked` is the tool call that the context is for; None: it is the agent's own."""
        self.agent = agent
        self.attempt = attempt
        self._services = services
        self._running = running
        self._asked = asked

    @property
    def context(self) -> Any:
        return self._services.context()

    @property
    def thread(self) -> str | None:
        return self._services.thread

    @property
    def idempotency_key(self) -> str:
        inner = step_key(self._services)
        if inner is not None:
            return inner
        if self._asked is not None:
            return self._running.key(self._asked)
        return idempotency_key(self._services, "")

    @property
    def deadline(self) -> float | None:
        left = seconds_left(self._services)
        return None if left is None else max(0.0, left)

    @property
    def degraded(self) -> tuple[str, ...]:
        return self._services.marks.earlier()

    def step(self, name: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return self._running.call_step(name, function, args, kwargs)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._running.drawn("now", clock().time), UTC)

    def random(self) -> float:
        return self._running.drawn("random", random.random)

    def emit(self, kind: str, data: Json) -> None:
        self._services.tell(Emitted, self.agent, name=kind, data=json_value(data))

    def retrieved(
        self, query: str, documents: Iterable[Document], *, used: Iterable[str] | None = None
    ) -> None:
        self._services.tell(Retrieved, self.agent, query=query, documents=as_json(documents, used))


def idempotency_key(services: Services, what: str) -> str:
    """A key for effects of the call, or of the step `what` in it."""
    text = f"{services.place()}#{what}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
