"""`agentgraph show`: the state of a thread at one of its steps, or what holds for an agent's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.memory import Prefix, Redis, stored_memory
from agentgraph.cli.options import AtStep, Debug
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.streams import count, say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json, moment
from agentgraph.errors import Problem, SettingsError

if TYPE_CHECKING:
    from agentgraph.run.state import StateAt

Shown = Annotated[
    str, typer.Argument(metavar="THREAD|TARGET", help="As in `agentgraph threads`; or a graph.")
]
Agent = Annotated[
    str | None, typer.Argument(metavar="[AGENT]", help="A name, or a path such as `inner.name`.")
]


@reporting
def show(
    thread: Shown,
    agent: Agent = None,
    *,
    at: AtStep = None,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,
) -> int:
    """Show the fields of a thread's state as they stood after a step.

    With an AGENT: the policies that apply to its calls (timeout, retry, breaker, limit, cache,
    guards, fallback) and to its tools', and where each is said. TARGET is then a graph, as of `run`.
    """
    if agent is not None:
        from agentgraph.cli.show_policies import show_policies

        if at is not None:
            problem = Problem("--at is of a thread; an agent has no steps", help="leave out AGENT")
            raise SettingsError([problem], "usage")
        return show_policies(thread, agent, format_, debug=debug)
    from agentgraph.run.state import state_at

    with stored_memory(redis, prefix, thread) as memory:
        found = state_at(memory, thread, at)
    say_others(found)
    if format_ is ListFormat.json:
        tell(as_json(_data(thread, found)))
    else:
        for line in _lines(thread, found):
            tell(line)
    return OK


def say_others(found: StateAt) -> None:
    """That the number is not enough, where it is not."""
    if found.same > 1:
        steps = count(found.same, "checkpoint")
        say(
            f"{steps} have step {found.step.step}: taken is the newest, {found.step.checkpoint} "
            "(the ids are in `agentgraph history --format json`, and may stand for the number)"
        )


def _lines(thread: str, found: StateAt) -> list[str]:
    step = found.step
    graph = f"{step.graph} {step.version}".strip()
    lines = [f"{thread}, step {step.step}, {moment(step.at)}" + (f", {graph}" if graph else "")]
    lines += [f"ran: {', '.join(step.ran)}"] if step.ran else []
    lines += [f"failed: {one}" for one in step.failed]
    asked = "waits" if found.latest else "asked"
    lines += [f"{asked}: {one}" for one in step.waiting]
    lines += [f"{name}: {as_json(value)}" for name, value in sorted(found.state.items())]
    return lines if found.state else [*lines, "(no fields yet)"]


def _data(thread: str, found: StateAt) -> dict[str, object]:
    step = found.step
    return {
        "thread": thread,
        "step": step.step,
        "at": step.at,
        "checkpoint": step.checkpoint,
        "graph": step.graph,
        "version": step.version,
        "ran": step.ran,
        "waiting": step.waiting,
        "failed": step.failed,
        "state": found.state,
    }
