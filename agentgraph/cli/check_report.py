"""What a check came to, in the form that was asked for."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

from agentgraph.cli.checked import Checked
from agentgraph.cli.output import write_output
from agentgraph.cli.settings import project_root
from agentgraph.cli.streams import colored, count, say, say_problems, shown, shown_path, tell
from agentgraph.errors import Problem


class ReportFormat(StrEnum):
    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


EXTENSIONS = {".sarif": ReportFormat.sarif, ".json": ReportFormat.json}


def report_format(given: ReportFormat | None, output: Path | None) -> ReportFormat:
    """The form that was asked for; else by the extension of the file; else text."""
    if given is not None:
        return given
    return EXTENSIONS.get(output.suffix.lower() if output else "", ReportFormat.text)


def report(checked: Checked, format_: ReportFormat, output: Path | None) -> None:
    """Writes the report to a file or stdout.

    Problems, and what is gone from the baseline, are said on stderr where the report is for
    people. With a file, stdout gets the summary.
    """
    to_file = output is not None and str(output) != "-"
    summary = summary_of(checked)
    if format_ is ReportFormat.text:
        if not to_file:
            _say_aside(checked)
        write_output(_text(checked, summary, color=not to_file and colored()), output)
    elif format_ is ReportFormat.github:
        write_output(_github(checked, summary), output)
    else:
        made = _json(checked) if format_ is ReportFormat.json else _sarif(checked)
        write_output(json.dumps(made, indent=2, ensure_ascii=False) + "\n", output)
    if to_file:
        _say_aside(checked)
        tell(f"{summary}; see {output}")


def summary_of(checked: Checked) -> str:
    """The check in a line."""
    counts = {"error": 0, "warning": 0, "note": 0}
    for finding in checked.findings:
        counts[finding.severity] += 1
    parts = [count(number, kind) for kind, number in counts.items() if number]
    words = f"{count(len(checked.graphs), 'graph')} checked: {', '.join(parts) or 'no findings'}"
    if checked.hidden and checked.baseline:
        words += f"; {checked.hidden} more in {shown_path(str(checked.baseline))}"
    read, nodes = checked.readable
    if nodes:
        words += f"; {read} of {count(nodes, 'node')} could be read"
    if checked.problems:
        words += f"; {count(len(checked.problems), 'problem')} kept the rest from being checked"
    return words


def _say_aside(checked: Checked) -> None:
    say_problems(checked.problems)
    if checked.stubbed:
        say(f"note: not installed, and stood in for: {', '.join(checked.stubbed)}")
    if checked.gone and checked.baseline:
        file = shown_path(str(checked.baseline))
        say(f"no longer found, but still in {file} (write it anew with --write-baseline {file}):")
        for known in checked.gone:
            say(f"    {known}")


def _text(checked: Checked, summary: str, *, color: bool) -> str:
    from agentgraph.check.report.text import render_text

    findings = render_text(checked.findings, color=color)
    return f"{findings}\n{summary}\n" if findings else f"{summary}\n"


def _github(checked: Checked, summary: str) -> str:
    from agentgraph.check.report.github import render_github

    root = _checkout()
    return render_github(checked.findings, root=root, problems=checked.problems) + f"{summary}\n"


def _sarif(checked: Checked) -> dict[str, Any]:
    from agentgraph.check.report.sarif import render_sarif

    return render_sarif(checked.findings, root=_checkout(), problems=checked.problems)


def _json(checked: Checked) -> dict[str, Any]:
    from agentgraph.check.report.json import render_json

    return {
        **render_json([one.graph for one in checked.graphs], checked.findings),
        "strict": checked.strict,
        "baseline": _baseline(checked),
        "problems": [_problem(shown(problem)) for problem in checked.problems],
    }


def _baseline(checked: Checked) -> dict[str, Any] | None:
    if checked.baseline is None:
        return None
    return {
        "file": shown_path(str(checked.baseline)),
        "hidden": checked.hidden,
        "gone": [
            {"code": one.code, "file": one.file, "place": one.place, "message": one.message}
            for one in checked.gone
        ],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "message": problem.message,
        "where": problem.where,
        "file": problem.file,
        "line": problem.line,
        "help": problem.help,
    }


def _checkout() -> Path:
    """What code hosts take files relative to: the nearest folder with a `.git`, else the project's, else this."""
    here = Path.cwd()
    checkout = (folder for folder in (here, *here.parents) if (folder / ".git").exists())
    return next(checkout, None) or project_root(here) or here
