"""What the checker says: one fault at one place, with all that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentgraph.model.contract import Json
from agentgraph.model.source import Source

Severity = Literal["error", "warning", "note"]
"""error: proved wrong. warning: legal, and almost surely not meant. note: cannot tell; guarded when it runs."""

Root = tuple[str, ...]
"""What a fault comes from, such as `("missing", "order_id")`: faults of one root are told as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault.

    `place` is `graph.node.field`, as far as it goes. `witness` is a JSON value that shows the
    fault, where `has_witness`. `path` are the nodes, START first, of a way on which it
    happens. `reasons` are lines that say why, `related` are other findings of the same
    root, in a line each.
    """

    code: str
    severity: Severity
    message: str
    graph: str
    place: str
    source: Source | None = None
    owner: str | None = None
    witness: Json = None
    has_witness: bool = False
    path: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    help: str = ""
    related: tuple[str, ...] = ()

    __hash__ = None  # type: ignore[assignment]

    @property
    def file(self) -> str | None:
        return self.source.file if self.source else None

    @property
    def line(self) -> int | None:
        return self.source.line if self.source else None

    def __str__(self) -> str:
        where = f"{self.source}: " if self.source else ""
        return f"{where}{self.severity}[{self.code}]: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a rule reports; the engine makes a `Finding` of it.

    `at` is the place below the graph (`node`, `node.field`). `severity` stands where it is
    settled; else it is the rule's, or that of the worst that is told as its consequence. `root` names what this is the fault of; `because` what it is a
    mere consequence of, should a fault of that root be found: then it is told there.
    """

    message: str
    at: str
    source: Source | None = None
    severity: Severity | None = None
    owner: str | None = None
    witness: Json = None
    has_witness: bool = False
    path: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    help: str = ""
    root: frozenset[Root] = frozenset()
    because: frozenset[Root] = frozenset()

    __hash__ = None  # type: ignore[assignment]
