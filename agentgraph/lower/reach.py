"""For each join: who can still bring which of its sources.

Reachability over the plan's exits, taken or not: a bound that is used up, or a guard that
cannot hold any more, is not looked at. So a join may wait longer than it must, and never
fires too early.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from agentgraph.lower.joins import exit_targets
from agentgraph.model.graph import START
from agentgraph.model.plan import Join, Plan

Ways = Mapping[str, Sequence[str]]


class JoinTable(Struct, frozen=True):
    """What is known of one join before anything runs.

    `bits` numbers its sources, one bit each; `every` has all of them. `reach` says of a
    node that is about to run (or waits, being a join) which sources it can still bring,
    itself among them, without passing through this join; nodes that bring none are left
    out. `feeders` are the nodes that can lead here at all, this one too where it is in a
    loop.
    """

    node: str
    rank: int
    bits: Mapping[str, int]
    every: int
    reach: Mapping[str, int]
    feeders: frozenset[str]

    __hash__ = None  # type: ignore[assignment]


def join_tables(plan: Plan) -> dict[str, JoinTable]:
    """The table of each join of `plan`, by its node."""
    if not plan.joins:
        return {}
    into = _reversed(ways_of(plan))
    return {join.node: _table(join, into) for join in plan.joins}


def ways_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Where each node, and START, can lead: by any exit, one of its failure among them."""
    ways = {START: exit_targets(plan.start)}
    for node in plan.nodes:
        ways[node.name] = exit_targets((*node.exits, *node.failure))
    return ways


def _table(join: Join, into: Ways) -> JoinTable:
    bits = {source: 1 << number for number, source in enumerate(join.sources)}
    return JoinTable(
        node=join.node,
        rank=join.rank,
        bits=bits,
        every=(1 << len(bits)) - 1,
        reach=_reach(join.node, bits, into),
        feeders=_feeders(join.node, into),
    )


def _reach(taken_out: str, bits: Mapping[str, int], into: Ways) -> dict[str, int]:
    """Backwards from the sources, until nothing is added."""
    reach = {source: bit for source, bit in bits.items() if source != taken_out}
    todo = list(reach)
    while todo:
        node = todo.pop()
        brings = reach[node]
        for before in into.get(node, ()):
            known = reach.get(before, 0)
            if before != taken_out and known | brings != known:
                reach[before] = known | brings
                todo.append(before)
    return reach


def _feeders(node: str, into: Ways) -> frozenset[str]:
    found: set[str] = set()
    todo: list[str] = [node]
    while todo:
        for before in into.get(todo.pop(), ()):
            if before not in found:
                found.add(before)
                todo.append(before)
    return frozenset(found)


def _reversed(ways: Ways) -> dict[str, list[str]]:
    into: dict[str, list[str]] = {}
    for source, found in ways.items():
        for target in found:
            into.setdefault(target, []).append(source)
    return into


def upstream_joins(table: JoinTable, tables: Iterable[JoinTable]) -> tuple[JoinTable, ...]:
    """The other joins that can lead to this one."""
    return tuple(
        other for other in tables if other.node in table.feeders and other.node != table.node
    )
