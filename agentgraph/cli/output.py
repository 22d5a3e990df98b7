"""`-o FILE`: where a result goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agentgraph.errors import Problem, SettingsError

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write. Default: stdout."),
]


def write_output(text: str, output: Path | None) -> None:
    """Writes to the file, or to stdout where it is None or `-`. SettingsError: it cannot be written."""
    if output is None or str(output) == "-":
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        help_ = "" if output.parent.is_dir() else f"there is no folder {output.parent}"
        problem = Problem(f"cannot be written: {reason}", where=str(output), help=help_)
        raise SettingsError([problem], "nothing was written") from error
