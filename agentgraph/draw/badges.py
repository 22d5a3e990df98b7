"""Findings of the checker, pinned to the box or link that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from agentgraph.draw.picture import Badge, Box, Link, Picture, Severity


class FindingLike(Protocol):
    """What drawing needs to know of a finding.

    `graph` is the name of the graph that it is about, which may be a nested one; `place` is
    that graph's name, and then a node, a node and a field (`graph.node.field`), or two
    nodes (`graph.a -> b`).
    """

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def message(self) -> str: ...
    @property
    def graph(self) -> str: ...
    @property
    def place(self) -> str: ...


def with_badges(picture: Picture, findings: Iterable[FindingLike]) -> Picture:
    """The picture with each finding at its place, or at its graph where it names none.

    A finding about a graph that is not in the picture stands at the whole.
    """
    for finding in findings:
        badge = Badge(finding.code, finding.severity, finding.message)
        graph = finding.graph if finding.graph in _graphs(picture) else picture.name
        place = finding.place.strip().removeprefix(finding.graph).removeprefix(".")
        picture = _pinned(picture, badge, graph, place)
    return picture


def _graphs(picture: Picture) -> set[str]:
    inner = (box.inner for box in picture.boxes if box.inner is not None)
    return {picture.name}.union(*map(_graphs, inner))


def _pinned(picture: Picture, badge: Badge, graph: str, place: str) -> Picture:
    """Pinned in every picture of that graph; one graph may stand in several boxes."""
    boxes = tuple(
        replace(box, inner=_pinned(box.inner, badge, graph, place)) if box.inner else box
        for box in picture.boxes
    )
    picture = replace(picture, boxes=boxes)
    return _pin(picture, badge, place) if picture.name == graph else picture


def _pin(picture: Picture, badge: Badge, place: str) -> Picture:
    source, arrow, target = (part.strip() for part in place.partition("->"))
    if arrow:
        end = target.partition(".")[0]
        links = tuple(_pin_link(link, badge, source, end) for link in picture.links)
        if links != picture.links:
            return replace(picture, links=links)
    name = source.partition(".")[0]
    if name in {box.id for box in picture.boxes}:
        boxes = tuple(_pin_box(box, badge, name) for box in picture.boxes)
        return replace(picture, boxes=boxes)
    return replace(picture, badges=_added(picture.badges, badge))


def _pin_link(link: Link, badge: Badge, source: str, target: str) -> Link:
    if (link.source, link.target) != (source, target):
        return link
    return replace(link, badges=_added(link.badges, badge))


def _pin_box(box: Box, badge: Badge, name: str) -> Box:
    return replace(box, badges=_added(box.badges, badge)) if box.id == name else box


def _added(badges: tuple[Badge, ...], badge: Badge) -> tuple[Badge, ...]:
    return badges if badge in badges else (*badges, badge)
