"""`agentgraph draw`: a graph as a picture."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.call.facts import read_facts
from agentgraph.call.policy_settings import read_policies
from agentgraph.cli.check_settings import Given, read_check_settings
from agentgraph.cli.graphs import FoundGraph, find_graph, find_graphs
from agentgraph.cli.options import Debug, OneTarget
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.output import Output, write_output
from agentgraph.cli.settings import read_settings
from agentgraph.cli.streams import colored
from agentgraph.errors import Problem, SettingsError, TargetError

if TYPE_CHECKING:
    from agentgraph.check.finding import Finding

WIDTH = 100
"""Columns where stdout is no terminal."""


class DrawingFormat(StrEnum):
    terminal = "terminal"
    mermaid = "mermaid"
    dot = "dot"
    json = "json"


EXTENSIONS = {
    ".txt": DrawingFormat.terminal,
    ".mmd": DrawingFormat.mermaid,
    ".mermaid": DrawingFormat.mermaid,
    ".dot": DrawingFormat.dot,
    ".gv": DrawingFormat.dot,
    ".json": DrawingFormat.json,
}


@reporting
def draw(
    target: OneTarget = None,
    output: Output = None,
    format_: Annotated[
        DrawingFormat | None,
        typer.Option("--format", help="Default: by the extension of FILE, or terminal."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Show the checker's findings in the picture.")
    ] = False,
    debug: Debug = False,
) -> int:
    """Draw a graph: in the terminal, or as Mermaid, DOT or JSON."""
    format_ = format_ or _format_of(output)
    settings = read_settings()
    if format_ is DrawingFormat.terminal:
        found = find_graphs([target] if target else [], settings, debug=debug, plain=True)
        if found.problems:
            raise TargetError(found.problems)
        graphs = list(found.graphs)
    else:
        graphs = [find_graph(target, settings, debug=debug, plain=True)]
    to_terminal = output is None and format_ is DrawingFormat.terminal and sys.stdout.isatty()
    drawings = [_draw(one, format_, check=check, to_terminal=to_terminal) for one in graphs]
    write_output("\n".join(drawings), output)
    return OK


def _draw(one: FoundGraph, format_: DrawingFormat, *, check: bool, to_terminal: bool) -> str:
    from agentgraph.draw.draw import draw_graph

    return draw_graph(
        one.graph,
        format=format_.value,
        findings=_findings(one) if check else (),
        width=shutil.get_terminal_size().columns if to_terminal else WIDTH,
        color=to_terminal and colored(),
    )


def _findings(one: FoundGraph) -> list[Finding]:
    """What `agentgraph check` tells, by the project's settings; known ones too."""
    from agentgraph.check.engine import check_graph

    project, settings = read_check_settings(Given())
    facts, policies = read_facts(project.models), read_policies(project.run)
    return check_graph(one.checked, models=facts, settings=settings, policies=policies)


def _format_of(output: Path | None) -> DrawingFormat:
    if output is None or str(output) == "-":
        return DrawingFormat.terminal
    if output.suffix.lower() not in EXTENSIONS:
        raise SettingsError(
            [
                Problem(
                    f"{output.suffix!r} says no format" if output.suffix else "no extension",
                    where=str(output),
                    help=f"use one of {' '.join(EXTENSIONS)}, or --format",
                )
            ],
            "which format?",
        )
    return EXTENSIONS[output.suffix.lower()]
