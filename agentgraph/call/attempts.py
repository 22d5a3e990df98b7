"""Trying, and trying again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from agentgraph.call.deadlines import seconds_left
from agentgraph.call.effects import Sleep, Steps
from agentgraph.call.services import Services
from agentgraph.errors import AgentgraphError, ContractViolation
from agentgraph.model.policy import Retry
from agentgraph.observe.events import AttemptFailed
from agentgraph.observe.redact import Hidden, hiding

T = TypeVar("T")


def attempts(
    once: Callable[[int], Steps[T]],
    retry: Retry | None,
    services: Services,
    label: str,
) -> Steps[T]:
    """The result of `once(attempt)`, tried again as `retry` says; the last exception where all fail.

    Control-flow signals pass at once; so does what trying again cannot mend.
    """
    limit = retry.attempts if retry is not None else 1
    attempt = 1
    while True:
        try:
            return (yield from once(attempt))
        except services.signals:
            raise
        except Exception as error:
            again = retry is not None and attempt < limit and is_retried(error, retry)
            wait = waiting_time(retry, attempt, error) if retry is not None and again else None
            left = seconds_left(services)
            if wait is not None and left is not None and wait >= left:
                wait = None  # nobody will be there any more
            told = describe_error(error, services.hidden)
            services.tell(AttemptFailed, label, attempt=attempt, error=told, wait=wait)
            if wait is None:
                raise
        yield Sleep(wait)
        attempt += 1


def is_retried(error: BaseException, retry: Retry) -> bool:
    """Whether trying again may help: `retry.on` names the class or one of its bases.

    What agentgraph itself refuses stays refused, but for a result that broke its contract.
    """
    if isinstance(error, AgentgraphError) and not isinstance(error, ContractViolation):
        return False
    return is_named(error, retry.on)


def is_named(error: BaseException, on: Iterable[str]) -> bool:
    """Whether `on` names the error's class or one of its bases, by its name or its dotted path."""
    names = {
        name
        for cls in type(error).__mro__
        for name in (cls.__name__, f"{cls.__module__}.{cls.__qualname__}")
    }
    return not names.isdisjoint(on)


def waiting_time(retry: Retry, attempt: int, error: BaseException) -> float:
    """Seconds until the attempt after `attempt`: exponential with jitter, never less than Retry-After asks."""
    planned = min(retry.wait * retry.backoff ** (attempt - 1), retry.max_wait)
    jittered = planned + random.uniform(0, retry.jitter)  # noqa: S311  # spreads load, guards nothing
    return max(jittered, _retry_after(error))


def _retry_after(error: BaseException) -> float:
    """What an HTTP error's response asks for in Retry-After, in seconds; dates are left to the backoff."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    try:
        return float(headers["retry-after"]) if headers is not None else 0.0
    except (KeyError, TypeError, ValueError):
        return 0.0


def describe_error(error: BaseException, hidden: Hidden | None = None) -> str:
    """An exception in one line; ours speak for themselves, others' with their class.

    `hidden` is what must not be told in it.
    """
    text = (hidden or hiding(error)).text(str(error)).strip().splitlines()
    if text and isinstance(error, AgentgraphError):
        return text[0]
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
