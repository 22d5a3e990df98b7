"""`agentgraph threads`: what the memory holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentgraph.cli.memory import Prefix, Redis, has_memory, project_memory
from agentgraph.cli.options import Debug
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.settings import read_settings
from agentgraph.cli.streams import say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json, moment, size, table

if TYPE_CHECKING:
    from agentgraph.run.overview import ThreadRow

_HEADER = ("THREAD", "UPDATED", "CHECKPOINTS", "SIZE", "GRAPH", "LAST", "WAITS FOR")


@reporting
def threads(
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """List the threads that are remembered, the latest first: how each stands, and what it takes up."""
    settings = read_settings()
    found: list[ThreadRow] = []
    if has_memory(redis, settings):
        from agentgraph.run.overview import thread_rows

        with project_memory(redis, settings, prefix) as memory:
            found = thread_rows(memory)
    if format_ is ListFormat.json:
        tell(as_json([_data(row) for row in found]))
    elif not found:
        say("no threads yet")
    else:
        for line in table(_HEADER, map(_cells, found), right="CHECKPOINTS SIZE"):
            tell(line)
    return OK


def _cells(row: ThreadRow) -> tuple[str, ...]:
    waits = ", ".join(row.waiting) or ("(runs now)" if row.held else "")
    return (
        row.thread,
        moment(row.updated),
        str(row.checkpoints),
        size(row.bytes),
        row.graph,
        ", ".join(row.last),
        "(cannot be read: `agentgraph show` says why)" if row.problem else waits,
    )


def _data(row: ThreadRow) -> dict[str, object]:
    return {
        "thread": row.thread,
        "updated": row.updated.isoformat() if row.updated else None,
        "checkpoints": row.checkpoints,
        "bytes": row.bytes,
        "graph": row.graph,
        "last": row.last,
        "waiting": row.waiting,
        "runs_now": row.held,
        "problem": row.problem or None,
    }
