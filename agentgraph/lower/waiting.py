"""When a join fires: the game of live tokens, as one join sees it.

At the end of a superstep every node that ran and can lead to the join has said where it
went (a `Message`). What those messages start is all that will run next, so that it is all
that is live; only waiting joins outlive a superstep. The join fires when a source has
arrived and nothing live, and no other waiting join, can bring one that is missing.

Each join keeps the marks of the joins upstream of it as well, for those are live too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from agentgraph.lower.reach import JoinTable, upstream_joins

Message = Mapping[str, Any]
"""What one run of a node says on finishing, in JSON; empty parts are left out.

`go`: names of the nodes it starts. `send`: names of the nodes it starts once per element.
`at`: pairs of a join and the source that arrives there. `ran`: its own name, where it is a
join. `reset`: true, where a turn begins.
"""


class Watch(Struct, frozen=True):
    """What a join must know to decide alone: its own table, and those of the joins upstream."""

    own: JoinTable
    tables: Mapping[str, JoinTable]

    __hash__ = None  # type: ignore[assignment]


class Marks(Struct):
    """What outlives a superstep.

    `arrived` holds, per waiting join, the bits of the sources that have come; `ready` is
    true from when the join fires until it has run; `sends` are the nodes upstream that run
    next, once per element.
    """

    arrived: dict[str, int] = field(default_factory=dict)
    ready: bool = False
    sends: tuple[str, ...] = ()


def watches(tables: Mapping[str, JoinTable]) -> dict[str, Watch]:
    """The watch of each join, by its node."""
    return {
        name: Watch(
            own=table,
            tables={
                name: table,
                **{other.node: other for other in upstream_joins(table, tables.values())},
            },
        )
        for name, table in tables.items()
    }


def advance(watch: Watch, marks: Marks, messages: Sequence[Message]) -> None:
    """Take in all that one superstep has said, and fire if that is due."""
    _forget(watch, marks, messages)
    live: list[str] = []
    sends: list[str] = []
    arrived = marks.arrived
    for message in messages:
        for join, source in message.get("at", ()):
            table = watch.tables.get(join)
            bit = table.bits.get(source) if table else None
            if bit:
                arrived[join] = arrived.get(join, 0) | bit
        live += message.get("go", ())
        sends += message.get("send", ())
    feeders = watch.own.feeders
    marks.sends = tuple(sorted({node for node in sends if node in feeders}))
    if not marks.ready and arrived.get(watch.own.node):
        marks.ready = _fires(watch, arrived, live + sends)


def settle(watch: Watch, marks: Marks) -> None:
    """Nothing else will run: fire the lowest-ranked join that waits.

    `advance` leaves nothing waiting for what will not come, as long as all that runs says
    so. This is the net for what does not: a stored thread whose next node is gone from the
    graph. Runs per element are pending when this is asked too, hence the look at `sends`.
    """
    own = watch.own
    if marks.ready or marks.sends or not marks.arrived.get(own.node):
        return
    lowest = min(watch.tables[name].rank for name in marks.arrived if name in watch.tables)
    marks.ready = own.rank == lowest


def _forget(watch: Watch, marks: Marks, messages: Sequence[Message]) -> None:
    """Before new marks are taken in: those of a join that has run are used up."""
    for message in messages:
        if message.get("reset"):
            marks.arrived.clear()
            marks.ready = False
        ran = message.get("ran")
        if ran is not None:
            marks.arrived.pop(ran, None)
            if ran == watch.own.node:
                marks.ready = False


def _fires(watch: Watch, arrived: Mapping[str, int], live: Sequence[str]) -> bool:
    """Whether nothing can bring a missing source, or all that can waits for nothing else."""
    held_by = _held_by(watch.own, arrived, live)
    if not held_by:
        return held_by is not None
    return _is_lowest_of_a_circle(watch, arrived, live)


def _held_by(table: JoinTable, arrived: Mapping[str, int], live: Sequence[str]) -> list[str] | None:
    """The waiting joins that can bring a missing source; None: something live can."""
    missing = table.every & ~arrived[table.node]
    if not missing:
        return []
    reach = table.reach
    for node in live:
        if reach.get(node, 0) & missing:
            return None
    return [name for name in arrived if reach.get(name, 0) & missing]


def _is_lowest_of_a_circle(watch: Watch, arrived: Mapping[str, int], live: Sequence[str]) -> bool:
    """Whether this join leads a group of joins that wait for nothing but each other."""
    waits_for: dict[str, list[str]] = {}
    todo = [watch.own.node]
    while todo:
        name = todo.pop()
        if name in waits_for:
            continue
        held_by = _held_by(watch.tables[name], arrived, live)
        if not held_by:
            return False
        waits_for[name] = held_by
        todo += held_by
    # A smaller circle inside this group would have to fire first, and this join not. There is
    # none: this one, being lowest, leads to the others as they lead to it (that is what ranks
    # say), and so can bring what some member of that circle lacks.
    return min(waits_for, key=lambda name: watch.tables[name].rank) == watch.own.node
