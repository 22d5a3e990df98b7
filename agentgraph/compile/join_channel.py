"""The hidden channel that triggers a join; `lower.waiting` decides, this remembers.

A channel of ours and not LangGraph's barrier, which waits forever for a skipped source and
carries its marks into the next turn, nor `defer`, which waits for unrelated branches too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from langgraph.channels.base import BaseChannel
from langgraph.errors import EmptyChannelError

from agentgraph.compile.internals import MISSING
from agentgraph.lower.reach import JoinTable
from agentgraph.lower.waiting import Marks, Watch, advance, settle


class JoinChannel(BaseChannel[None, Any, Any]):
    """Available from when its join fires until that has run.

    An update is a `lower.waiting.Message`, or None, which makes it fire at once (LangGraph
    writes that when it draws the graph). At rest it is JSON, in names and not in bits, so
    that it survives a change of the graph: `{"arrived": {join: [source]}, "ready": bool,
    "sends": [node]}`, and nothing at all while nothing waits.
    """

    __slots__ = ("marks", "watch")

    def __init__(self, watch: Watch, key: str = "") -> None:
        super().__init__(Any, key)
        self.watch = watch
        self.marks = Marks()

    @property
    def ValueType(self) -> Any:  # noqa: N802  # LangGraph's name
        return Any

    @property
    def UpdateType(self) -> Any:  # noqa: N802  # LangGraph's name
        return Any

    def copy(self) -> Self:
        fresh = self.__class__(self.watch, self.key)
        marks = self.marks
        fresh.marks = Marks(dict(marks.arrived), marks.ready, marks.sends)
        return fresh

    def checkpoint(self) -> Any:
        marks = self.marks
        if not (marks.arrived or marks.ready or marks.sends):
            return MISSING
        return {
            "arrived": {
                name: _names(self.watch.tables[name], bits) for name, bits in marks.arrived.items()
            },
            "ready": marks.ready,
            "sends": list(marks.sends),
        }

    def from_checkpoint(self, checkpoint: Any) -> Self:
        fresh = self.__class__(self.watch, self.key)
        if checkpoint is not MISSING:
            tables = self.watch.tables
            arrived = {
                name: _bits(tables[name], sources)
                for name, sources in checkpoint["arrived"].items()
                if name in tables
            }
            fresh.marks = Marks(
                arrived={name: bits for name, bits in arrived.items() if bits},
                ready=checkpoint["ready"],
                sends=tuple(checkpoint["sends"]),
            )
        return fresh

    def get(self) -> None:
        if not self.marks.ready:
            raise EmptyChannelError

    def is_available(self) -> bool:
        return self.marks.ready

    def update(self, values: Sequence[Any]) -> bool:
        if not values:
            return False
        if None in values:
            self.marks.ready = True
            return True
        marks = self.marks
        before = (dict(marks.arrived), marks.ready, marks.sends)
        advance(self.watch, marks, values)
        # Unchanged must not look like an update: a saver would store it again.
        return before != (marks.arrived, marks.ready, marks.sends)

    def consume(self) -> bool:
        """Its node has run (or is discarded with its turn): fire again only for new arrivals."""
        if not self.marks.ready:
            return False
        self.marks.ready = False
        self.marks.arrived.pop(self.watch.own.node, None)
        return True

    def finish(self) -> bool:
        settle(self.watch, self.marks)
        return self.marks.ready


def _names(table: JoinTable, bits: int) -> list[str]:
    return [source for source, bit in table.bits.items() if bits & bit]


def _bits(table: JoinTable, sources: Sequence[str]) -> int:
    return sum(table.bits.get(source, 0) for source in sources)
