"""`agentgraph history`: what a thread went through, step by step."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.memory import Redis, has_memory, project_memory
from agentgraph.cli.options import Debug
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.settings import read_settings
from agentgraph.cli.streams import tell
from agentgraph.cli.threads import Format, ListFormat
from agentgraph.errors import Problem, ResumeError

if TYPE_CHECKING:
    from agentgraph.run.history import HistoryStep


@reporting
def history(
    thread: Annotated[str, typer.Argument(metavar="THREAD", help="As in `agentgraph threads`.")],
    redis: Redis = None,
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """Show what ran on a thread, step by step, and which fields it changed."""
    settings = read_settings()
    if not has_memory(redis, settings):
        raise ResumeError([Problem(f"there is no thread {thread!r}")], "no history")
    from agentgraph.run.history import thread_history

    with project_memory(redis, settings) as memory:
        steps = thread_history(memory, thread)
    if format_ is ListFormat.json:
        tell(json.dumps([asdict(step) for step in steps], indent=2, ensure_ascii=False))
    else:
        for line in _lines(steps):
            tell(line)
    return OK


def _lines(steps: list[HistoryStep]) -> list[str]:
    """One line a step: number, time, who ran, what changed; values are in the JSON."""
    rows = [(str(step.step), _time(step.at), _event(step), _changed(step)) for step in steps]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        f"{number:>{widths[0]}}  {at:{widths[1]}}  {event:{widths[2]}}  {changed}".rstrip()
        for number, at, event, changed in rows
    ]


def _time(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


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
