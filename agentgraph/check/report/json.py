"""Findings as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agentgraph.check.finding import Finding
from agentgraph.check.where import shown_file
from agentgraph.model.graph import GraphSpec


def render_json(graphs: Sequence[Any], findings: Iterable[Finding]) -> dict[str, Any]:
    """`{"graphs": [...], "findings": [...]}`, ready for `json.dumps`.

    `graphs` are those that were checked, each a `Graph` or a `GraphSpec`. Files are relative to
    the working folder where they are below it. `witness` is null where there is none;
    `has_witness` tells that from a witness of null.
    """
    return {
        "graphs": [_graph(graph) for graph in graphs],
        "findings": [_finding(finding) for finding in findings],
    }


def _graph(graph: Any) -> dict[str, Any]:
    spec: GraphSpec = graph if isinstance(graph, GraphSpec) else graph.spec
    return {
        "name": spec.name,
        "version": spec.version,
        "file": shown_file(spec.source.file) if spec.source else None,
        "line": spec.source.line if spec.source else None,
        "agents": len(spec.agents),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "file": shown_file(finding.file) if finding.file else None,
        "line": finding.line,
        "graph": finding.graph,
        "place": finding.place,
        "owner": finding.owner,
        "witness": finding.witness,
        "has_witness": finding.has_witness,
        "path": list(finding.path),
        "reasons": list(finding.reasons),
        "help": finding.help,
        "related": list(finding.related),
    }
