"""Until when a call has to be done: the run's deadline, and the timeouts of what is around it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from agentgraph.call.drive import TimedOutError
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import DeadlineError
from agentgraph.call.services import Services
from agentgraph.observe.clock import monotonic

AROUND: ContextVar[float | None] = ContextVar("agentgraph_deadline", default=None)
"""When the attempt around must be done, by the clock that holds here; None: it has no limit."""


def seconds_left(services: Services) -> float | None:
    """Until the run, or an attempt around, must be done; None: there is no such time."""
    around, run = AROUND.get(), services.deadline
    if around is None and run is None:
        return None
    return min(end for end in (around, run) if end is not None) - monotonic()


def in_time(
    label: str,
    services: Services,
    timeout: float | None,
    effect: Callable[[float | None], Invoke],
    *,
    enforced: bool = True,
) -> Steps[Any]:
    """What `effect(seconds it may take)` gives. DeadlineError: no time is left, or the run's ran out.

    Where it is not `enforced`, something around it keeps to the run's deadline.
    """
    left = seconds_left(services)
    if timeout is None and left is None:
        return (yield effect(None))
    if left is not None and left <= 0:
        raise DeadlineError(label)
    now = monotonic()
    bounds = [timeout] if timeout is not None else []
    if services.deadline is not None and (enforced or timeout is not None):
        bounds.append(services.deadline - now)
    ends = [now + bound for bound in (timeout, left) if bound is not None]
    token = AROUND.set(min(ends))
    try:
        return (yield effect(min(bounds) if bounds else None))
    except TimedOutError:
        if services.deadline is not None and monotonic() >= services.deadline:
            raise DeadlineError(label) from None
        raise
    finally:
        AROUND.reset(token)
