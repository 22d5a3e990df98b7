"""`agentgraph threads`: what the memory holds."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.memory import Redis, has_memory, project_memory
from agentgraph.cli.options import Debug
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.settings import read_settings
from agentgraph.cli.streams import say, tell

if TYPE_CHECKING:
    from agentgraph.remember.ports import ThreadSummary


class ListFormat(StrEnum):
    text = "text"
    json = "json"


Format = Annotated[ListFormat, typer.Option("--format", help="How to list.")]


@reporting
def threads(redis: Redis = None, format_: Format = ListFormat.text, debug: Debug = False) -> int:  # noqa: ARG001  # `reporting` reads debug
    """List the threads that are remembered, the latest first."""
    settings = read_settings()
    found: list[ThreadSummary] = []
    if has_memory(redis, settings):
        with project_memory(redis, settings) as memory:
            found = sorted(memory.threads(), key=_age)
    if format_ is ListFormat.json:
        tell(json.dumps([_data(thread) for thread in found], indent=2, ensure_ascii=False))
    elif not found:
        say("no threads yet")
    else:
        width = max(len(thread.thread_id) for thread in found)
        for thread in found:
            tell(f"{thread.thread_id:{width}}  {_when(thread.updated)}  {_steps(thread)}")
    return OK


def _age(thread: ThreadSummary) -> tuple[float, str]:
    return (-thread.updated.timestamp() if thread.updated else 0.0, thread.thread_id)


def _data(thread: ThreadSummary) -> dict[str, object]:
    return {
        "thread": thread.thread_id,
        "updated": thread.updated.isoformat() if thread.updated else None,
        "checkpoints": thread.checkpoints,
    }


def _when(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S") if moment else " " * 19


def _steps(thread: ThreadSummary) -> str:
    return f"{thread.checkpoints} checkpoint" + ("" if thread.checkpoints == 1 else "s")
