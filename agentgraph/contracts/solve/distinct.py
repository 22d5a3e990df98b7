"""A value for each of several goals, no two alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentgraph.contracts.solve.outcome import FREE, NOTHING, Outcome, Tally, solved, untold
from agentgraph.contracts.solve.values import Frozen, frozen
from agentgraph.model.contract import Json

if TYPE_CHECKING:
    from agentgraph.contracts.solve.search import Search

_MOST = 64


def distinct_values(search: Search, goals: list[frozenset[int]]) -> Outcome:
    """A list with one value for each goal, all different.

    As many values of each goal as there are goals are enough to choose from: where each has
    that many, the others cannot use them up.
    """
    if len(goals) > _MOST:
        return untold("too many items that must all differ")
    tally = Tally()
    found: dict[frozenset[int], list[Json]] = {}
    for goal in dict.fromkeys(goals):
        values, last = search.several(goal, len(goals))
        found[goal] = values
        if len(values) < len(goals):
            tally.note(last)
        if not values:
            return tally.rest()
    chosen = _matched([found[goal] for goal in goals])
    if chosen is not None:
        return solved(chosen)
    rest = tally.rest()
    return rest if not rest.none or rest.leans_on != FREE else NOTHING


def _matched(choices: list[list[Json]]) -> list[Json] | None:
    """One of each, all different: a matching along augmenting paths. None: there is none."""
    holder: dict[Frozen, int] = {}
    value_of: dict[Frozen, Json] = {}

    def give(place: int, seen: set[Frozen]) -> bool:
        for value in choices[place]:
            key = frozen(value)
            if key in seen:
                continue
            seen.add(key)
            if key not in holder or give(holder[key], seen):
                holder[key] = place
                value_of[key] = value
                return True
        return False

    if not all(give(place, set()) for place in range(len(choices))):
        return None
    made: list[Json] = [None] * len(choices)
    for key, place in holder.items():
        made[place] = value_of[key]
    return made
