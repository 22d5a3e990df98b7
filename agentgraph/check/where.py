"""Places in files, as people write them: relative to where they stand."""

from __future__ import annotations

from pathlib import Path

from agentgraph.model.source import Source


def shown_file(file: str) -> str:
    """The path from the working folder, where the file is below it."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file


def shown_place(source: Source) -> str:
    """`file:line`."""
    return f"{shown_file(source.file)}:{source.line}"


def in_brackets(source: Source | None) -> str:
    """` (file:line)`, or nothing where it is not known."""
    return f" ({shown_place(source)})" if source else ""
