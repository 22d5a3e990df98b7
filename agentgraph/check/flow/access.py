"""Who writes and who takes each field, looked up by its name."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from agentgraph.check.flow.effects import Effects
from agentgraph.check.flow.places import Run, Web


class Access(Struct, frozen=True, eq=False):
    """The runs that may write a field, and those that take it as a parameter, reached or not.

    Both in the order of the plan; of the writers each node once. `written` are the fields that
    have a writer or come with the input, `idle` those of them that nothing looks at.
    """

    writers: dict[str, list[Run]]
    readers: dict[str, list[Run]]
    written: frozenset[str]
    idle: frozenset[str]


def access_of(web: Web, effects: Effects, looked_at: Iterable[str]) -> Access:
    """One look at every run. `looked_at` are fields that a decision or the output needs."""
    writers: dict[str, dict[str, Run]] = {}
    readers: dict[str, dict[int, Run]] = {}
    for run in web.runs:
        effect = effects.of[run.number]
        for field in (*effect.always, *effect.maybe):
            writers.setdefault(field, {}).setdefault(run.node, run)
        for need in effect.needs:
            readers.setdefault(need.field, {})[run.number] = run
    written = frozenset((*writers, *effects.inputs))
    return Access(
        writers={field: list(found.values()) for field, found in writers.items()},
        readers={field: list(found.values()) for field, found in readers.items()},
        written=written,
        idle=written.difference(readers, looked_at),
    )
