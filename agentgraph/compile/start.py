"""START: a new turn begins. Fields of the last one are cleared, joins forget, input comes in.

LangGraph carries everything over; the second question would get the first one's answer.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.errors import InvalidUpdateError

from agentgraph.compile.exits import Exits
from agentgraph.compile.fields import CLEAR, Reducer, plain_write, set_write
from agentgraph.compile.growing import fresh_write, list_write
from agentgraph.compile.internals import CONFIG_KEY_READ, CONFIG_KEY_SEND, MISSING
from agentgraph.compile.tokens import ChannelWrites, Outlet, message_of
from agentgraph.compile.writer import ExitWriter, Finished, Lines
from agentgraph.model.contract import Json
from agentgraph.model.graph import Port, StateField


@dataclass(frozen=True, slots=True)
class Opening:
    """How one field begins a turn.

    `default` and `port_default` are MISSING where there is none; `port_default` is what an
    input that was left out counts as. `growing`: steps store what they add to it.
    """

    name: str
    kept: bool
    default: Any
    port_default: Any
    reducer: Reducer | None
    growing: bool = False

    __hash__ = None  # type: ignore[assignment]

    def begin(self, given: Any, held: Any) -> tuple[Any, list[Any]]:
        """What the field is at the start of the turn, and the write that makes it so.

        `given` is its input, `held` what it holds from before, each MISSING for absent.
        """
        if given is MISSING and not (self.kept and held is not MISSING):
            given = _own(self.port_default)
        if self.kept and held is not MISSING:
            if given is MISSING:
                return held, []
            return self._combined(held, given), [self._write(given)]
        value = self._combined(_own(self.default), given)
        if value is MISSING:
            return value, [] if held is MISSING else [CLEAR]
        if self.reducer is not None and held is not MISSING:
            return value, [fresh_write(value) if self.growing else set_write(value)]
        return value, [self._write(value)]

    def _write(self, value: Json) -> Any:
        return list_write(value) if self.growing else plain_write(value)

    def _combined(self, base: Any, given: Any) -> Any:
        if given is MISSING:
            return base
        return given if self.reducer is None or base is MISSING else self.reducer(base, given)


def openings(
    state: Sequence[StateField],
    inputs: Sequence[Port],
    reducers: Mapping[str, Reducer | None],
    growing: Collection[str] = (),
) -> tuple[Opening, ...]:
    """How each field of `state` begins a turn."""
    ports = {port.field: port for port in inputs}
    return tuple(
        Opening(
            name=field.name,
            kept=field.kept,
            default=field.default if field.has_default else MISSING,
            port_default=_port_default(ports.get(field.name)),
            reducer=reducers[field.name],
            growing=field.name in growing,
        )
        for field in state
    )


def _own(default: Any) -> Any:
    """A default for this turn alone: a body that changes its list must not change the next's."""
    return copy.deepcopy(default) if isinstance(default, list | dict) else default


def _port_default(port: Port | None) -> Any:
    return port.default if port is not None and port.has_default else MISSING


class StartWriter(ExitWriter):
    """START's only work. It runs once a turn, and not when one is resumed."""

    def __init__(
        self,
        outlet: Outlet,
        lines: Lines,
        exits: Exits,
        fields: Sequence[Opening],
        counters: Sequence[str],
        *,
        usage: Sequence[str] = (),
    ) -> None:
        """`counters` begin at 0, `usage` are hidden fields that begin empty."""
        super().__init__(outlet, lines)
        self._exits = exits
        self._fields = fields
        self._counters = counters
        self._usage = usage
        self._reads = [*(field.name for field in fields), *counters, *usage]

    def _look(self, result: Any, conf: Mapping[str, Any]) -> tuple[Finished, Mapping[str, Json]]:
        given = {} if result is None else result
        if not isinstance(given, dict):
            raise InvalidUpdateError(f"expected an object of input fields, got {given!r}")
        held: dict[str, Json] = conf[CONFIG_KEY_READ](self._reads, False)
        writes: ChannelWrites = [(counter, 0) for counter in self._counters if counter in held]
        writes += [(name, CLEAR) for name in self._usage if name in held]
        view: dict[str, Json] = {}
        for field in self._fields:
            name = field.name
            value, how = field.begin(given.get(name, MISSING), held.get(name, MISSING))
            writes += [(name, write) for write in how]
            if value is not MISSING:
                view[name] = value
        return Finished(self._exits, writes, view), view

    def _send(
        self,
        finished: Finished,
        view: Mapping[str, Json],
        answers: tuple[Json, ...],
        conf: Mapping[str, Any],
    ) -> None:
        tokens = self._tokens(finished, view, answers)
        message = {"reset": True, **message_of(tokens, None)}
        joins = [(channel, message) for channel in self._outlet.all_joins]
        # The list that a Map of START begins is written by it, and not cleared beside that.
        begun = {channel for channel, _ in tokens.writes}
        opened = [write for write in finished.writes if write[0] not in begun]
        conf[CONFIG_KEY_SEND]([*opened, *tokens.writes, *joins])
