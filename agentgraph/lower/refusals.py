"""What no plan can be made of.

The declaring room refuses most of it with better words; a `GraphSpec` may also come from a
file, so that nothing here may rest on that.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.errors import DeclarationError, Problem
from agentgraph.lower.adapters import way_ends
from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec, MapSpec, Way
from agentgraph.model.source import Source

RESERVED_KEY = "__agentgraph__"
"""The one name that is ours inside users' JSON: no field may bear it."""


def refuse_broken(spec: GraphSpec, joins: frozenset[str]) -> None:
    """DeclarationError with every name that leads nowhere and every Map into a join."""
    if found := list(_problems(spec, joins)):
        raise DeclarationError(found)


def _problems(spec: GraphSpec, joins: frozenset[str]) -> Iterator[Problem]:
    for field in spec.state:
        if field.name == RESERVED_KEY or ":" in field.name:
            yield _problem(f"a field cannot be named {field.name!r}", spec.name, field.source)
    for agent in spec.agents:
        if agent.name in {START, END} or ":" in agent.name or "|" in agent.name:
            yield _problem(f"an agent cannot be named {agent.name!r}", spec.name, agent.source)
    agents = {agent.name for agent in spec.agents}
    for way in spec.ways:
        yield from _way_problems(way, agents, joins, spec.name)


def _way_problems(
    way: Way, agents: set[str], joins: frozenset[str], graph: str
) -> Iterator[Problem]:
    ends = [*way_ends(way)]
    if isinstance(way, EdgeSpec) and way.adapter is not None:
        ends.append(way.adapter)
    for name in dict.fromkeys(ends):
        if name not in agents and name not in {START, END}:
            yield _problem(f"there is no agent {name!r}", graph, way.source)
    sources = way.sources if isinstance(way, EdgeSpec) else (way.agent,)
    if END in sources:
        yield _problem("nothing can follow END", graph, way.source)
    if START in [*way_ends(way)][len(sources) :]:
        yield _problem("nothing can lead to START", graph, way.source)
    if isinstance(way, MapSpec) and way.target == END:
        yield _problem("a Map cannot lead to END", graph, way.source)
    if isinstance(way, MapSpec) and way.target in joins:
        what = f"a Map cannot lead into {way.target!r}, which waits for several agents"
        fix = "let the Map lead to an agent of its own, and that one to the join"
        yield _problem(what, graph, way.source, fix)


def _problem(message: str, where: str, source: Source | None, fix: str = "") -> Problem:
    return Problem(
        message=message,
        where=where,
        file=source.file if source else None,
        line=source.line if source else None,
        help=fix,
    )
