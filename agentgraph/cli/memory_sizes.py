"""`agentgraph memory`: what threads take up, and which fields of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.memory import Prefix, Redis, has_memory, project_memory, stored_memory
from agentgraph.cli.options import Debug
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.settings import read_settings
from agentgraph.cli.streams import say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json, size, table

if TYPE_CHECKING:
    from agentgraph.run.overview import FieldRow, ThreadRow

_COLUMNS = {
    "VALUES": ("values",),
    "BLOBS": ("blobs",),
    "WRITES": ("writes",),
    "JOURNAL": ("journal", "runs"),
    "ENVELOPES": ("checkpoints", "index"),
    "OTHER": ("meta", "lease"),
}
"""The parts of a thread in each column."""
_REST = {
    "checkpoints": "(envelopes of checkpoints)",
    "journal": "(recorded steps, events)",
    "runs": "(run records)",
}


@reporting
def memory(
    thread: Annotated[
        str | None, typer.Argument(metavar="THREAD", help="Its fields. Default: all threads.")
    ] = None,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """Show what each thread takes up in Redis, or what is stored of each field of one; the most first."""
    if thread is not None:
        _tell_fields(thread, redis, prefix, format_)
    else:
        _tell_threads(redis, prefix, format_)
    return OK


def _tell_threads(redis: str | None, prefix: str, format_: ListFormat) -> None:
    from agentgraph.run.overview import thread_rows

    settings = read_settings()
    rows: list[ThreadRow] = []
    if has_memory(redis, settings):
        with project_memory(redis, settings, prefix) as opened:
            rows = sorted(thread_rows(opened), key=lambda row: (-row.bytes, row.thread))
    if format_ is ListFormat.json:
        parts = [
            {"thread": row.thread, "bytes": row.bytes, "parts": dict(row.parts)} for row in rows
        ]
        tell(as_json(parts))
        return
    if not rows:
        say("no threads yet")
        return
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.parts)
    cells = [_part_cells(row.thread, row.parts) for row in rows]
    header = ("THREAD", *_COLUMNS, "SIZE")
    for line in table(header, [*cells, _part_cells("(all)", total)], right=" ".join(header[1:])):
        tell(line)


def _part_cells(name: str, parts: Mapping[str, int]) -> tuple[str, ...]:
    columns = [sum(parts.get(part, 0) for part in of) for of in _COLUMNS.values()]
    return (name, *(size(column) for column in columns), size(sum(parts.values())))


def _tell_fields(thread: str, redis: str | None, prefix: str, format_: ListFormat) -> None:
    from agentgraph.run.overview import field_rows, thread_rows

    with stored_memory(redis, prefix, thread) as opened:
        [whole] = thread_rows(opened, [thread])
        fields, rest = field_rows(opened, thread)
    if format_ is ListFormat.json:
        found = [{**asdict(row), "bytes": row.bytes} for row in fields]
        data = {"thread": thread, "bytes": whole.bytes, "parts": dict(whole.parts)}
        tell(as_json({**data, "fields": found, "rest": rest}))
        return
    rows = sorted([*map(_field_cells, fields), *map(_rest_cells, rest.items())], key=_by_size)
    header = ("FIELD", "VALUES", "BLOBS", "WRITES", "STORED")
    cells = [(name, *map(size, sizes)) for name, *sizes in rows]
    for line in table(header, cells, right=" ".join(header[1:])):
        tell(line)
    say(f"{size(whole.bytes)} in Redis, with its own bookkeeping")


def _by_size(row: tuple[str, int, int, int, int]) -> tuple[int, str]:
    return -row[-1], row[0]


def _field_cells(row: FieldRow) -> tuple[str, int, int, int, int]:
    return row.field, row.values, row.blobs, row.writes, row.bytes


def _rest_cells(rest: tuple[str, int]) -> tuple[str, int, int, int, int]:
    part, stored = rest
    return _REST.get(part, part), 0, 0, 0, stored
