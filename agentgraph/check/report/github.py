"""Findings as GitHub shows them: annotations at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from agentgraph.check.catalogue import rules
from agentgraph.check.finding import Finding, Severity
from agentgraph.check.report.notes import notes_of, printable
from agentgraph.check.where import path_from
from agentgraph.errors import Problem

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render_github(
    findings: Iterable[Finding], *, root: Path, problems: Iterable[Problem] = ()
) -> str:
    """A workflow command a line, for each finding, and each problem that kept one from being found.

    `root` is the folder of the checkout: GitHub takes files relative to it.
    """
    names = {rule.code: rule.name.replace("_", " ") for rule in rules()}
    lines = [_finding(finding, names.get(finding.code, ""), root) for finding in findings]
    lines += [_problem(problem, root) for problem in problems]
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding, name: str, root: Path) -> str:
    properties = _place(finding.file, finding.line, root)
    properties["title"] = f"{finding.code} {name}".strip()
    text = "\n".join([printable(finding.message), *notes_of(finding)])
    return _command(_COMMANDS[finding.severity], properties, text)


def _problem(problem: Problem, root: Path) -> str:
    properties = _place(problem.file, problem.line, root)
    properties["title"] = "could not be checked"
    where = f"{problem.where}: " if problem.where else ""
    help_ = f"\nhelp: {problem.help}" if problem.help else ""
    return _command("error", properties, f"{where}{problem.message}{help_}")


def _place(file: str | None, line: int | None, root: Path) -> dict[str, str]:
    if file is None:
        return {}
    return {"file": path_from(root, file), **({"line": str(line)} if line else {})}


def _command(name: str, properties: dict[str, str], text: str) -> str:
    listed = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{name} {listed}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    """As GitHub's own toolkit does it: a newline would end the command, a comma its property."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
