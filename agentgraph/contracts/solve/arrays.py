"""A list with items that do this at their places, so many that do that, no two alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct, field

from agentgraph.contracts.solve.distinct import distinct_values
from agentgraph.contracts.solve.nodes import FALSE, TRUE, Node
from agentgraph.contracts.solve.outcome import NOTHING, Outcome, Tally, solved, untold

if TYPE_CHECKING:
    from agentgraph.contracts.solve.branch import Branch
    from agentgraph.contracts.solve.search import Search

_LONGEST = 40_000
_WIDEST = 60

Slots = list[frozenset[int]]


class _Wanted(Struct, eq=False):
    low: int = 0
    high: int | None = None
    items: list[Node] = field(default_factory=list)
    at: list[tuple[int, int]] = field(default_factory=list)
    some: list[tuple[int, int]] = field(default_factory=list)
    counts: list[tuple[int, int, int | None]] = field(default_factory=list)
    unique: bool = False
    repeated: bool = False

    @property
    def places(self) -> int:
        """From here on all places are alike."""
        ends = [len(node[1]) for node in self.items] + [at for at, _ in self.some]
        return max([0, *ends, *(at + 1 for at, _ in self.at)])

    @property
    def extra(self) -> int:
        """So many items can be asked for behind the places."""
        return len(self.some) + sum(low for _, low, _ in self.counts) + 2 * self.repeated

    @property
    def needed(self) -> int:
        """So many items hold all that is asked for, and one that is like the rest."""
        return self.places + self.extra + 1


def build(search: Search, branch: Branch) -> Outcome:
    """A list that does all that the branch asks of one."""
    wanted = _wanted(search, branch)
    if wanted.unique and wanted.repeated:
        return NOTHING
    shortest = max([wanted.low, *(at + 1 for at, _ in wanted.at)])
    # A longer list than this has an item that nothing asks for, and would do without.
    longest = max(shortest, wanted.places) + wanted.extra
    cut = min(longest, shortest + _WIDEST)
    if wanted.high is not None:
        longest, cut = min(longest, wanted.high), min(cut, wanted.high)
    if shortest > longest:
        return NOTHING
    if wanted.needed < shortest:
        # Of a longer list that does, all that nothing asks for could be left out.
        outcome = _of_length(search, wanted, min(wanted.needed, _LONGEST))
        if outcome.none:
            return outcome
    if shortest > _LONGEST:
        return untold("lists too long to be written down")
    tally = Tally()
    for length in range(shortest, cut + 1):
        search.fuel.burn(1 + length // 16)
        outcome = tally.note(_of_length(search, wanted, length))
        if outcome.found:
            return outcome
    return tally.rest() if cut == longest else untold("lists of too many lengths")


def _wanted(search: Search, branch: Branch) -> _Wanted:
    wanted = _Wanted()
    for signed in branch.literals:
        node = search.arena.nodes[abs(signed)]
        positive = signed > 0
        match node[0]:
            case "items":
                wanted.items.append(node)
            case "at":
                wanted.at.append((node[1], node[2]))
            case "some_from":
                wanted.some.append((node[1], node[2]))
            case "count":
                wanted.counts.append((node[1], node[2], node[3]))
            case "unique":
                wanted.unique |= positive
                wanted.repeated |= not positive
            case tag if (tag == "min_items") == positive:
                wanted.low = max(wanted.low, node[1] + (tag == "max_items"))
            case tag:
                high = node[1] - (tag == "min_items")
                wanted.high = high if wanted.high is None else min(wanted.high, high)
    return wanted


def _of_length(search: Search, wanted: _Wanted, length: int) -> Outcome:
    slots: Slots = []
    for place in range(min(length, wanted.places + 1)):
        parts = {_at(node, place) for node in wanted.items}
        parts |= {part for at, part in wanted.at if at == place}
        slots.append(frozenset(parts - {TRUE}))
    if len(slots) < length:
        slots += [slots[-1]] * (length - len(slots))
    tally = Tally()
    for filled in _filled(search, wanted, slots, 0, tally):
        outcome = tally.note(_values(search, wanted, filled))
        if outcome.found:
            return outcome
    return tally.rest()


def _at(node: Node, place: int) -> int:
    _, prefix, rest = node
    part: int = prefix[place] if place < len(prefix) else rest
    return part


def _filled(
    search: Search, wanted: _Wanted, slots: Slots, step: int, tally: Tally
) -> Iterator[Slots]:
    """The ways to hand out to the slots what is asked of some of them."""
    if any(FALSE in goal for goal in slots):
        return
    for goal in dict.fromkeys(slots):
        outcome = tally.note(search.solve(goal))
        if outcome.none:
            return
    if step == len(wanted.some) + len(wanted.counts):
        yield slots
        return
    seen: set[object] = set()
    for chosen in _choices(wanted, slots, step):
        search.fuel.burn(1 + len(slots) // 16)
        key = (tuple(chosen[: wanted.places]), _counted(chosen[wanted.places :]))
        if key not in seen:
            seen.add(key)
            yield from _filled(search, wanted, chosen, step + 1, tally)


def _counted(slots: Slots) -> frozenset[tuple[frozenset[int], int]]:
    number: dict[frozenset[int], int] = {}
    for goal in slots:
        number[goal] = number.get(goal, 0) + 1
    return frozenset(number.items())


def _choices(wanted: _Wanted, slots: Slots, step: int) -> Iterator[Slots]:
    if step < len(wanted.some):
        first, part = wanted.some[step]
        for place in range(first, len(slots)):
            yield _with(slots, (place,), part)
        return
    part, low, high = wanted.counts[step - len(wanted.some)]
    most = min(low if high is None else high, len(slots))
    for number in range(low, most + 1):
        for places in combinations(range(len(slots)), number):
            chosen = _with(slots, places, part)
            if high is not None:
                others = tuple(i for i in range(len(slots)) if i not in places)
                chosen = _with(chosen, others, -part)
            yield chosen


def _with(slots: Slots, places: tuple[int, ...], part: int) -> Slots:
    if part == TRUE:
        return slots
    made = list(slots)
    for place in places:
        made[place] = made[place] | {part}
    return made


def _values(search: Search, wanted: _Wanted, slots: Slots) -> Outcome:
    if wanted.unique:
        return distinct_values(search, slots)
    if wanted.repeated:
        return _with_twins(search, slots)
    values = []
    for goal in slots:
        outcome = search.solve(goal)
        if not outcome.found:
            return outcome
        values.append(outcome.value)
    return solved(values)


def _with_twins(search: Search, slots: Slots) -> Outcome:
    tally = Tally()
    tried: set[frozenset[int]] = set()
    for one, other in combinations(range(len(slots)), 2):
        goal = slots[one] | slots[other]
        if goal in tried:
            continue
        tried.add(goal)
        outcome = tally.note(search.solve(goal))
        if outcome.found:
            values = [search.solve(slot) for slot in slots]
            if all(v.found for v in values):
                made = [v.value for v in values]
                made[one] = made[other] = outcome.value
                return solved(made)
    return tally.rest()
