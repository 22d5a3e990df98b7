"""`agentgraph history`: what a thread went through, step by step."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from agentgraph.cli.memory import Prefix, Redis, stored_memory
from agentgraph.cli.options import Debug, Thread
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.streams import tell
from agentgraph.cli.tables import Format, ListFormat, as_json, moment

if TYPE_CHECKING:
    from agentgraph.run.history import HistoryStep


@reporting
def history(
    thread: Thread,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """Show what ran on a thread, step by step, and which fields it changed."""
    from agentgraph.run.history import thread_history

    with stored_memory(redis, prefix, thread) as memory:
        steps = thread_history(memory, thread)
    if format_ is ListFormat.json:
        tell(as_json([asdict(step) for step in steps]))
    else:
        for line in _lines(steps):
            tell(line)
    return OK


def _lines(steps: list[HistoryStep]) -> list[str]:
    """One line a step: number, time, who ran, what changed; values are in the JSON."""
    rows = [(str(step.step), moment(step.at), _event(step), _changed(step)) for step in steps]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        f"{number:>{widths[0]}}  {at:{widths[1]}}  {event:{widths[2]}}  {changed}".rstrip()
        for number, at, event, changed in rows
    ]


def _event(step: HistoryStep) -> str:
    words = ", ".join(step.ran) or {"input": "a new turn", "loop": "begin"}.get(
        step.source, step.source
    )
    if step.failed:
        words += f"; failed: {'; '.join(step.failed)}"
    if step.waiting:
        words += f"; waits: {'; '.join(step.waiting)}"
    return words


def _changed(step: HistoryStep) -> str:
    return f"-> {', '.join(step.changed)}" if step.changed else ""
