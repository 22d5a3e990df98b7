"""`agentgraph prune`: making room in the memory."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.memory import Prefix, Redis, stored_memory
from agentgraph.cli.options import Debug
from agentgraph.cli.outcome import FAILED, OK, reporting
from agentgraph.cli.streams import count, say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json, moment, size, table
from agentgraph.errors import Problem, SettingsError

if TYPE_CHECKING:
    from agentgraph.run.overview import ThreadRow
    from agentgraph.run.prune import Pruned

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Keep(StrEnum):
    latest = "latest"


@reporting
def prune(
    threads: Annotated[
        list[str] | None, typer.Argument(metavar="THREAD...", help="Default: all there are.")
    ] = None,
    *,
    keep: Annotated[
        Keep | None, typer.Option("--keep", help="Keep the latest step of each, and no other.")
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than",
            metavar="SPAN",
            help="Only those not written for so long: 45m, 12h, 30d, 8w. Without --keep they are deleted.",
        ),
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete them whole.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before deleting.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """Free memory: cut threads down to their latest step, or delete them.

    A thread that a run writes is left as it is, and the exit code is 1.
    """
    span = _checked(threads or [], keep, older_than, delete=delete)
    from agentgraph.run.prune import chosen_threads, prune_threads

    with stored_memory(redis, prefix) as memory:
        rows = chosen_threads(memory, threads or [], span)
        if keep is not None:
            rows = [row for row in rows if row.checkpoints > 1]
        if not rows:
            say("there is nothing to prune")
        elif dry_run or (keep is None and not yes):
            for line in _plan(rows, format_, keeps=keep is not None):
                (tell if dry_run else say)(line)
        if dry_run or not rows or (keep is None and not yes and not _agreed(rows)):
            return OK
        done = list(prune_threads(memory, rows, "delete" if keep is None else "keep_latest"))
    _tell_done(done, format_)
    return FAILED if any(one.busy for one in done) else OK


def _checked(
    threads: list[str], keep: Keep | None, older_than: str | None, *, delete: bool
) -> timedelta | None:
    """The span of --older-than. SettingsError: nothing says clearly what is to be done, and with what."""
    problem = None
    if keep is not None and delete:
        problem = Problem("--keep and --delete exclude each other")
    elif keep is None and not delete and older_than is None:
        help_ = "--keep latest, --older-than 30d or --delete"
        problem = Problem("what is to be removed?", help=help_)
    elif delete and not threads and older_than is None:
        help_ = "agentgraph prune THREAD... --delete, or --older-than 30d"
        problem = Problem("--delete wants the threads by name, or an age", help=help_)
    if problem is not None:
        raise SettingsError([problem], "usage")
    return None if older_than is None else _span(older_than)


def _span(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,5})([smhdw])", text.strip())
    if found is None:
        help_ = "a number and a unit: 45m, 12h, 30d, 8w"
        raise SettingsError([Problem(f"{text!r} is no span", "--older-than", help=help_)], "usage")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _agreed(rows: list[ThreadRow]) -> bool:
    """Whether a person says yes. SettingsError: nobody is there to ask."""
    if not sys.stdin.isatty():
        help_ = "say --yes to delete them, or --dry-run to look only"
        raise SettingsError([Problem("nobody is here to be asked", help=help_)], "nothing deleted")
    return typer.confirm(f"delete {count(len(rows), 'thread')}?", err=True)


def _plan(rows: list[ThreadRow], format_: ListFormat, *, keeps: bool) -> list[str]:
    what = "would keep its latest step" if keeps else "would be deleted"
    if format_ is ListFormat.json:
        return [
            as_json(
                [
                    {
                        "thread": row.thread,
                        "checkpoints": row.checkpoints,
                        "bytes": row.bytes,
                        "plan": _planned(row, what),
                    }
                    for row in rows
                ]
            )
        ]
    header = ("THREAD", "UPDATED", "CHECKPOINTS", "SIZE", "PLAN")
    cells = [
        (
            row.thread,
            moment(row.updated),
            str(row.checkpoints),
            size(row.bytes),
            _planned(row, what),
        )
        for row in rows
    ]
    return table(header, cells, right="CHECKPOINTS SIZE")


def _planned(row: ThreadRow, what: str) -> str:
    if row.held:
        return "is left as it is: a run writes it"
    return what + (f", and waits for {', '.join(row.waiting)}" if row.waiting else "")


def _tell_done(done: list[Pruned], format_: ListFormat) -> None:
    if format_ is ListFormat.json:
        tell(as_json([_data(one) for one in done]))
        return
    header = ("THREAD", "CHECKPOINTS", "SIZE", "FREED")
    for line in table(header, map(_cells, done), right="FREED"):
        tell(line)
    freed = sum(one.freed for one in done if not one.busy)
    say(f"{size(freed)} freed")


def _cells(one: Pruned) -> tuple[str, ...]:
    if one.busy:
        return one.before.thread, "a run writes it: left as it is", size(one.before.bytes), "-"
    return (
        one.before.thread,
        f"{one.before.checkpoints} -> {one.checkpoints}",
        f"{size(one.before.bytes)} -> {size(one.bytes)}",
        size(one.freed),
    )


def _data(one: Pruned) -> dict[str, object]:
    return {
        "thread": one.before.thread,
        "busy": one.busy,
        "checkpoints": [one.before.checkpoints, one.checkpoints],
        "bytes": [one.before.bytes, one.bytes],
    }
