"""A number between bounds, multiple of some and of none of others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

from agentgraph.contracts.solve.outcome import NOTHING, Outcome, solved, untold
from agentgraph.contracts.solve.values import as_number, exact

if TYPE_CHECKING:
    from agentgraph.contracts.solve.branch import Branch
    from agentgraph.contracts.solve.search import Search

_TRIES = 2000
_SPLITS = (2, 4, 5, 8, 10, 16, 20, 25, 32, 40, 64, 100, 128, 1000, 1024)


class _Wanted(Struct, eq=False):
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    steps: list[Fraction] = field(default_factory=list)
    not_steps: list[Fraction] = field(default_factory=list)
    barred: set[Fraction] = field(default_factory=set)

    def at_least(self, bound: Fraction, *, strictly: bool) -> None:
        if self.low is None or (bound, strictly) > (self.low, self.low_open):
            self.low, self.low_open = bound, strictly

    def at_most(self, bound: Fraction, *, strictly: bool) -> None:
        if self.high is None or (-bound, strictly) > (-self.high, self.high_open):
            self.high, self.high_open = bound, strictly

    def admits(self, number: Fraction) -> bool:
        return (
            self.within(number)
            and number not in self.barred
            and all(number % step == 0 for step in self.steps)
            and all(number % step != 0 for step in self.not_steps)
        )

    def within(self, number: Fraction) -> bool:
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        return above and (
            self.high is None or number < self.high or (number == self.high and not self.high_open)
        )


def build(search: Search, branch: Branch) -> Outcome:
    """A number that does all that the branch asks of one."""
    wanted = _wanted(search, branch)
    if wanted.low is not None and wanted.high is not None:
        if wanted.low > wanted.high:
            return NOTHING
        if wanted.low == wanted.high:
            return _first(search, wanted, [wanted.low], complete=True)
    return _on_grid(search, wanted) if wanted.steps else _anywhere(search, wanted)


def _wanted(search: Search, branch: Branch) -> _Wanted:
    wanted = _Wanted(barred={exact(value) for value in branch.barred})
    for signed in branch.literals:
        tag, number = search.arena.nodes[abs(signed)]
        positive = signed > 0
        if tag == "multiple":
            (wanted.steps if positive else wanted.not_steps).append(number)
        elif (tag in ("min", "more")) == positive:
            wanted.at_least(number, strictly=(tag in ("more", "max")))
        else:
            wanted.at_most(number, strictly=(tag in ("less", "min")))
    return wanted


def _first(
    search: Search, wanted: _Wanted, numbers: Iterable[Fraction], *, complete: bool
) -> Outcome:
    """The first that will do. `complete`: these are all that there are."""
    for number in numbers:
        search.fuel.burn()
        if wanted.admits(number):
            value = as_number(number)
            if value is not None:
                return solved(value)
            complete = False
    return NOTHING if complete else untold("numbers too fine to be written down")


def _on_grid(search: Search, wanted: _Wanted) -> Outcome:
    step = _common(wanted.steps)
    if any(step % other == 0 for other in wanted.not_steps):
        return NOTHING
    first = None if wanted.low is None else math.ceil(wanted.low / step)
    last = None if wanted.high is None else math.floor(wanted.high / step)
    near = (k * step for k in _outwards(first, last, _TRIES))
    count = None if first is None or last is None else last - first + 1
    if count is not None and count <= _TRIES:
        return _first(search, wanted, near, complete=True)
    found = _first(search, wanted, near, complete=False)
    return found if found.found else _far(search, wanted, step, first, last)


def _far(
    search: Search, wanted: _Wanted, step: Fraction, first: int | None, last: int | None
) -> Outcome:
    """One past a common period of all that is to be no multiple is a multiple of none of them."""
    period = 1
    for other in wanted.not_steps:
        period = math.lcm(period, int(_common([step, other]) / step))
    if first is not None:
        start = -(-(first - 1) // period) * period + 1
        ks = range(start, start + period * (len(wanted.barred) + 2), period)
    else:
        start = ((last or 0) - 1) // period * period + 1
        ks = range(start, start - period * (len(wanted.barred) + 2), -period)
    return _first(search, wanted, (k * step for k in ks), complete=False)


def _common(steps: Iterable[Fraction]) -> Fraction:
    """The least number that is a multiple of all."""
    found = Fraction(0)
    for step in steps:
        if not found:
            found = step
            continue
        top = math.lcm(found.numerator * step.denominator, step.numerator * found.denominator)
        found = Fraction(top, found.denominator * step.denominator)
    return found


def _outwards(first: int | None, last: int | None, limit: int) -> Iterator[int]:
    """Whole numbers from the one nearest to 0 on, both ways, within the ends."""
    start = 0
    if first is not None and first > 0:
        start = first
    elif last is not None and last < 0:
        start = last
    given = 0
    for distance in range(limit + 1):
        for number in (start + distance, start - distance) if distance else (start,):
            if (first is None or number >= first) and (last is None or number <= last):
                yield number
                given += 1
                if given >= limit:
                    return


def _anywhere(search: Search, wanted: _Wanted) -> Outcome:
    first = None if wanted.low is None else math.ceil(wanted.low)
    last = None if wanted.high is None else math.floor(wanted.high)
    tries = 64 + len(wanted.barred)
    whole = map(Fraction, _outwards(first, last, tries))
    found = _first(search, wanted, whole, complete=False)
    return found if found.found else _first(search, wanted, _between(wanted), complete=False)


def _between(wanted: _Wanted) -> Iterator[Fraction]:
    low, high = wanted.low, wanted.high
    if low is None:
        low = Fraction(0) if high is None else high - 1
    if high is None:
        high = low + 1
    for parts in _SPLITS:
        for part in range(1, parts):
            yield low + (high - low) * Fraction(part, parts)
    if wanted.low is not None:
        yield wanted.low
    if wanted.high is not None:
        yield wanted.high
