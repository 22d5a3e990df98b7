"""Agents that may write one field at the same moment, without a reducer that combines them."""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL


def clashes(flow: Flow) -> Iterator[tuple[str, list[int]]]:
    """Each field with the runs that clash over it, directly or by way of others."""
    reduced = {field.name for field in flow.spec.state if field.reducer}
    writers: dict[str, list[int]] = {}
    for run in flow.reach.order:
        effect = flow.effects.of[run]
        if run in flow.known.at or run == 0:
            for field in dict.fromkeys((*effect.always, *effect.maybe)):
                if field not in reduced:
                    writers.setdefault(field, []).append(run)
    for field, runs in writers.items():
        for group in _groups(flow, field, runs):
            yield field, group


def _groups(flow: Flow, field: str, runs: list[int]) -> Iterator[list[int]]:
    """Writers that clash, directly or by way of others."""
    left = sum(1 << run for run in runs)
    for first in runs:
        if not (left >> first) & 1:
            continue
        group, todo = [first], [first]
        left &= ~(1 << first)
        while todo:
            one = todo.pop()
            for other in bits(left & flow.beside.runs(one)):
                if _clash(flow, one, other, field):
                    left &= ~(1 << other)
                    group.append(other)
                    todo.append(other)
        if len(group) > 1:
            yield sorted(group, key=lambda run: flow.reach.rank[run])


def _clash(flow: Flow, one: int, other: int, field: str) -> bool:
    first, second = flow.web.runs[one], flow.web.runs[other]
    if first.spread and second.spread and first.spread.into == second.spread.into == field:
        return False  # the runs of one Map, whose results are collected
    # Both start on the same state. Where what is known at one contradicts what is known at
    # the other, they never run side by side.
    return bool(flow.states.both(flow.known.at[one][ALL], flow.known.at[other][ALL]))
