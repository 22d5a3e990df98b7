"""What the exits of a graph need to know of it while they are made ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agentgraph.compile.tokens import Take, lead
from agentgraph.model.contract import Json
from agentgraph.model.graph import END
from agentgraph.model.plan import Node


@dataclass(frozen=True, slots=True)
class Routing:
    """The graph around the exits.

    `fields` are those of the state and the counters; `joins` maps each join's node to its channel; `reads` says what each node is given;
    `functions` are the route functions by name; `reduced` are the fields with a reducer,
    `hidden` those whose values must not be shown (they bear labels).
    """

    graph: str
    nodes: Mapping[str, Node]
    fields: frozenset[str]
    joins: Mapping[str, str]
    reads: Mapping[str, tuple[str, ...]]
    functions: Mapping[str, Callable[[dict[str, Json]], object]]
    reduced: frozenset[str]
    hidden: frozenset[str]

    __hash__ = None  # type: ignore[assignment]

    def lead(self, target: str, owner: str) -> Take:
        """Take a way from `owner` to `target`."""
        return lead(target, owner, self.joins, END)
