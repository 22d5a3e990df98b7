"""What happened in the runs of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from agentgraph.observe.events import Event
from agentgraph.observe.listening import listening

E = TypeVar("E", bound=Event)


class Recorded(list[Event]):
    """Events in the order in which they happened."""

    def of(self, kind: type[E], agent: str | None = None) -> list[E]:
        """Those of a kind; with `agent`, only of that one (dotted, in nested graphs)."""
        return [
            event
            for event in self
            if isinstance(event, kind) and (agent is None or event.agent == agent)
        ]

    @property
    def kinds(self) -> list[str]:
        """The kind of each, in order: short to compare with."""
        return [event.kind for event in self]


@contextmanager
def recorded() -> Iterator[Recorded]:
    """The events of everything that is run within the `with`, as they come: of any graph, sync or async."""
    events = Recorded()
    with listening(events.append):
        yield events
