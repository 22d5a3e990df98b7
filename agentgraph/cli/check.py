"""`agentgraph check`: proves that contracts fit, or shows what breaks them."""

from __future__ import annotations

import json
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agentgraph.call.facts import read_facts
from agentgraph.cli.graphs import FoundGraph, find_graphs
from agentgraph.cli.options import Debug, Targets
from agentgraph.cli.outcome import FAILED, OK, UNUSABLE, reporting
from agentgraph.cli.settings import read_settings
from agentgraph.cli.streams import colored, say, say_problems, shown, tell
from agentgraph.errors import Problem, ProblemsError

if TYPE_CHECKING:
    from agentgraph.check.finding import Finding


class ReportFormat(StrEnum):
    text = "text"
    json = "json"


@dataclass(slots=True)
class _Checked:
    graphs: list[FoundGraph] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def code(self, *, strict: bool) -> int:
        if self.problems:
            return UNUSABLE
        counts = self.findings if strict else [f for f in self.findings if f.severity == "error"]
        return FAILED if counts else OK


@reporting
def check(
    targets: Targets = None,
    format_: Annotated[ReportFormat, typer.Option("--format", help="How to report.")] = (
        ReportFormat.text
    ),
    strict: Annotated[bool, typer.Option("--strict", help="Warnings and notes count too.")] = False,
    debug: Debug = False,
) -> int:
    """Prove that a graph's contracts fit, or show what breaks them.

    Exit code 0: nothing that counts. 1: findings that count (errors; with --strict all).
    2: something could not be checked.
    """
    checked = _check(targets or [], debug=debug)
    if format_ is ReportFormat.json:
        _print_json(checked)
    else:
        _print_text(checked)
    return checked.code(strict=strict)


def _check(targets: Sequence[str], *, debug: bool) -> _Checked:
    checked = _Checked()
    try:
        settings = read_settings()
        facts = read_facts(settings.models)
        found = find_graphs(targets, settings, debug=debug)
    except ProblemsError as error:
        checked.problems += error.problems
        return checked
    checked.problems += found.problems
    from agentgraph.check.engine import check_graph

    for one in found.graphs:
        try:
            # A graph that stands alone and inside another has its faults once.
            new = [f for f in check_graph(one.graph, models=facts) if f not in checked.findings]
            checked.findings += new
        except Exception as error:  # noqa: BLE001  # the other graphs still get checked
            checked.problems += _problems(error, one)
            if debug:
                say("".join(traceback.format_exception(error)).rstrip())
        else:
            checked.graphs.append(one)
    return checked


def _problems(error: Exception, graph: FoundGraph) -> Sequence[Problem]:
    if isinstance(error, ProblemsError):
        return error.problems
    message = f"the checker itself failed: {type(error).__name__}: {error}"
    return [Problem(message, where=graph.text, help="--debug shows where; please report it")]


def _print_text(checked: _Checked) -> None:
    from agentgraph.check.report.text import render_text

    if checked.findings:
        tell(render_text(checked.findings, color=colored()).rstrip("\n") + "\n")
    say_problems(checked.problems)
    tell(_summary(checked))


def _summary(checked: _Checked) -> str:
    counts = {"error": 0, "warning": 0, "note": 0}
    for finding in checked.findings:
        counts[finding.severity] += 1
    parts = [_count(number, kind) for kind, number in counts.items() if number]
    words = f"{_count(len(checked.graphs), 'graph')} checked: {', '.join(parts) or 'no findings'}"
    if checked.problems:
        words += f"; {_count(len(checked.problems), 'problem')} kept the rest from being checked"
    return words


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _print_json(checked: _Checked) -> None:
    tell(json.dumps(_report(checked), indent=2, ensure_ascii=False))


def _report(checked: _Checked) -> dict[str, Any]:
    from agentgraph.check.report.json import render_json

    report = render_json([one.graph for one in checked.graphs], checked.findings)
    problems = [shown(problem) for problem in checked.problems]
    return {
        **report,
        "problems": [
            {
                "message": problem.message,
                "where": problem.where,
                "file": problem.file,
                "line": problem.line,
                "help": problem.help,
            }
            for problem in problems
        ],
    }
