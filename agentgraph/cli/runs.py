"""`agentgraph runs`: the runs of a thread, and what happened in one."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.memory import Prefix, Redis, stored_memory
from agentgraph.cli.options import Debug, Thread
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.streams import say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json, moment, table
from agentgraph.errors import Problem, ResumeError

if TYPE_CHECKING:
    from agentgraph.run.traces import RunTrace

_WIDEST = 60
"""Characters of how a run ended, in the list; `--run` and JSON tell all of it."""
_HEADER = ("RUN", "BEGAN", "TOOK", "HOW", "MODEL CALLS", "TOKENS", "COST")


@reporting
def runs(
    thread: Thread,
    *,
    run: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="RUN", help="What happened in this run; its name, or how it begins."
        ),
    ] = None,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """List the runs of a thread: how each ended, what it took and cost; or, with --run, all that happened in one."""
    from agentgraph.run.history import no_thread
    from agentgraph.run.overview import upkeep_of
    from agentgraph.run.traces import run_traces

    with stored_memory(redis, prefix, thread) as memory:
        found = run_traces(memory.traces, thread) if memory.traces is not None else []
        if not found and not any(upkeep_of(memory).sizes([thread])):
            raise ResumeError([no_thread(memory, thread)], "nothing to show")
    if run is not None:
        found = [_named(found, run, thread)]
    if format_ is ListFormat.json:
        tell(as_json([_data(one) for one in found]))
    elif run is not None:
        _tell_events(found[0])
    elif not found:
        say(f"nothing was kept of the runs of thread {thread!r}")
    else:
        for line in table(_HEADER, map(_cells, found), right="CALLS TOKENS COST"):
            tell(line)
    return OK


def _named(found: list[RunTrace], run: str, thread: str) -> RunTrace:
    fitting = [one for one in found if one.run.startswith(run)]
    if len(fitting) != 1:
        names = ", ".join(one.run[:8] for one in found) or "none"
        message = f"{len(fitting)} runs of thread {thread!r} have a name that begins with {run!r}"
        raise ResumeError([Problem(message, help=f"its runs: {names}")], "no such run")
    return fitting[0]


def _tell_events(trace: RunTrace) -> None:
    from agentgraph.cli.streaming import Readable

    readable = Readable()
    for event in trace.events:
        line = readable(event)
        if line is not None:
            tell(line)


def _cells(trace: RunTrace) -> tuple[str, ...]:
    from agentgraph.cli.progress import shown_seconds

    end, spent = trace.end, trace.spent
    began = datetime.fromtimestamp(trace.events[0].at, UTC) if trace.events else None
    cost = "unknown" if spent.cost is None else f"{spent.cost:.6g}"
    return (
        trace.run[:8],
        moment(began),
        "" if end is None else shown_seconds(end.seconds),
        shorten(trace.how, _WIDEST, placeholder=" ..."),
        str(spent.calls),
        str(spent.input_tokens + spent.output_tokens),
        cost if spent.calls else "",
    )


def _data(trace: RunTrace) -> dict[str, object]:
    return {
        "run": trace.run,
        "how": trace.how,
        "model_calls": trace.spent.calls,
        "input_tokens": trace.spent.input_tokens,
        "output_tokens": trace.spent.output_tokens,
        "cost": trace.spent.cost,
        "events": [event.to_json() for event in trace.events],
    }
