"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from agentgraph._version import __version__
from agentgraph.check.baseline import fingerprints
from agentgraph.check.catalogue import Rule, rules
from agentgraph.check.finding import Finding
from agentgraph.check.report.notes import notes_of, printable
from agentgraph.check.where import from_brackets, uri_from
from agentgraph.errors import Problem
from agentgraph.model.source import Source

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "SRCROOT"


def render_sarif(
    findings: Sequence[Finding], *, root: Path, problems: Sequence[Problem] = ()
) -> dict[str, Any]:
    """A log of one run, ready for `json.dumps`.

    Files below `root`, the folder of the checkout, are told relative to it. `problems` are what
    could not be checked; with any, the run counts as not carried out. Severities are SARIF's
    levels of the same names. A result keeps its fingerprint when its line moves.
    """
    every = rules()
    numbers = {rule.code: number for number, rule in enumerate(every)}
    prints = fingerprints(findings, root)
    pairs = zip(findings, prints, strict=True)
    run = {
        "tool": {"driver": _driver(every)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": f"{root.absolute().as_uri().rstrip('/')}/"}},
        "invocations": [
            {
                "executionSuccessful": not problems,
                "toolExecutionNotifications": [_notification(one, root) for one in problems],
            }
        ],
        "results": [_result(one, text, numbers[one.code], root) for one, text in pairs],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(every: Iterable[Rule]) -> dict[str, Any]:
    return {
        "name": "agentgraph",
        "version": __version__,
        "rules": [_rule(rule) for rule in every],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    what, instead = (_section(rule.page, heading) for heading in ("What", "Instead"))
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("_")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _in_a_line(what)},
        "help": {"text": instead, "markdown": rule.page},
        "defaultConfiguration": {"level": rule.severity},
    }


def _section(page: str, heading: str) -> str:
    found = re.search(rf"^## {heading}\n+(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else page


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def _result(finding: Finding, fingerprint: str, number: int, root: Path) -> dict[str, Any]:
    text = "\n".join([printable(finding.message), *notes_of(finding)])
    related = [_location(source, root, told) for told, source in _related(finding)]
    return {
        "ruleId": finding.code,
        "ruleIndex": number,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [_main_location(finding, root)],
        "partialFingerprints": {"agentgraphFinding/v1": fingerprint},
        **({"relatedLocations": related} if related else {}),
        "properties": {
            "graph": finding.graph,
            "owner": finding.owner,
            "path": list(finding.path),
            **({"witness": finding.witness} if finding.has_witness else {}),
        },
    }


def _main_location(finding: Finding, root: Path) -> dict[str, Any]:
    logical = {"logicalLocations": [{"fullyQualifiedName": finding.place}]}
    return {**(_location(finding.source, root) if finding.source else {}), **logical}


def _related(finding: Finding) -> Iterator[tuple[str, Source]]:
    for line in (*finding.reasons, *finding.related):
        told, source = from_brackets(line)
        if source is not None:
            yield told, source


def _location(source: Source, root: Path, told: str = "") -> dict[str, Any]:
    uri, relative = uri_from(root, source.file)
    artifact = {"uri": uri, **({"uriBaseId": _ROOT} if relative else {})}
    physical = {"artifactLocation": artifact, "region": {"startLine": source.line}}
    return {
        "physicalLocation": physical,
        **({"message": {"text": printable(told)}} if told else {}),
    }


def _notification(problem: Problem, root: Path) -> dict[str, Any]:
    where = f"{problem.where}: " if problem.where else ""
    help_ = f"\nhelp: {problem.help}" if problem.help else ""
    source = Source(problem.file, problem.line or 1) if problem.file else None
    return {
        "level": "error",
        "message": {"text": f"{where}{problem.message}{help_}"},
        **({"locations": [_location(source, root)]} if source else {}),
    }
