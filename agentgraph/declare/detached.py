"""The context of a body that is called outside any run."""

from __future__ import annotations

import uuid
from typing import Any

from agentgraph.declare.running import OutsideRunError
from agentgraph.model.contract import Json


class DetachedContext:
    """A `Context` where no run is: an agent called outside one gets it, and stays a plain function."""

    thread = None
    attempt = 1

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.idempotency_key = uuid.uuid4().hex

    @property
    def context(self) -> Any:
        raise OutsideRunError(
            f"{self.agent} asks for ctx.context, which only a run has; outside one, pass a context of your own as the first argument"
        )

    def emit(self, kind: str, data: Json) -> None:
        """Nobody streams."""


def is_context(value: object) -> bool:
    """Whether a value can stand for a body's `ctx`: it has what `Context` asks for."""
    return all(hasattr(value, name) for name in ("thread", "agent", "attempt", "emit"))
