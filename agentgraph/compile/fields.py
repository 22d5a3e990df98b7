"""The channels that hold state fields: JSON at rest, absent apart from null.

A write is the JSON value itself, so that streams and stored writes read as they should.
Only what no value can say is said by an envelope, an object with the one key that no user
may have alone: that a field is to be empty, that a reducer is to be passed by, or that a
value which looks like an envelope is none. `plain_write` sees to the last, so that users'
JSON needs no refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from langgraph.channels.base import BaseChannel
from langgraph.errors import EmptyChannelError, InvalidUpdateError

from agentgraph.compile.internals import MISSING
from agentgraph.lower.refusals import RESERVED_KEY
from agentgraph.model.contract import Json

Reducer = Callable[[Json, Json], Json]

CLEAR: Json = {RESERVED_KEY: ["clear"]}
"""Written to a field: be empty."""


def set_write(value: Json) -> Json:
    """Written to a field: be this, whatever the reducer says."""
    return {RESERVED_KEY: ["set", value]}


def plain_write(value: Json) -> Json:
    """Written to a field: this value, even where it looks like an envelope."""
    return {RESERVED_KEY: ["write", value]} if _is_envelope(value) else value


def _is_envelope(value: Json) -> bool:
    return type(value) is dict and len(value) == 1 and RESERVED_KEY in value


class Held:
    """What a channel hands out of its `value`: absent (MISSING) apart from null."""

    __slots__ = ()

    value: Any

    def checkpoint(self) -> Any:
        return self.value

    def get(self) -> Json:
        if self.value is MISSING:
            raise EmptyChannelError
        return self.value

    def is_available(self) -> bool:
        return self.value is not MISSING


class FieldChannel(Held, BaseChannel[Any, Any, Any]):
    """A state field that one agent writes at a time: the value last written, or nothing."""

    __slots__ = ("value",)

    def __init__(self, key: str = "") -> None:
        super().__init__(Any, key)
        self.value: Any = MISSING

    @property
    def ValueType(self) -> Any:  # noqa: N802  # LangGraph's name
        return Any

    @property
    def UpdateType(self) -> Any:  # noqa: N802  # LangGraph's name
        return Any

    def copy(self) -> Self:
        return self.from_checkpoint(self.value)

    def from_checkpoint(self, checkpoint: Any) -> Self:
        fresh = self._empty()
        fresh.value = checkpoint
        return fresh

    def update(self, values: Sequence[Json]) -> bool:
        if not values:
            return False
        self._take_in(values)
        return True

    def _empty(self) -> Self:
        return self.__class__(self.key)

    def _take_in(self, values: Sequence[Json]) -> None:
        if len(values) > 1:
            raise InvalidUpdateError(
                f"state field {self.key!r} was written by {len(values)} agents that ran side "
                "by side, and has no reducer to combine their values"
            )
        self._write(values[0])

    def _write(self, value: Json) -> None:
        if not _is_envelope(value):
            self._plain(value)
            return
        op, *rest = value[RESERVED_KEY]
        if op == "clear":
            self.value = MISSING
        elif op == "set":
            self.value = rest[0]
        else:
            self._plain(rest[0])

    def _plain(self, value: Json) -> None:
        self.value = value


class ReducedChannel(FieldChannel):
    """A state field whose writes a reducer combines, in the order of the agents' names."""

    __slots__ = ("reducer",)

    def __init__(self, reducer: Reducer, key: str = "") -> None:
        super().__init__(key)
        self.reducer = reducer

    def _empty(self) -> Self:
        return self.__class__(self.reducer, self.key)

    def _take_in(self, values: Sequence[Json]) -> None:
        for value in values:
            self._write(value)

    def _plain(self, value: Json) -> None:
        self.value = value if self.value is MISSING else self.reducer(self.value, value)


class CollectedChannel(FieldChannel):
    """The field that gathers the results of a Map.

    The Map's source writes `[]`, each item then writes a list of its one result, all in one
    superstep: side by side, lists are put together in element order (LangGraph applies
    writes in that order, after a crash too), where one superstep replaces what was there
    before. So the list is fresh each time, and needs no mark that a crash could lose.

    Where the source starts the next round while items of the last one still run, its `[]`
    stands beside their results: none can say which round the list is of, and a next round
    of no items would keep the last one's. That is refused like any other clash.
    """

    __slots__ = ()

    def _take_in(self, values: Sequence[Json]) -> None:
        if len(values) == 1:
            self._write(values[0])
            return
        if not all(isinstance(value, list) for value in values) or _is_mixed(values):
            super()._take_in(values)
        self.value = [item for value in values for item in value]


def _is_mixed(lists: Sequence[Json]) -> bool:
    return any(lists) and not all(lists)


class CounterChannel(FieldChannel):
    """How often a bounded exit was taken this turn.

    Runs of one superstep that take it together start its target once, and count once: they
    all write the same number.
    """

    __slots__ = ()

    def _take_in(self, values: Sequence[Json]) -> None:
        self.value = max(values)
