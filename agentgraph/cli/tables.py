"""Lists for people: columns, sizes, moments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from agentgraph.model.contract import Json


class ListFormat(StrEnum):
    text = "text"
    json = "json"


Format = Annotated[ListFormat, typer.Option("--format", help="How to write it.")]


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> list[str]:
    """The lines of a table. `right` names the columns of numbers, with spaces between."""
    lines = [tuple(header), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numbers = [name in right.split() for name in header]
    return [
        "  ".join(
            f"{cell:>{width}}" if number else f"{cell:{width}}"
            for cell, width, number in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in lines
    ]


def size(number: int) -> str:
    """`812 B`, `12.4 KiB`."""
    value = float(number)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{number} B" if unit == "B" else f"{value:.1f} {unit}"


def moment(at: datetime | str | None) -> str:
    """A moment in local time, to the second; nothing for None."""
    if at is None:
        return ""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def as_json(value: object) -> str:
    """Pretty JSON; what has no JSON form, such as a message of LangChain's, as Python shows it."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=repr)


def short(value: Json, limit: int = 60) -> str:
    """A value on one line, cut in the middle where it is longer than `limit` characters."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    keep = (limit - 1) // 2
    return text if len(text) <= limit else f"{text[:keep]}…{text[-keep:]}"
