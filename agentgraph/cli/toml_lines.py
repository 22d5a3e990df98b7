"""On which line of a TOML file a setting stands: Python's own reader does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TABLE = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(r"""\s*(?P<name>[\w."'-]+)\s*=""")


def line_of(text: str, setting: str, value: str = "") -> int:
    """The line of a setting (`tool.agentgraph.check.select`), or of a text within its value.

    Where that is not found, the line of the nearest table that holds it; else 1.
    """
    first = nearest = None
    depth = 0
    for number, line, here in _placed(text):
        if here == setting or here.startswith(f"{setting}."):
            first = first or number
            if value and value in line:
                return number
        elif setting.startswith(f"{here}.") and len(here) > depth:
            nearest, depth = number, len(here)
    return first or nearest or 1


def _placed(text: str) -> Iterator[tuple[int, str, str]]:
    """Each line, and the setting or table that it belongs to."""
    table = here = ""
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _TABLE.match(line), _KEY.match(line)
        if header:
            table = here = _plain(header["name"])
        elif key:
            here = f"{table}.{_plain(key['name'])}".lstrip(".")
        yield number, line, here


def _plain(name: str) -> str:
    return re.sub(r"""["'\s]""", "", name)
