"""What happens when a node has finished: its updates are written, its exits taken.

In a *writer*, as LangGraph calls what runs after a node's body: `update_state(as_node=...)`
runs the writers and no body, and must route all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import InvalidUpdateError

from agentgraph.compile.exits import Exits
from agentgraph.compile.fields import Reducer, plain_write
from agentgraph.compile.growing import list_write
from agentgraph.compile.internals import (
    CONF,
    CONFIG_KEY_READ,
    CONFIG_KEY_SCRATCHPAD,
    CONFIG_KEY_SEND,
    ChannelWrite,
    ChannelWriteTupleEntry,
)
from agentgraph.compile.outcome import ItemOutcome
from agentgraph.compile.runner import Failure
from agentgraph.compile.tokens import ChannelWrites, Outlet, Tokens
from agentgraph.model.contract import Json


@dataclass(frozen=True, slots=True)
class Lines:
    """What LangGraph's drawing shall see of a node.

    `solid` are channels that it always writes to, `dashed` those that it may, with a label.
    """

    solid: tuple[str, ...]
    dashed: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished run: its exits, what it writes, and what it knows above the state."""

    exits: Exits
    writes: ChannelWrites
    known: Mapping[str, Json]


class ExitWriter(ChannelWrite):
    """The part that nodes and START share: take the exits, tell the joins, show the lines.

    A ChannelWrite, and not only registered as one, because LangGraph draws a solid line for
    nothing else. Its own way of writing, a tuple per entry made anew at each run, is passed by.
    """

    def __init__(self, outlet: Outlet, lines: Lines) -> None:
        static = [(channel, None, label) for channel, label in lines.dashed]
        super().__init__([ChannelWriteTupleEntry(mapper=lambda _: None, static=static)])
        self._outlet = outlet
        self._solid = [(channel, None) for channel in lines.solid]

    def _write(self, input: Any, config: RunnableConfig) -> Any:  # noqa: A002  # LangGraph's name
        conf = config.get(CONF, {})
        if _is_drawing(input, conf):
            conf[CONFIG_KEY_SEND](self._solid)
            return input
        finished, view = self._look(input, conf)
        answers = tuple([question.ask(view) for question in finished.exits.questions])
        self._send(finished, view, answers, conf)
        return input

    async def _awrite(self, input: Any, config: RunnableConfig) -> Any:  # noqa: A002  # as above
        conf = config.get(CONF, {})
        finished, view = self._look(input, conf)
        answers = tuple([await question.aask(view) for question in finished.exits.questions])
        self._send(finished, view, answers, conf)
        return input

    def _look(self, result: Any, conf: Mapping[str, Any]) -> tuple[Finished, Mapping[str, Json]]:
        """The finished run, and the state as its exits see it."""
        raise NotImplementedError

    def _tokens(
        self, finished: Finished, view: Mapping[str, Json], answers: tuple[Json, ...]
    ) -> Tokens:
        constant = finished.exits.constant
        return constant if constant is not None else finished.exits.take(view, answers)

    def _send(
        self,
        finished: Finished,
        view: Mapping[str, Json],
        answers: tuple[Json, ...],
        conf: Mapping[str, Any],
    ) -> None:
        # All at once and last: a route that leads nowhere must leave nothing written.
        tokens = self._tokens(finished, view, answers)
        outside = CONFIG_KEY_SCRATCHPAD not in conf
        joins = self._outlet.join_writes(tokens, outside=outside)
        conf[CONFIG_KEY_SEND]([*finished.writes, *tokens.writes, *joins])


class NodeWriter(ExitWriter):
    """After a node: its updates, its exits."""

    def __init__(
        self,
        outlet: Outlet,
        lines: Lines,
        *,
        exits: Exits,
        failure: Exits,
        reducers: Mapping[str, Reducer | None],
        item_value: Callable[[Mapping[str, Json]], Json],
        growing: Collection[str] = (),
    ) -> None:
        """`reducers` has every state field, with None where there is no reducer.

        `growing` are the lists of which steps store what they add.
        """
        super().__init__(outlet, lines)
        self._exits = exits
        self._failure = failure
        self._reducers = reducers
        self._item_value = item_value
        self._growing = growing

    def _look(self, result: Any, conf: Mapping[str, Any]) -> tuple[Finished, Mapping[str, Json]]:
        finished = self._finished(result)
        needs = finished.exits.needs
        if not needs:
            return finished, {}
        # Read and overlaid here: LangGraph's fresh read copies every channel of the graph.
        view: dict[str, Json] = conf[CONFIG_KEY_READ](list(finished.exits.stored), False)
        known = finished.known
        alone = isinstance(result, ItemOutcome)
        for field in needs:
            if field in known:
                reducer = None if alone else self._reducers.get(field)
                value = known[field]
                view[field] = reducer(view[field], value) if reducer and field in view else value
        return finished, view

    def _finished(self, result: Any) -> Finished:
        if type(result) is dict:
            writes = [(f, self._written(f, v)) for f, v in result.items() if f in self._reducers]
            return Finished(self._exits, writes, result)
        if isinstance(result, ItemOutcome):
            return self._finished_item(result)
        if isinstance(result, Failure):
            assert self._failure.takes, "a runner gave up where no exit is declared for it"
            return Finished(self._failure, [], {})
        if result is None:  # update_state with no values: as if it had run and written nothing
            return Finished(self._exits, [], {})
        raise InvalidUpdateError(f"expected an object of state fields, got {result!r}")

    def _written(self, field: str, value: Json) -> Any:
        return list_write(value) if field in self._growing else plain_write(value)

    def _finished_item(self, item: ItemOutcome) -> Finished:
        """An item adds to its list and to nothing else: its siblings write the same fields.

        Its exits see what it was given and what it made of it, above the state.
        """
        if isinstance(item.result, Failure):
            assert self._failure.takes, "a runner gave up where no exit is declared for it"
            return Finished(self._failure, [], item.given)
        writes = [(item.into, self._written(item.into, [self._item_value(item.result)]))]
        return Finished(self._exits, writes, {**item.given, **item.result})


def _is_drawing(result: Any, conf: Mapping[str, Any]) -> bool:
    """LangGraph draws by running writers on nothing.

    A body never returns None; an update_state may, and has no scratchpad.
    """
    return result is None and CONFIG_KEY_SCRATCHPAD in conf
