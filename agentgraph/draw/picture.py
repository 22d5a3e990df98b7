"""What every format draws: boxes and links, all that is declared and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BoxKind = Literal["start", "end", "function", "model", "person", "graph", "langgraph"]
LinkKind = Literal["always", "guard", "branch", "otherwise", "spent", "map", "failure"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Badge:
    """A finding of the checker, pinned to what it is about."""

    code: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One agent, START or END.

    `id` is the name in the graph; adapters have the name of the node that runs, as in the
    plan. `agent` is the agent behind it ("" for START and END). `notes` are short facts,
    one a line. `joins`: it waits for all that can still arrive. `inner` is the picture of
    a nested graph.
    """

    id: str
    agent: str
    kind: BoxKind
    notes: tuple[str, ...] = ()
    joins: bool = False
    inner: Picture | None = None
    badges: tuple[Badge, ...] = ()

    @property
    def shown_badges(self) -> tuple[Badge, ...]:
        """Its own, and those of the nested graph as a whole, whose frame it is."""
        return self.badges + (self.inner.badges if self.inner is not None else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One way from a box to another.

    `way` is the index of its declaration in `GraphSpec.ways`. `kind`: "spent" is taken
    after a bounded edge has been taken `at_most` times. `condition` is the guard or the
    branch's label as text; `carries` names what the target takes along it.
    """

    id: str
    source: str
    target: str
    way: int
    kind: LinkKind
    condition: str = ""
    at_most: int | None = None
    carries: str = ""
    badges: tuple[Badge, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words beside the line, in short parts: what decides, or else what it carries."""
        bound = f"at most {self.at_most}x" if self.at_most is not None else ""
        match self.kind:
            case "otherwise":
                parts: tuple[str, ...] = ("otherwise",)
            case "spent":
                parts = (f"after {self.at_most}x",)
            case "failure":
                parts = ("on failure", self.condition, bound)
            case "map":
                parts = tuple(self.condition.split(", "))
            case _:
                parts = (self.condition, bound)
        return tuple(part for part in parts if part) or (self.carries,) * bool(self.carries)

    @property
    def label(self) -> str:
        """The words on one line."""
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A whole graph to draw; START first, END last, where anything leads from or to them."""

    name: str
    version: str | None
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    badges: tuple[Badge, ...] = ()

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}" if self.version else self.name
