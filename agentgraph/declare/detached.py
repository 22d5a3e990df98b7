"""The context of a body that is called outside any run."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from agentgraph.declare.running import OutsideRunError
from agentgraph.model.contract import Json
from agentgraph.model.retrieval import Document


class DetachedContext:
    """A `Context` where no run is: an agent called outside one gets it, and stays a plain function."""

    thread = None
    attempt = 1
    deadline = None
    degraded = ()

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.idempotency_key = uuid.uuid4().hex

    @property
    def context(self) -> Any:
        raise OutsideRunError(
            f"{self.agent} asks for ctx.context, which only a run has; outside one, pass a context of your own as the first argument"
        )

    def step(self, _: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Calls it: nothing is recorded."""
        return function(*args, **kwargs)

    def now(self) -> datetime:
        """The time as it is."""
        return datetime.now(UTC)

    def random(self) -> float:
        """A number drawn now."""
        return random.random()  # noqa: S311  # guards nothing

    def emit(self, kind: str, data: Json) -> None:
        """Nobody streams."""

    def retrieved(
        self, query: str, documents: Iterable[Document], *, used: Iterable[str] | None = None
    ) -> None:
        """As `emit`."""


def is_context(value: object) -> bool:
    """Whether a value can stand for a body's `ctx`: it has what `Context` asks for."""
    return all(hasattr(value, name) for name in ("thread", "agent", "attempt", "emit"))
