"""What is known where several sources of a join have come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agentgraph.check.flow.definitions import Items
from agentgraph.check.flow.reach import bits


def combined(items: Items, facts: Sequence[int], possible: Callable[[int], bool]) -> int:
    """The fact at a join, from the facts of its sources (0: it does not come).

    Every source that came tells the truth about the same state. So an item holds out only
    if the join can start without all the sources that rule it out: `possible` says so, of
    their positions as bits.
    """
    union, common = 0, -1
    for fact in facts:
        union |= fact
        common &= fact
    if not union:
        return 0
    found = union & common
    lacking: dict[int, int] = {}
    for position, fact in enumerate(facts):
        for number in bits(union & ~common & ~fact):
            if not (items.several >> number) & 1 or not items.alike(number) & fact:
                lacking[number] = lacking.get(number, 0) | (1 << position)
    for number in bits(union & ~common):
        if number not in lacking or possible(lacking[number]):
            found |= 1 << number
    return found
