"""The channels of lists that grow: steps store what they add, and readers put it together.

LangGraph's DeltaChannel does that, and what goes with it: the writes that a list is made of
are stored before the checkpoint that needs them, a fork begins with the whole list, and so
does every hundredth write. Here it follows the rules of a state field: a write is what
`fields` says, and the writes of a superstep are combined one by one, in order.

Only for the reducers that come along (`append`, `upsert`): a list is put together again by
running its reducer, and one that was changed meanwhile would change what was stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from langgraph.channels import BinaryOperatorAggregate
from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.base import BaseCheckpointSaver, PendingWrite

from agentgraph.compile.fields import Held, ReducedChannel, Reducer, plain_write
from agentgraph.compile.internals import MISSING, OVERWRITE, DeltaSnapshot
from agentgraph.declare.markers import BUILT_IN
from agentgraph.model.contract import Json
from agentgraph.model.graph import StateField


def grows(field: StateField) -> bool:
    """Whether a field is a list of which a step can store what it adds."""
    return field.reducer in BUILT_IN and field.default == [] and not field.whole


def can_rebuild(saver: Any) -> bool:
    """Whether a saver itself finds what a list was made of.

    LangGraph's stand-in for those that do not reads a checkpoint per step, and takes it for
    granted that the saver keeps them all.
    """
    if not isinstance(saver, BaseCheckpointSaver):
        return False
    names = ("get_delta_channel_history", "aget_delta_channel_history")
    return any(
        getattr(type(saver), name) is not getattr(BaseCheckpointSaver, name) for name in names
    )


def list_write(value: Json) -> Any:
    """Written to a list that grows: these elements.

    LangGraph makes objects of its own of all that looks like a chat message in a list that is
    written to a delta channel. State is JSON: so such a list is written as a tuple, which it
    leaves alone; `shown` has the list again for those who watch.
    """
    if type(value) is list:
        return tuple(value) if any(map(_is_taken_for_message, value)) else value
    return plain_write(value)


def is_list_write(value: Any) -> bool:
    """Whether it is a list as `list_write` hides it."""
    return type(value) is tuple and any(map(_is_taken_for_message, value))


def fresh_write(value: Json) -> Json:
    """Written to a list that grows: be this. What was added before is not looked at any more."""
    return {OVERWRITE: value}


def _is_taken_for_message(item: Json) -> bool:
    return isinstance(item, dict) and ("role" in item or "type" in item)


def combined(reducer: Reducer, value: Any, writes: Sequence[Any]) -> Any:
    """A list after these writes; MISSING: there is none yet."""
    channel = ReducedChannel(reducer)
    channel.value = value
    for write in writes:
        if isinstance(write, dict) and OVERWRITE in write:
            channel.value = write[OVERWRITE]
        else:
            channel.update([list(write) if isinstance(write, tuple) else write])
    return channel.value


def stored_list(stored: Any) -> Any:
    """The list that was stored whole; MISSING: none was."""
    return stored.value if isinstance(stored, DeltaSnapshot) else stored


def begun_list(stored: Any) -> Any:
    """What the steps of a list that grows add to: what was stored whole, or an empty one."""
    found = stored_list(stored)
    return [] if found is MISSING else found


class GrowingChannel(DeltaChannel[Any]):
    """A list of which each step stores what it adds.

    It begins empty, and is never absent: LangGraph stores it whole where a fork begins, also
    one from before it was first written.
    """

    __slots__ = ()

    def __init__(self, reducer: Reducer, key: str = "") -> None:
        super().__init__(reducer, list)
        self.key = key
        self.value = []

    def copy(self) -> Self:
        return self.from_checkpoint(self.value)

    def from_checkpoint(self, checkpoint: Any) -> Self:
        fresh = self.__class__(self.reducer, self.key)
        fresh.value = begun_list(checkpoint)
        return fresh

    def replay_writes(self, writes: Sequence[PendingWrite]) -> None:
        self.value = combined(self.reducer, self.value, [value for _, _, value in writes])

    def update(self, values: Sequence[Any]) -> bool:
        if not values:
            return False
        self.value = combined(self.reducer, self.value, values)
        return True


class WholeChannel(Held, BinaryOperatorAggregate[Any]):
    """The same list, stored whole at every step.

    LangGraph puts together what a BinaryOperatorAggregate finds no value for: so a thread
    can be left by a graph that stores it in the one way, and be resumed by one that does in
    the other.
    """

    __slots__ = ("begins",)

    def __init__(self, reducer: Reducer, key: str = "", *, begins: bool = True) -> None:
        """`begins`: it begins empty, as one that grows does; else absent."""
        super().__init__(list, reducer)
        self.key = key
        self.begins = begins
        self.value = [] if begins else MISSING

    def copy(self) -> Self:
        return self.from_checkpoint(self.value)

    def from_checkpoint(self, checkpoint: Any) -> Self:
        fresh = self.__class__(self.operator, self.key, begins=self.begins)
        fresh.value = begun_list(checkpoint) if self.begins else stored_list(checkpoint)
        return fresh

    def update(self, values: Sequence[Any]) -> bool:
        if not values:
            return False
        self.value = combined(self.operator, self.value, values)
        return True
