"""Sinks of whatever is run from here, beside those that a run is handed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from agentgraph.observe.events import Sink

_SINKS: ContextVar[tuple[Sink, ...]] = ContextVar("agentgraph_sinks", default=())


def sinks_here(own: Sink | None = None) -> tuple[Sink, ...]:
    """Who is told of an event: the run's `own` sink, and those that listen here."""
    return _SINKS.get() if own is None else (own, *_SINKS.get())


@contextmanager
def listening(sink: Sink) -> Iterator[None]:
    """While it lasts, `sink` is told of the events of all that is run from here."""
    token = _SINKS.set((*_SINKS.get(), sink))
    try:
        yield
    finally:
        _SINKS.reset(token)
