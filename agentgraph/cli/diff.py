"""`agentgraph diff`: what changed in a thread's state between two of its steps."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.memory import Prefix, Redis, stored_memory
from agentgraph.cli.options import Debug, Thread
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.show import say_others
from agentgraph.cli.streams import say, tell
from agentgraph.cli.tables import Format, ListFormat, as_json, short

if TYPE_CHECKING:
    from agentgraph.run.changes import Change

Step = Annotated[str, typer.Argument(metavar="STEP", help="As `agentgraph history` numbers them.")]
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@reporting
def diff(
    thread: Thread,
    before: Step,
    after: Step,
    *,
    redis: Redis = None,
    prefix: Prefix = "",
    format_: Format = ListFormat.text,
    debug: Debug = False,  # noqa: ARG001  # `reporting` reads it
) -> int:
    """Show which values of the state were added (+), removed (-) and changed (~) between two steps."""
    from agentgraph.run.changes import changes
    from agentgraph.run.state import state_at

    with stored_memory(redis, prefix, thread) as memory:
        one, other = (state_at(memory, thread, at) for at in (before, after))
    say_others(one)
    say_others(other)
    found = list(changes(dict(one.state), dict(other.state)))
    if format_ is ListFormat.json:
        tell(as_json([_data(change) for change in found]))
    else:
        if not found:
            say(f"nothing changed between step {before} and step {after}")
        for line in _lines(found):
            tell(line)
    return OK


def _data(change: Change) -> dict[str, object]:
    """Without the side that there is not: null is a value."""
    gone = {"added": "before", "removed": "after"}.get(change.kind)
    return {key: value for key, value in asdict(change).items() if key != gone}


def _lines(found: list[Change]) -> list[str]:
    width = max((len(change.path) for change in found), default=0)
    return [f"{_SIGNS[one.kind]} {one.path:{width}}  {_values(one)}" for one in found]


def _values(change: Change) -> str:
    if change.kind == "added":
        return short(change.after)
    if change.kind == "removed":
        return short(change.before)
    return f"{short(change.before, 40)} -> {short(change.after, 40)}"
