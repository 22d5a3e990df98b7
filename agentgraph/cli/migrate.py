"""`agentgraph migrate`: bringing what is stored into the form that is written now."""

from __future__ import annotations

from typing import Annotated

import typer

from agentgraph.cli.memory import Prefix, Redis, stored_memory
from agentgraph.cli.options import Debug
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.streams import count, say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json, table


@reporting
def migrate(
    threads: Annotated[
        list[str] | None, typer.Argument(metavar="THREAD...", help="Default: all there are.")
    ] = None,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """Bring stored threads into the form that is written now, while they are in use.

    That is the newest format, and encrypted with the first of AGENTGRAPH_ENCRYPTION_KEYS (in
    base64, commas between), where there are any: what is plain text, or encrypted with another of
    them, is encrypted anew. What a migration that was cut off has left is done by the next.
    """
    from agentgraph.run.migrate import migrate_threads

    with stored_memory(redis, prefix) as memory:
        done = list(migrate_threads(memory, threads or []))
    if format_ is ListFormat.json:
        tell(
            as_json(
                [
                    {"thread": one.thread_id, "payloads": one.payloads, "rewritten": one.rewritten}
                    for one in done
                ]
            )
        )
        return OK
    rows = [(one.thread_id, f"{one.payloads:,}", f"{one.rewritten:,}") for one in done]
    for line in table(("THREAD", "PAYLOADS", "REWRITTEN"), rows, right="PAYLOADS REWRITTEN"):
        tell(line)
    rewritten = sum(one.rewritten for one in done)
    say(f"{count(len(done), 'thread')}, {count(rewritten, 'payload')} rewritten")
    return OK
