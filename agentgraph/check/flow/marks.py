"""Labels that data bears, each with the way on which it came by them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from agentgraph.model.agent import AgentSpec
from agentgraph.model.source import Source

Marks = dict[str, "Mark"]
"""One mark per label."""


class Mark(Struct, frozen=True, eq=False):
    """Data at one place bears `label`.

    `what` says how it came by it there, as a clause; `node` is who wrote it, None where it was
    declared. `before` is the mark on what it was made of. `entered`: it came in from the graph
    around this one.
    """

    label: str
    what: str
    source: Source | None = None
    node: str | None = None
    before: Mark | None = None
    entered: bool = False

    def trail(self) -> tuple[Mark, ...]:
        """The whole way, origin first."""
        found: list[Mark] = []
        mark: Mark | None = self
        while mark is not None:
            found.append(mark)
            mark = mark.before
        return tuple(reversed(found))

    @property
    def from_outside(self) -> bool:
        """Whether it was in the graph around this one before."""
        return any(mark.entered for mark in self.trail())


class Limit(Struct, frozen=True):
    """What a graph lets rest in its memory, and in that of the graphs within it."""

    graph: str
    clears: tuple[str, ...]


class Bearing(Struct, eq=False):
    """The labels of all data of one graph, where it is used in one way.

    By run: `read` has the marks of each field that it takes, `told` those of what tools return
    to an agent there, by the agent's name. `written` has the marks of each definition by its number, `out` those of each
    output. `limits` are those of the graphs around this one.
    """

    limits: tuple[Limit, ...] = ()
    read: dict[int, dict[str, Marks]] = field(default_factory=dict)
    told: dict[int, dict[str, Marks]] = field(default_factory=dict)
    written: dict[int, Marks] = field(default_factory=dict)
    out: dict[str, Marks] = field(default_factory=dict)

    def met_by(self, run: int, agent: AgentSpec) -> Mapping[str, tuple[str, Mark]]:
        """Every label that an agent meets when it stands at the run: the field it is in, and its mark.

        `agent` is who stands there, or stands in. What a tool returns is in no field: "".
        """
        found: dict[str, tuple[str, Mark]] = {}
        fields = self.read.get(run, {})
        for read in agent.reads:
            for label, mark in fields.get(read.field, {}).items():
                found.setdefault(label, (read.field, mark))
        for label, mark in self.told.get(run, {}).get(agent.name, {}).items():
            found.setdefault(label, ("", mark))
        return found
