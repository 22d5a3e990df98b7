"""Findings of the checker, pinned to the box or link that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from agentgraph.draw.picture import Badge, Box, Link, Picture, Severity


class FindingLike(Protocol):
    """What drawing needs to know of a finding.

    `graph` is the graph's name, with the nested one's after a dot; `place` is a node, a
    node and a field (`node.field`), or two nodes (`a -> b`), with or without the graph's
    name in front.
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
    """The picture with each finding at its place, or at the graph where it names none."""
    for finding in findings:
        badge = Badge(finding.code, finding.severity, finding.message)
        picture = _pin(picture, badge, _path(picture.name, finding))
    return picture


def _path(name: str, finding: FindingLike) -> str:
    place = finding.place.strip()
    return place[len(name) + 1 :] if place.startswith(f"{name}.") else place.removeprefix(name)


def _pin(picture: Picture, badge: Badge, place: str) -> Picture:
    source, arrow, target = (part.strip() for part in place.partition("->"))
    if arrow:
        links = tuple(
            _pin_link(link, badge, source, target.partition(".")[0]) for link in picture.links
        )
        if links != picture.links:
            return replace(picture, links=links)
    name, _, rest = source.partition(".")
    if name in {box.id for box in picture.boxes}:
        boxes = tuple(_pin_box(box, badge, name, rest) for box in picture.boxes)
        return replace(picture, boxes=boxes)
    return replace(picture, badges=_added(picture.badges, badge))


def _pin_link(link: Link, badge: Badge, source: str, target: str) -> Link:
    if (link.source, link.target) != (source, target):
        return link
    return replace(link, badges=_added(link.badges, badge))


def _pin_box(box: Box, badge: Badge, name: str, rest: str) -> Box:
    if box.id != name:
        return box
    inside = rest.partition(".")[0]
    if box.inner is not None and inside in {inner.id for inner in box.inner.boxes}:
        return replace(box, inner=_pin(box.inner, badge, rest))
    return replace(box, badges=_added(box.badges, badge))


def _added(badges: tuple[Badge, ...], badge: Badge) -> tuple[Badge, ...]:
    return badges if badge in badges else (*badges, badge)
