"""Who leads to whom: order, rings, ancestors, and who can still bring something to a join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from agentgraph.check.flow.places import Web
from agentgraph.model.graph import END

Graph = Sequence[Sequence[int]]


_FEW = 8
_PIECE = 64
"""Bytes that are looked through at once."""


def bits(mask: int) -> Iterator[int]:
    """The positions of the ones in `mask`, lowest first."""
    if mask.bit_count() <= _FEW or mask.bit_length() <= 8 * _PIECE:
        while mask:
            low = mask & -mask
            yield low.bit_length() - 1
            mask ^= low
        return
    # Every step above costs as much as the mask is long: a long one is taken in pieces.
    text = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    for start in range(0, len(text), _PIECE):
        piece = int.from_bytes(text[start : start + _PIECE], "little")
        first = 8 * start - 1
        while piece:
            low = piece & -piece
            yield first + low.bit_length()
            piece ^= low


class Reach(Struct, eq=False):
    """What can be said of the way through a graph before anything is known of the state.

    Of runs: `after` and `before` are their neighbours, `order` lists those that START reaches,
    sources first (rings apart); `rank` is a run's position there, -1 where START does not
    reach it. `rings` numbers the strongly connected components, `in_ring` has the runs of
    those with more than one run or a way to themselves. `bringers` has, per join and source,
    the runs that can lead to that source without passing the join; `by_one` the runs that
    bring at least one source, and at least two. `circles` are joins that may wait for each other.
    """

    web: Web
    after: list[list[int]] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    rings: list[int] = field(default_factory=list)
    in_ring: int = 0
    ancestors: list[int] = field(default_factory=list)
    bringers: dict[str, dict[str, int]] = field(default_factory=dict)
    by_one: dict[str, tuple[int, int]] = field(default_factory=dict)
    circles: frozenset[str] = frozenset()

    def brings_missing(self, join: str, arrived: str) -> int:
        """The runs that can bring to `join` something other than what came from `arrived`."""
        once, twice = self.by_one[join]
        return twice | (once & ~self.bringers[join][arrived])


def reach_of(web: Web) -> Reach:
    """Linear in the graph, apart from one set of bits per run."""
    count = len(web.runs)
    reach = Reach(web)
    reach.after = [
        list(dict.fromkeys(r for m in web.successors(run) if (r := web.starts(m)) is not None))
        for run in range(count)
    ]
    reach.before = [[] for _ in range(count)]
    for run, found in enumerate(reach.after):
        for target in found:
            reach.before[target].append(run)
    reach.order = list(reversed(_postorder(reach.after, 0, set())))
    reach.rank = [-1] * count
    for position, run in enumerate(reach.order):
        reach.rank[run] = position
    _find_rings(reach)
    _find_bringers(reach)
    return reach


def _find_rings(reach: Reach) -> None:
    """Kosaraju's two passes."""
    count = len(reach.after)
    finished: list[int] = []
    seen: set[int] = set()
    for root in range(count):
        if root not in seen:
            finished += _postorder(reach.after, root, seen)
    reach.rings = [-1] * count
    reach.ancestors = [0] * count
    ring = 0
    for run in reversed(finished):
        if reach.rings[run] < 0:
            _close_ring(reach, _component(reach, run, ring))
            ring += 1


def _close_ring(reach: Reach, members: list[int]) -> None:
    """Sources come first, so the ancestors of all that leads here are known."""
    mask = 0
    for run in members:
        mask |= 1 << run
        for source in reach.before[run]:
            mask |= reach.ancestors[source]
    ring = len(members) > 1 or members[0] in reach.after[members[0]]
    for run in members:
        reach.ancestors[run] = mask
        if ring:
            reach.in_ring |= 1 << run


def _postorder(after: Graph, root: int, seen: set[int]) -> list[int]:
    """What `root` reaches and `seen` lacks, each run after those that follow it."""
    found: list[int] = []
    seen.add(root)
    # Last first, so that the order, which is this backwards, is as declared.
    stack = [(root, reversed(after[root]))]
    while stack:
        run, rest = stack[-1]
        for target in rest:
            if target not in seen:
                seen.add(target)
                stack.append((target, reversed(after[target])))
                break
        else:
            found.append(run)
            stack.pop()
    return found


def _component(reach: Reach, run: int, number: int) -> list[int]:
    reach.rings[run] = number
    found, todo = [run], [run]
    while todo:
        for source in reach.before[todo.pop()]:
            if reach.rings[source] < 0:
                reach.rings[source] = number
                found.append(source)
                todo.append(source)
    return found


def _find_bringers(reach: Reach) -> None:
    """Per join and source, the runs that lead to that source without passing the join."""
    web = reach.web
    for join, waits in web.arrivals.items():
        if join == END:
            continue
        sources: dict[str, int] = {}
        for place in waits:
            wait = web.wait(place)
            assert wait is not None
            source = web.runs[wait.run].node
            sources[source] = sources.get(source, 0) | _leading_to(
                reach, wait.run, web.started[join]
            )
        reach.bringers[join] = sources
        once = twice = 0
        for runs in sources.values():
            twice |= once & runs
            once |= runs
        reach.by_one[join] = (once, twice)
    reach.circles = _circles(reach)


def _leading_to(reach: Reach, run: int, join: int) -> int:
    if not (reach.in_ring >> join) & 1:
        return reach.ancestors[run]
    if run == join:
        return 0
    found, todo = 1 << run, [run]
    while todo:
        for source in reach.before[todo.pop()]:
            if source != join and not (found >> source) & 1:
                found |= 1 << source
                todo.append(source)
    return found


def _circles(reach: Reach) -> frozenset[str]:
    """The joins that may wait for each other."""
    started = reach.web.started
    by_ring: dict[int, list[str]] = {}
    for join in reach.bringers:
        if (reach.in_ring >> started[join]) & 1:
            by_ring.setdefault(reach.rings[started[join]], []).append(join)
    found: set[str] = set()
    for joins in by_ring.values():
        for one in joins:
            for other in joins:
                if one != other and _can_bring(reach, one, other) and _can_bring(reach, other, one):
                    found |= {one, other}
    return frozenset(found)


def _can_bring(reach: Reach, join: str, to: str) -> bool:
    run = reach.web.started[join]
    return any((runs >> run) & 1 for runs in reach.bringers[to].values())
