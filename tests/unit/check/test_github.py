"""Findings as annotations: what GitHub's runner reads back is what was meant."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from agentgraph.check.report.github import render_github
from agentgraph.errors import Problem
from tests.unit.check.test_sarif import finding


def read(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner does it: the name, the properties, the text."""
    found = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
    assert found is not None, line
    pairs = (pair.split("=", 1) for pair in found[2].split(",") if pair)
    return found[1], {key: unquote(value) for key, value in pairs}, unquote(found[3])


def test_an_annotation_stands_at_its_line(tmp_path: Path) -> None:
    text = render_github([finding(tmp_path / "flow.py", 7, help="narrow it")], root=tmp_path)

    assert text == (
        "::error file=flow.py,line=7,title=AG101 contract broken::it does not hold%0Ahelp: narrow it\n"
    )


@pytest.mark.parametrize(
    ("severity", "name"), [("error", "error"), ("warning", "warning"), ("note", "notice")]
)
def test_severities_have_githubs_names(severity: str, name: str) -> None:
    assert render_github([finding(None, severity=severity)], root=Path("/")).startswith(
        f"::{name} "
    )


def test_what_would_end_a_command_or_property_is_escaped(tmp_path: Path) -> None:
    file = tmp_path / "a,b:c%2C.py"
    one = finding(file, message="100%: a, b::error file=x::", help="two\nlines\r")

    (line,) = render_github([one], root=tmp_path).splitlines()
    name, properties, text = read(line)

    assert name == "error"
    assert properties["file"] == "a,b:c%2C.py"
    assert text == "100%: a, b::error file=x::\nhelp: two\\nlines\\r"


def test_problems_are_errors_too(tmp_path: Path) -> None:
    problems = [
        Problem("SyntaxError: oh", file=str(tmp_path / "x.py"), line=2, help="a\nb"),
        Problem("no such file", where="y.py"),
    ]
    first, second = map(read, render_github([], root=tmp_path, problems=problems).splitlines())

    title = {"title": "could not be checked"}
    assert first == ("error", {"file": "x.py", "line": "2", **title}, "SyntaxError: oh\nhelp: a\nb")
    assert second == ("error", title, "y.py: no such file")
