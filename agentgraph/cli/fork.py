"""`agentgraph fork`: a thread that goes another way from a step of another."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from agentgraph.cli.memory import Prefix, Redis, stored_memory
from agentgraph.cli.options import AtStep, Debug, Thread
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.show import say_others
from agentgraph.cli.streams import say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json


@reporting
def fork(
    thread: Thread,
    *,
    at: AtStep = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="NAME", help="The new thread. Default: THREAD-STEP."),
    ] = None,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """Make a new thread that begins with the history of a thread, up to a step.

    The old thread stays as it is. At its latest step all goes along: a question that waits, work
    of a step that has begun, recorded calls. At an earlier one, what ran after it stays behind,
    and the next agents run again when the new thread is gone on with.
    """
    from agentgraph.run.fork import fork_thread

    with stored_memory(redis, prefix, thread) as memory:
        made = fork_thread(memory, thread, at, to)
    say_others(made.at)
    if format_ is ListFormat.json:
        step = made.at.step
        names = {"thread": made.thread, "from": thread, "step": step.step}
        tell(as_json({**names, "checkpoint": step.checkpoint, "in_flight": made.at.latest}))
        return OK
    tell(made.thread)
    more = "all that was under way with it" if made.at.latest else "what ran after it left behind"
    say(f"begins with {thread} up to step {made.at.step.step}, {more}")
    say(f"go on with: agentgraph run TARGET --thread {shlex.quote(made.thread)}")
    return OK
