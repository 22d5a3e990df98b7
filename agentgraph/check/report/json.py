"""Findings as JSON, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from agentgraph.check.finding import Finding
from agentgraph.check.where import from_brackets, in_brackets, shown_file
from agentgraph.model.graph import GraphSpec
from agentgraph.model.source import Source


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
        "related": [_related(other) for other in finding.related],
    }


def _related(line: str) -> dict[str, Any]:
    told, source = from_brackets(line)
    code, _, message = told.partition(": ")
    return {
        "code": code,
        "message": message,
        "file": shown_file(source.file) if source else None,
        "line": source.line if source else None,
    }


def read_findings(findings: Iterable[dict[str, Any]], folder: Path) -> list[Finding]:
    """The findings of a report that was made in that folder."""
    made = []
    for one in findings:
        more: dict[str, Any] = {name: tuple(one[name]) for name in ("path", "reasons")}
        more["source"] = _source(one, folder)
        more["related"] = tuple(
            f"{other['code']}: {other['message']}{in_brackets(_source(other, folder))}"
            for other in one["related"]
        )
        made.append(Finding(**{**_without_place(one), **more}))
    return made


def _without_place(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in ("file", "line")}


def _source(data: dict[str, Any], folder: Path) -> Source | None:
    return Source(str(folder / data["file"]), data["line"]) if data["file"] else None
