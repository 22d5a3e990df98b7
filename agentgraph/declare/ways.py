"""The ways between agents, as the user declares them: `Edge`, `Route`, `Map`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from agentgraph.declare.body import local_names
from agentgraph.declare.guard import Condition
from agentgraph.declare.places import caller, place_of_call, places_of_entries
from agentgraph.model.agent import AgentLike
from agentgraph.model.graph import END, START
from agentgraph.model.source import Source


class GraphLike(Protocol):
    """A graph: it can stand wherever an agent can."""

    @property
    def as_agent(self) -> AgentLike: ...


Target = AgentLike | GraphLike | str
"""An agent, a graph, or END (START as a source); other strings are refused with a clear error."""


class Edge:
    """From one agent to the next, or from several: then the target waits for those still to come.

    `when` guards it, `adapt` puts a typed function or agent between, `at_most` bounds how
    often it is taken in one turn, after which `otherwise` is taken; `on_failure=True` is taken
    when the source and its fallbacks have given up.
    """

    def __init__(
        self,
        source: Target | Sequence[Target],
        target: Target,
        *,
        when: Condition | None = None,
        adapt: AgentLike | Callable[..., Any] | None = None,
        at_most: int | None = None,
        otherwise: Target | None = None,
        on_failure: bool = False,
    ) -> None:
        self.join = isinstance(source, Sequence) and not isinstance(source, str)
        self.sources: tuple[Any, ...] = tuple(source) if self.join else (source,)  # type: ignore[arg-type]  # narrowed by `join`
        self.target = target
        self.when = when
        self.adapt = adapt
        self.at_most = at_most
        self.otherwise = otherwise
        self.on_failure = on_failure
        frame = caller()
        self.names = local_names(frame, adapt)
        self.source = place_of_call(frame)


class DeclaredCase(Struct, frozen=True, eq=False):
    """One branch of a `Route`, as declared."""

    target: Any
    label: Any = None
    when: Any = None
    source: Source | None = None

    @classmethod
    def of(cls, case: Any, source: Source) -> DeclaredCase:
        """A case from its pair; what is no pair has itself for a guard, and is reported later."""
        pair = isinstance(case, tuple | list) and len(case) == 2
        when, target = case if pair else (case, END)
        return cls(target, when=when, source=source)


class Route:
    """Exactly one branch is taken after `source`.

    `on="field", to={value: target}` looks at a state field; `cases=[(guard, target), ...]`
    takes the first that holds; `on=function, to={label: target}` asks a typed function of
    state fields (its Literal return type is checked against the labels). `otherwise` is
    taken where nothing else is.
    """

    def __init__(
        self,
        source: Target,
        *,
        on: str | Callable[..., Any] | None = None,
        to: Mapping[Any, Target] | None = None,
        cases: Sequence[tuple[Condition, Target]] | None = None,
        otherwise: Target | None = None,
    ) -> None:
        frame = caller()
        self.agent = source
        self.on = on
        self.otherwise = otherwise
        self.names = local_names(frame, on)
        self.source = place_of_call(frame)
        self.given_to = to is not None
        self.given_cases = cases is not None
        if cases is not None:
            lines = _padded(places_of_entries(frame, "cases"), len(cases), self.source)
            self.cases = tuple(
                DeclaredCase.of(case, line) for case, line in zip(cases, lines, strict=True)
            )
        else:
            entries = to if isinstance(to, Mapping) else {}
            lines = _padded(places_of_entries(frame, "to"), len(entries), self.source)
            self.cases = tuple(
                DeclaredCase(target, label=label, source=line)
                for (label, target), line in zip(entries.items(), lines, strict=True)
            )


class Map:
    """After `source`, one run of `to` for each element of list field `over`, all at once.

    Each run takes its element as field `each` and the other fields as they stand; the results,
    in element order, become the list field `into`. An empty list gives an empty list and goes on.
    """

    def __init__(self, source: Target, *, over: str, each: str, to: Target, into: str) -> None:
        self.agent = source
        self.over = over
        self.each = each
        self.target = to
        self.into = into
        self.source = place_of_call(caller())


def mapped_only(ways: Sequence[Any]) -> set[int]:
    """The ids of the agents to which Maps lead, and nothing else does."""
    mapped = {id(way.target) for way in ways if isinstance(way, Map)}
    plain: set[int] = set()
    for way in ways:
        if isinstance(way, Edge):
            plain |= {id(way.target), id(way.otherwise), id(way.adapt)}
        elif isinstance(way, Route):
            plain |= {id(way.otherwise), *(id(case.target) for case in way.cases)}
    return mapped - plain


def _padded(lines: tuple[Source, ...], count: int, fallback: Source) -> tuple[Source, ...]:
    return lines if len(lines) == count else (fallback,) * count


__all__ = ["END", "START", "DeclaredCase", "Edge", "Map", "Route", "Target"]
