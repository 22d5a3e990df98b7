"""Which wires go back up, and which layer each item stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentgraph.draw.layout.nouns import Item, Wire


def back_wires(items: Sequence[Item], wires: Sequence[Wire]) -> frozenset[str]:
    """The ids of wires that close a cycle, walking depth first from the first item.

    Found here and not left to a general cycle breaker: seen from the start of the graph,
    "back" is what its author would call back.
    """
    leaving: dict[str, list[Wire]] = {item.id: [] for item in items}
    for wire in wires:
        leaving[wire.source].append(wire)
    back: set[str] = set()
    open_: set[str] = set()
    done: set[str] = set()
    for item in items:
        if item.id not in done:
            _walk(item.id, leaving, open_, done, back)
    return frozenset(back)


def _walk(
    first: str,
    leaving: dict[str, list[Wire]],
    open_: set[str],
    done: set[str],
    back: set[str],
) -> None:
    # Iterative: a graph may be deeper than Python's stack.
    path: list[tuple[str, Iterator[Wire]]] = [(first, iter(leaving[first]))]
    open_.add(first)
    while path:
        here, rest = path[-1]
        wire = next(rest, None)
        if wire is None:
            path.pop()
            open_.discard(here)
            done.add(here)
        elif wire.target in open_:
            back.add(wire.id)
        elif wire.target not in done:
            open_.add(wire.target)
            path.append((wire.target, iter(leaving[wire.target])))


def assign_ranks(items: Sequence[Item], downward: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The layer of each item, from 0; every pair in `downward` goes to a lower layer."""
    above: dict[str, list[str]] = {item.id: [] for item in items}
    below: dict[str, list[str]] = {item.id: [] for item in items}
    for source, target in downward:
        above[target].append(source)
        below[source].append(target)
    order = _topological(items, above, below)
    rank: dict[str, int] = {}
    for one in order:
        rank[one] = max((rank[other] + 1 for other in above[one]), default=0)
    _pull_down(order, rank, above, below)
    deepest = max(rank.values(), default=0)
    for item in items:
        if item.last:
            rank[item.id] = deepest
    return rank


def _topological(
    items: Sequence[Item], above: dict[str, list[str]], below: dict[str, list[str]]
) -> list[str]:
    waiting = {one: len(others) for one, others in above.items()}
    ready = [item.id for item in items if not waiting[item.id]]
    for one in ready:  # grows while it is read
        for other in below[one]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return ready


def _pull_down(
    order: list[str],
    rank: dict[str, int],
    above: dict[str, list[str]],
    below: dict[str, list[str]],
) -> None:
    """Shortens lines: what has more ways out than in stands right above what follows it."""
    for one in reversed(order[1:]):  # the first one is where the reader starts
        if below[one] and len(below[one]) > len(above[one]):
            rank[one] = min(rank[other] for other in below[one]) - 1
