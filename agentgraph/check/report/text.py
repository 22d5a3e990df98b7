"""Findings for people: the fault, the line, why, and what to do."""

from __future__ import annotations

import linecache
from collections.abc import Iterable, Iterator

from agentgraph.check.finding import Finding, Severity
from agentgraph.check.report.notes import notes_of, printable
from agentgraph.check.where import shown_place
from agentgraph.model.source import Source
from agentgraph.read.credentials import masked

_COLORS: dict[Severity, str] = {"error": "31", "warning": "33", "note": "36"}


def render_text(findings: Iterable[Finding], *, color: bool = False) -> str:
    """Every finding with its excerpt, a blank line between them; "" where there is none.

    `color` adds ANSI colours. A source that cannot be read is named without an excerpt.
    """
    paint = _Paint(color)
    blocks = ["\n".join(_lines(finding, paint)) for finding in findings]
    return "\n\n".join(blocks) + ("\n" if blocks else "")


class _Paint:
    def __init__(self, color: bool) -> None:
        self._color = color

    def bold(self, text: str) -> str:
        return self._with("1", text)

    def dim(self, text: str) -> str:
        return self._with("2", text)

    def severity(self, severity: Severity, text: str) -> str:
        return self._with(f"1;{_COLORS[severity]}", text)

    def _with(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._color else text


def _lines(finding: Finding, paint: _Paint) -> Iterator[str]:
    head = paint.severity(finding.severity, f"{finding.severity}[{finding.code}]")
    yield f"{head}{paint.bold(': ' + printable(finding.message))}"
    width = len(str(finding.line)) if finding.line else 1
    gutter = " " * width
    if finding.source:
        yield f"{gutter}{paint.dim('-->')} {shown_place(finding.source)}"
        yield from _excerpt(finding.source, width, paint)
    for line in notes_of(finding):
        yield f"{gutter} {paint.dim('=')} {line}"


def _excerpt(source: Source, width: int, paint: _Paint) -> Iterator[str]:
    text = masked(linecache.getline(source.file, source.line).rstrip())
    if not text:
        return
    bar = paint.dim("|")
    yield f"{' ' * width} {bar}"
    yield f"{paint.dim(str(source.line))} {bar} {printable(text)}"
    yield f"{' ' * width} {bar}"
