"""A way through the graph that shows a fact: from where a value is written to where it is met."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentgraph.check.flow.flow import Flow, WayInto
from agentgraph.check.flow.places import Option, Options
from agentgraph.check.flow.states import ALL, State
from agentgraph.model.graph import END
from agentgraph.model.source import Source


class Trail(Struct, frozen=True, eq=False):
    """`nodes` are the names on the way, its end included; `last` is the option that led to it."""

    nodes: tuple[str, ...]
    last: Option | None

    @property
    def source(self) -> Source | None:
        """Where the last step was declared."""
        return self.last.source if self.last else None


def trail(flow: Flow, item: int, run: int) -> Trail:
    """The shortest way on which `item` gets to `run`; its end alone where it comes from a sibling."""
    alike = flow.items.alike(item)
    onward: dict[int, tuple[int, Option]] = {}
    todo = deque([run])
    while todo:
        current = todo.popleft()
        for before, option, fact in _ways_into(flow, current):
            if not fact & alike:
                continue
            if _is_origin(flow, before, alike):
                return _told(flow, before, (current, option), onward, run)
            if before not in onward and before != run:
                onward[before] = (current, option)
                todo.append(before)
    return Trail((flow.web.runs[run].node,), way_into(flow, run))


def way_to(flow: Flow, run: int) -> tuple[str, ...]:
    """The nodes of a shortest way from START to the run, both included."""
    came_from: dict[int, int] = {0: -1}
    todo = deque([0])
    while todo and run not in came_from:
        current = todo.popleft()
        for after in flow.reach.after[current]:
            if after not in came_from and (after in flow.known.at or after in flow.known.given):
                came_from[after] = current
                todo.append(after)
    nodes: list[str] = []
    step = run
    while step >= 0:
        nodes.append(flow.web.runs[step].node)
        step = came_from.get(step, -1)
    return tuple(reversed(nodes))


def trail_to_end(flow: Flow, item: int, place: int) -> Trail:
    """A way on which `item` is there when the way through `place`, a wait for the end, is over."""
    wait = flow.web.wait(place)
    assert wait is not None
    options = flow.web.options(wait.run)
    last = next((option for option in options if place in option.marks), None)
    end = () if wait.silent else (END,)
    if _is_origin(flow, wait.run, flow.items.alike(item)):
        return Trail((flow.web.runs[wait.run].node, *end), last)
    return Trail((*trail(flow, item, wait.run).nodes, *end), last)


def way_into(flow: Flow, run: int) -> Option | None:
    """Some option that leads to the run: where its start was declared."""
    return next((option for _, option, _ in _ways_into(flow, run)), None)


def is_carried_to(flow: Flow, item: int, run: int) -> bool:
    """Whether the item is there before the last step to the run, and not only written beside it."""
    alike = flow.items.alike(item)
    return any(fact & alike for _, _, fact in _ways_into(flow, run))


def _ways_into(flow: Flow, run: int) -> tuple[WayInto, ...]:
    """Every option that leads to the run, with who takes it and what he knows then."""
    if run not in flow.ways_into:
        before = sorted(flow.reach.before[run], key=lambda one: flow.reach.rank[one])
        flow.ways_into[run] = tuple(
            (one, option, _known_where(flow, state, option))
            for one in before
            if one in flow.known.left
            for exits, state in (
                (flow.web.normal[one], flow.known.left[one]),
                (flow.web.failure[one] or (), flow.known.failed.get(one)),
            )
            for option in _leading_to(flow, exits, run)
        )
    return flow.ways_into[run]


def _leading_to(flow: Flow, exits: Sequence[Options], run: int) -> Iterator[Option]:
    for options in exits:
        for option in options:
            if any(flow.web.starts(mark) == run for mark in option.marks):
                yield option


def _known_where(flow: Flow, state: State | None, option: Option) -> int:
    narrowed = None if state is None else flow.states.after(state, flow.atoms.of(option))
    return narrowed[ALL] if narrowed is not None else 0


def _is_origin(flow: Flow, run: int, alike: int) -> bool:
    if run == 0:
        return True
    return bool(flow.effects.written[run] & alike)


def _told(
    flow: Flow,
    origin: int,
    step: tuple[int, Option],
    onward: dict[int, tuple[int, Option]],
    run: int,
) -> Trail:
    nodes = [flow.web.runs[origin].node]
    current, option = step
    while current != run:
        nodes.append(flow.web.runs[current].node)
        current, option = onward[current]
    return Trail((*nodes, flow.web.runs[run].node), option)
