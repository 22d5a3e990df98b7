"""Who may run beside whom: the least set of pairs of places that one moment can hold.

Two places are beside each other where one run's ways out can mark both, or where both follow
from two that are beside each other. A join waits only as long as something beside it can
still bring what is missing, and starts beside a run only if that run can bring nothing more.
(The pairs were held against real runs: looser rules raise false alarms, tighter ones miss.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from itertools import combinations

from agentgraph.check.flow.gather import Gather
from agentgraph.check.flow.places import Option, Options, Wait
from agentgraph.check.flow.reach import Reach, bits
from agentgraph.model.graph import END

Excludes = Callable[[Option, Option], bool]

STEPS = 500_000
"""Where this many did not suffice, everything counts as beside everything.

It takes hundreds of loops side by side that meet again: ten thousand agents side by side take
twenty thousand steps, layers and chains of as many fewer.
"""


class Beside:
    """`of[p]`: the places that may be marked at the same moment as p, as bits.

    `waits` are the places where a join waits, as bits; those of the end of the turn apart.
    `exact` is False where finding the pairs took too many steps, and all of them are assumed.
    """

    def __init__(self, reach: Reach, excludes: Excludes) -> None:
        self._reach = reach
        self._web = reach.web
        self._excludes = excludes
        size = self._web.size
        self.of = [0] * size
        self.exact = True
        self._runs = (1 << len(self._web.runs)) - 1
        self._steps = 0
        self._fresh = [0] * size
        self._todo: set[int] = set()
        self._after = [self._web.successors(run) for run in range(len(self._web.runs))]
        self._gather = Gather([_mask(found) for found in self._after])
        self._joins = Joins(reach)
        self.waits = self._joins.waits
        # What hangs on pairs that are not known (yet): per wait, and per place who looks at it.
        self._held_back = [0] * size
        self._watchers = [0] * size
        self._again = 0
        # What a wait has looked at in vain is looked at again only if it has changed since.
        self._changed = 0
        self._met_waits = 0
        self._unseen = [0] * size
        self._witnesses = [0] * size
        self._blocked = [0] * size
        self._solve()

    def runs(self, place: int) -> int:
        """The runs that may take place beside `place`, as bits."""
        return self.of[place] & self._runs

    def only(self, seen: Sequence[int]) -> Beside:
        """The same, where of all runs none are beside each other but those `seen` beside each."""
        found = copy(self)
        waits = [place & ~self._runs for place in self.of]
        found.of = [
            (others & seen[place]) | waits[place] if place < len(seen) else others
            for place, others in enumerate(self.of)
        ]
        return found

    def _solve(self) -> None:
        for run in self._reach.order:
            for exits in (self._web.normal[run], self._web.failure[run] or ()):
                self._fork(exits)
        while self._todo or self._again:
            if self._steps > STEPS:
                self.exact = False
                self.of = [(1 << self._web.size) - 1] * self._web.size
                return
            batch, self._todo = sorted(self._todo), set()
            for place in batch:
                fresh, self._fresh[place] = self._fresh[place], 0
                self._follow(place, fresh)
            again, self._again = self._again, 0
            changed, self._changed = self._changed, 0
            met_waits, self._met_waits = self._met_waits, 0
            for place in bits(again):
                self._wait_on(place, changed)
                self._fire(place, met_waits)

    def _fork(self, exits: Sequence[Options]) -> None:
        """What the exits of one finished run mark together."""
        tested = [options for options in exits if any(option.tests for option in options)]
        certain = [options for options in exits if options not in tested]
        marks_of = [_mask(m for option in options for m in option.marks) for options in certain]
        in_tested = _mask(m for options in tested for o in options for m in o.marks)
        once = twice = 0
        for marks in marks_of:
            twice |= once & marks
            once |= marks
        for marks in marks_of:
            for mark in bits(marks):
                self._add(mark, (once & ~marks | twice | in_tested) & ~(1 << mark))
        for mark in bits(in_tested):
            self._add(mark, once & ~(1 << mark))
        for options in exits:
            self._within(options)
        for one, other in combinations(tested, 2):
            self._fork_tested(one, other)

    def _fork_tested(self, one: Options, other: Options) -> None:
        for first in one:
            for second in other:
                if first.marks and second.marks and not self._excludes(first, second):
                    for mark in first.marks:
                        self._relate(mark, _mask(second.marks) & ~(1 << mark))

    def _within(self, options: Options) -> None:
        for option in options:
            for mark in option.marks:
                self._add(mark, _mask(option.marks) & ~(1 << mark))
                if mark < len(self._web.runs) and self._several(mark):
                    self._add(mark, 1 << mark)

    def _several(self, run: int) -> bool:
        """Whether one step may start several of the run: once per element, or per payload."""
        one = self._web.runs[run]
        return one.spread is not None or one.sent

    def _follow(self, place: int, fresh: int) -> None:
        if place < len(self._web.runs):
            targets = self._gather.of(fresh & self._runs, but=place)
            for mark in self._after[place]:
                self._add(mark, targets & ~(1 << mark))
            return
        run = self._joins.run(place)
        self._held_back[place] |= self._gather.of(fresh & self._runs, but=run)
        self._wait_on(place)
        self._fire(place)

    def _wait_on(self, place: int, changed: int = 0) -> None:
        """The wait goes on beside what follows, while something there can bring what is missing."""
        left = self._held_back[place] & ~self.of[place] & ~(1 << place)
        going_on = self._joins.bringing(place, left)
        witnesses = self._joins.bringing(place, self.of[place])
        new = witnesses & ~self._witnesses[place]
        self._witnesses[place] = witnesses
        known = self._unseen[place] & ~changed
        for mark in bits(left & ~going_on & (-1 if new else ~known)):
            if self.of[mark] & (new if (known >> mark) & 1 else witnesses):
                going_on |= 1 << mark
            else:
                self._watchers[mark] |= 1 << place
        self._unseen[place] |= left
        if going_on:
            self._relate(place, going_on)

    def _fire(self, place: int, met_waits: int = 0) -> None:
        """The join starts beside what can bring it nothing more."""
        start = self._joins.start(place)
        if start is None:
            return
        # It may also start just when what it waited for turns out not to come.
        known = self.of[place] | self._held_back[place]
        left = known & ~self.of[start] & ~(1 << start) & ~self._joins.same(place)
        blocking = self._joins.blocked_by(place, left)
        fires = left & ~blocking
        may_have_all = self._joins.may_have_all(place)
        for other in bits(blocking & (met_waits | ~self._blocked[place])):
            run = self._web.starts(other)
            if run is None or may_have_all(run, self.of[other]):
                fires |= 1 << other
            else:
                self._watchers[other] |= 1 << place
        self._blocked[place] |= blocking
        if fires:
            self._relate(start, fires)

    def _relate(self, place: int, mask: int) -> None:
        self._add(place, mask)
        for other in bits(mask):
            self._add(other, 1 << place)

    def _add(self, place: int, mask: int) -> None:
        """One direction only: the other follows when its own side is looked at."""
        new = mask & ~self.of[place]
        if new:
            self.of[place] |= new
            self._fresh[place] |= new
            self._todo.add(place)
            self._steps += 1
            if self._watchers[place]:
                self._again |= self._watchers[place]
                self._changed |= 1 << place
                if new & self._joins.waits:
                    self._met_waits |= 1 << place


class Joins:
    """What the rules about waiting ask again and again, per wait."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._web = reach.web
        self._blocking: dict[tuple[str, str], int] = {}
        self._brings: dict[tuple[str, int], list[tuple[str, int]]] = {}
        self._waits_from: dict[str, dict[str, int]] = {}
        self._same: dict[str, int] = {
            join: _mask(places) for join, places in self._web.arrivals.items()
        }
        # A foreign engine does not see what it has sent out, and does not wait for it.
        self._sent = _mask(run.number for run in self._web.runs if run.sent)
        late = _mask(self._web.started[join] for join in self._web.lasts)
        self._runs = (1 << len(self._web.runs)) - 1
        self._blocking_lasts = self._runs & ~self._sent & ~late
        self.waits = _union(mask for join, mask in self._same.items() if join != END)

    def run(self, place: int) -> int:
        """The run that is done."""
        return self._wait(place).run

    def start(self, place: int) -> int | None:
        """The run that the wait's join starts; None at the end of the turn."""
        wait = self._wait(place)
        return None if wait.join == END else self._web.started[wait.join]

    def same(self, place: int) -> int:
        """Every wait of the same join."""
        return self._same[self._wait(place).join]

    def bringing(self, place: int, among: int) -> int:
        """Of `among`, the places that can still bring what has not come; in doubt, all."""
        wait = self._wait(place)
        if wait.join == END or wait.join in self._reach.circles or wait.join in self._web.lasts:
            return among
        runs = self.blocking(place)
        found = among & runs
        if wait.join in self._web.barriers:
            # The last source to come meets the others, and those of other barriers.
            return found | (among & ~self._runs)
        # Join by join, for a place can be beside a thousand waits of one.
        waits = among & self.waits
        while waits:
            join = self._wait((waits & -waits).bit_length() - 1).join
            if (runs >> self._web.started[join]) & 1:
                found |= waits & self._same[join]
            waits &= ~self._same[join]
        return found

    def blocking(self, place: int) -> int:
        """The runs beside which the join may not start, unless what they bring has come."""
        wait = self._wait(place)
        key = (wait.join, self._web.runs[wait.run].node)
        if key not in self._blocking:
            self._blocking[key] = self._reach.brings_missing(*key)
        return self._blocking[key]

    def blocked_by(self, place: int, among: int) -> int:
        """Of `among`, what the join does not start beside, unless what that brings has come.

        Runs, and other joins that wait; of joins that wait for each other, one starts all the same.
        A barrier starts beside nothing, unless all has come.
        """
        join = self._wait(place).join
        if join in self._web.lasts:
            return among & self._blocking_lasts
        if join in self._web.barriers:
            return among
        if join in self._reach.circles:
            return among & self.blocking(place) & ~self._sent
        return self.bringing(place, among) & ~self._sent

    def may_have_all(self, place: int) -> Callable[[int, int], bool]:
        """Whether all that a run can bring may have come, as what is beside it says: `(run, beside)`."""
        wait = self._wait(place)
        join, arrived = wait.join, self._web.runs[wait.run].node

        def told(run: int, beside: int) -> bool:
            if join in self._web.lasts:
                return False
            for source, waits in self._brought(join, run):
                if source != arrived and not beside & waits:
                    return False
            return True

        return told

    def _brought(self, join: str, run: int) -> list[tuple[str, int]]:
        """The sources of the join that `run` can bring, each with the waits of who came from it."""
        if (join, run) not in self._brings:
            waits = self._waits_from.get(join) or self._by_source(join)
            self._brings[join, run] = [
                (source, waits.get(source, 0))
                for source, runs in self._reach.bringers[join].items()
                if (runs >> run) & 1 or join in self._web.barriers
            ]
        return self._brings[join, run]

    def _by_source(self, join: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for place in self._web.arrivals[join]:
            source = self._web.runs[self._wait(place).run].node
            found[source] = found.get(source, 0) | 1 << place
        self._waits_from[join] = found
        return found

    def _wait(self, place: int) -> Wait:
        wait = self._web.wait(place)
        assert wait is not None
        return wait


def _mask(places: Iterable[int]) -> int:
    return _union(1 << place for place in places)


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
