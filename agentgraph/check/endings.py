"""How a turn can end, and what it then leaves unset."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.model.graph import END, Port


class Ending(Struct, frozen=True, eq=False):
    """A place where a way ends: by an edge to END, or (`silent`) because none is taken."""

    place: int
    run: int
    silent: bool


def endings(flow: Flow) -> list[Ending]:
    """The endings that can come true."""
    found = []
    for place in flow.web.arrivals.get(END, ()):
        wait = flow.web.wait(place)
        if wait is not None and place in flow.known.at:
            found.append(Ending(place, wait.run, wait.silent))
    return found


def absent_at_end(flow: Flow, port: Port) -> bool:
    """Whether an output that is promised may be missing when the turn is over."""
    return port.required and bool(flow.known.end >> flow.effects.absent(port.field) & 1)


def ends_without(flow: Flow, field: str | None, *, silently: bool) -> list[Ending]:
    """The endings with which a turn can be over, and `field` (if one is named) not written.

    `silently`: endings of ways that lead to no END, in turns where no other way does either.
    """
    positions = flow.web.arrivals.get(END, [])
    every = endings(flow)
    against = sum(1 << positions.index(one.place) for one in every if one.silent != silently)
    lacking = 0
    if field is not None:
        absent = flow.effects.absent(field)
        for position, place in enumerate(positions):
            if not _fact(flow, place) >> absent & 1:
                lacking |= 1 << position
    if not flow.fixpoint.arrivals.possible(END, against | lacking):
        return []
    bits_of = {one.place: 1 << positions.index(one.place) for one in every}
    found = [one for one in every if one.silent == silently and not bits_of[one.place] & lacking]
    # A way that every turn goes is not what makes the difference, if another is.
    some_turns = [o for o in found if flow.fixpoint.arrivals.possible(END, bits_of[o.place])]
    return some_turns or found


def _fact(flow: Flow, place: int) -> int:
    state = flow.known.at.get(place)
    if state is None:
        return 0
    return flow.states.disturbed(state, flow.fixpoint.disturbance(place))[ALL]


def ill_typed(flow: Flow, port: Port) -> Iterator[Item]:
    """What the output may be at the end and is not allowed to."""
    mask = flow.known.end & flow.items.of_field.get(port.field, 0)
    for number in bits(mask):
        item = flow.items.all[number]
        if item.definition.kind in ("absent", "assumed"):
            continue
        if flow.questions.fits(item, port.contract).status == "incompatible":
            yield item
