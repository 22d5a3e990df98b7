"""A `Picture` as JSON: nodes and edges, for other tools to draw or compare."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agentgraph.draw.picture import Badge, Box, Link, Picture
from agentgraph.model.contract import Json


def write_json(picture: Picture) -> str:
    return json.dumps(picture_data(picture), indent=2, ensure_ascii=False) + "\n"


def picture_data(picture: Picture) -> Json:
    """The picture as JSON values; a nested graph stands in its node as `graph`."""
    return {
        "graph": picture.name,
        "version": picture.version,
        "findings": _findings(picture.badges),
        "nodes": [_node(box) for box in picture.boxes],
        "edges": [_edge(link) for link in picture.links],
    }


def _node(box: Box) -> Json:
    return {
        "id": box.id,
        "agent": box.agent or None,
        "kind": box.kind,
        "notes": list(box.notes),
        "joins": box.joins,
        "findings": _findings(box.badges),
        "graph": picture_data(box.inner) if box.inner is not None else None,
    }


def _edge(link: Link) -> Json:
    return {
        "id": link.id,
        "source": link.source,
        "target": link.target,
        "kind": link.kind,
        "condition": link.condition or None,
        "at_most": link.at_most,
        "carries": link.carries or None,
        "label": link.label,
        "findings": _findings(link.badges),
    }


def _findings(badges: Sequence[Badge]) -> Json:
    return [
        {"code": badge.code, "severity": badge.severity, "message": badge.message}
        for badge in badges
    ]
