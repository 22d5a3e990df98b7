"""Places in files, as people and programs write them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

from agentgraph.model.source import Source

_PLACE = re.compile(r" \((?P<file>.+):(?P<line>[1-9]\d*)\)")


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


def from_brackets(text: str) -> tuple[str, Source | None]:
    """A text without the place that `in_brackets` has put at its end, and that place."""
    start = text.rfind(" (")
    while start >= 0:
        found = _PLACE.fullmatch(text, start)
        # A file's name may have brackets of its own: those that open must close.
        if found and found["file"].count("(") == found["file"].count(")"):
            return text[:start], Source(str(Path(found["file"]).absolute()), int(found["line"]))
        start = text.rfind(" (", 0, start)
    return text, None


def path_from(root: Path, file: str) -> str:
    """The path from a folder, with `/` on every system and `..` where the file is not below it."""
    try:
        return Path(os.path.relpath(file, root)).as_posix()
    except ValueError:  # on another drive
        return Path(file).as_posix()


def uri_from(root: Path, file: str) -> tuple[str, bool]:
    """The file as a URI, and whether that is relative to the folder: only below it."""
    path = path_from(root, file)
    if path.startswith("../") or Path(path).is_absolute():
        return Path(file).absolute().as_uri(), False
    return quote(path), True
