"""Declared ways as links between boxes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from agentgraph.draw.carries import carried
from agentgraph.draw.picture import Link, LinkKind
from agentgraph.lower.adapters import Hops
from agentgraph.model.contract import Json
from agentgraph.model.graph import EdgeSpec, GraphSpec, MapSpec, RouteSpec

Ends = tuple[str, str, LinkKind, str, int | None]
"""Source, target, kind, condition, bound."""


def links_of(spec: GraphSpec, hops: Hops) -> Iterator[Link]:
    """All links; ids name the ends, so that they stay the same when a graph grows elsewhere."""
    seen: dict[str, int] = {}
    for way, link in _unnamed(spec, hops):
        base = f"{link[0]}->{link[1]}"
        seen[base] = seen.get(base, 0) + 1
        source, target, kind, condition, at_most = link
        yield Link(
            id=base if seen[base] == 1 else f"{base}#{seen[base]}",
            source=source,
            target=target,
            way=way,
            kind=kind,
            condition=condition,
            at_most=at_most,
            carries=carried(spec, _agent_of(source, hops), _agent_of(target, hops)),
        )


def _agent_of(node: str, hops: Hops) -> str:
    return next((helper.agent for helper in hops.nodes if helper.name == node), node)


def _unnamed(spec: GraphSpec, hops: Hops) -> Iterator[tuple[int, Ends]]:
    for index, way in enumerate(spec.ways):
        match way:
            case EdgeSpec():
                found = _edge(way, hops.by_way.get(index))
            case RouteSpec():
                found = _route(way)
            case MapSpec():
                words = f"each {way.each} of {way.over}, into {way.into}"
                found = iter([_ends(way.agent, way.target, "map", words)])
        for ends in found:
            yield index, ends


def _ends(
    source: str, target: str, kind: LinkKind, condition: str = "", at_most: int | None = None
) -> Ends:
    return source, target, kind, condition, at_most


def _edge(way: EdgeSpec, helper: str | None) -> Iterator[Ends]:
    condition = way.when.text if way.when else ""
    kind: LinkKind = "failure" if way.on_failure else "guard" if way.when else "always"
    for source in dict.fromkeys(way.sources):
        yield source, helper or way.target, kind, condition, way.at_most
        if way.otherwise is not None:
            yield source, way.otherwise, "spent", "", way.at_most
    if helper is not None:
        yield helper, way.target, "always", "", None


def _route(way: RouteSpec) -> Iterator[Ends]:
    for case in way.cases:
        words = case.when.text if case.when is not None else label_text(case.label)
        yield way.agent, case.target, "branch", words, None
    if way.otherwise is not None:
        yield way.agent, way.otherwise, "otherwise", "", None


def label_text(label: Json) -> str:
    """A branch's label as words; a text that reads as another JSON value keeps its quotes."""
    if not isinstance(label, str):
        return json.dumps(label, ensure_ascii=False)
    try:
        json.loads(label)
    except ValueError:
        return label if label.strip() == label and label else json.dumps(label, ensure_ascii=False)
    return json.dumps(label, ensure_ascii=False)
