"""The calls that a function makes, itself or through functions of its own project that it calls."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from agentgraph.model.source import Source
from agentgraph.read.facts import Call, FunctionFacts
from agentgraph.read.function import read_function
from agentgraph.read.live import function_of

DEPTH = 2
"""Helpers of helpers are followed; what they call in turn is not."""


class Reached(Struct, frozen=True, kw_only=True, eq=False):
    """A call that is made, by way of the calls `through` (none: by the function itself).

    `within` is the function in which it stands.
    """

    call: Call
    within: FunctionFacts
    through: tuple[Call, ...] = ()

    @property
    def first(self) -> Call:
        """The call in the function itself that leads there."""
        return self.through[0] if self.through else self.call

    @property
    def chain(self) -> tuple[Call, ...]:
        """All calls on the way, the reached one last."""
        return (*self.through, self.call)


def reached(facts: FunctionFacts, depth: int = DEPTH) -> Iterator[Reached]:
    """Every call, in order; those of helpers right before the call that leads to them. Tools are not entered."""
    yield from _reached(facts, (), {facts.source}, depth)


def _reached(
    facts: FunctionFacts, through: tuple[Call, ...], seen: set[Source], depth: int
) -> Iterator[Reached]:
    for call in facts.calls:
        helper = helper_of(call) if len(through) < depth else None
        if helper is not None and helper.source not in seen:
            yield from _reached(helper, (*through, call), {*seen, helper.source}, depth)
        yield Reached(call=call, within=facts, through=through)


def helper_of(call: Call) -> FunctionFacts | None:
    """The function that is called, where it is one of the project's own and no tool."""
    if call.is_tool:
        return None
    place = call.target or function_of(call)
    return read_function(place) if place is not None else None
