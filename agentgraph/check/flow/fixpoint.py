"""The facts at every place: what is in the state there, from START until nothing changes.

A way out is looked at in this order: what the run wrote lies over what it found, then the
guard narrows, then everything that may run at the same moment widens. The order matters: a
guarded branch can start on a value that a sibling has just changed.
"""

from __future__ import annotations

import heapq

from msgspec import Struct, field

from agentgraph.check.flow.arrivals import Arrivals
from agentgraph.check.flow.atoms import Atoms
from agentgraph.check.flow.beside import Beside
from agentgraph.check.flow.combine import combined
from agentgraph.check.flow.definitions import Items
from agentgraph.check.flow.effects import Effects, Need
from agentgraph.check.flow.gather import Gather
from agentgraph.check.flow.liveness import live_atoms
from agentgraph.check.flow.places import Option, Options, Web
from agentgraph.check.flow.reach import Reach, bits
from agentgraph.check.flow.states import ALL, State, States
from agentgraph.check.flow.transfer import Transfer
from agentgraph.model.graph import END

_INNER_FIRST = 8
"""Visits per run, on average, in which an inner loop is gone through to its end before an outer.

That tells most exactly what is known where; but a loop is gone through once for each loop
around it. After that, what leads back waits until all that lies ahead has been visited.
"""


class Known(Struct, eq=False):
    """The result, per place.

    `at` holds the state that a run starts on, or that is there when a wait begins; `given`
    what a run of a Map is handed; `left` the state as a run's exits see it, `failed` as its
    failure exits do. A place that nothing reaches has none. `end` is the fact when the
    turn is over. `met` has, where that is known, each fact that a run's exits look at, moment by
    moment: together they are what they see.
    """

    at: dict[int, State] = field(default_factory=dict)
    given: dict[int, int] = field(default_factory=dict)
    left: dict[int, State] = field(default_factory=dict)
    failed: dict[int, State] = field(default_factory=dict)
    end: int = 0
    met: dict[int, dict[int, None]] = field(default_factory=dict)


class Fixpoint:
    def __init__(
        self,
        reach: Reach,
        beside: Beside,
        effects: Effects,
        states: States,
        outputs: tuple[str, ...],
        *,
        settled: frozenset[tuple[int, Need]] = frozenset(),
    ) -> None:
        self._reach = reach
        self._web: Web = reach.web
        self._beside = beside
        self.effects = effects
        self._states = states
        self._items: Items = states.items
        self._atoms: Atoms = states.atoms
        self.arrivals = Arrivals(reach, beside)
        self.transfer = Transfer(effects, states)
        self.transfer.settled = settled
        self.live = live_atoms(self._web, reach, self._atoms, effects)
        self._interference = Gather(effects.written)
        self._disturbances: dict[int, int] = {}
        self._outputs = outputs
        self._queued: set[int] = set()
        self._held = 0
        self._arrived: dict[int, dict[str, None]] = {}
        self._past: set[int] = set()
        self._behind = {self._web.started[key] for key in self._web.barriers}
        self._own: dict[int, frozenset[str]] = {}
        self._heap: list[tuple[int, int, int]] = []
        self._now = (0, -1, 0)
        self._visits = 0
        self.taken: set[int] = set()
        self.known = Known()

    def solve(self) -> Known:
        self._queue(0)
        while self._heap:
            self._now = heapq.heappop(self._heap)
            _, _, run = self._now
            self._queued.discard(run)
            self._visits += 1
            if self._is_new(run):
                self._visit(run)
        self.known.end = self._at_end()
        return self.known

    def rashly_assumed(self) -> frozenset[tuple[int, Need]]:
        """What was taken to be there because nothing had come yet, and then something came."""
        return frozenset(
            (run, need)
            for run, need in self.transfer.assumed
            if self.transfer.suits(need, self._before(run, need))
        )

    def _before(self, run: int, need: Need) -> int:
        """What the run finds, or its route functions."""
        known = self.known.at if need in self.effects.of[run].needs else self.known.left
        return known.get(run, {}).get(ALL, 0)

    def lacking(self) -> frozenset[tuple[int, Need]]:
        """Of what was `settled` to come, that which does not."""
        return frozenset(
            (run, need)
            for run, need in self.transfer.settled
            if not self.transfer.suits(need, self._before(run, need))
        )

    def _is_new(self, run: int) -> bool:
        """Whether there is anything new to start on: past the joins in front of it, or through one."""
        joins = self._arrived.pop(run, None)
        past = run in self._past or joins is None
        self._past.discard(run)
        # Each is asked: what has arrived through it is taken in by that.
        news = [self._starts(join, run) for join in joins or ()]
        return past or any(news)

    def disturbance(self, place: int) -> int:
        """What may be written beside a place, as items."""
        found = self._disturbances.get(place)
        if found is None:
            wait = self._web.wait(place)
            run = wait.run if wait else place
            found = self._interference.of(self._beside.runs(place), but=run)
            self._disturbances[place] = found
        return found

    def view(self, run: int, known: Known) -> int:
        """What the exits of a Map's item see, as far as that is known."""
        left = known.left[run][ALL]
        return self.transfer.view(run, known.given.get(run, 0), left, made=True)

    def _queue(self, run: int) -> None:
        if run not in self._queued:
            self._queued.add(run)
            turn, at, _ = self._now
            rank = self._reach.rank[run]
            leads_back = rank <= at and self._visits > _INNER_FIRST * len(self._web.runs)
            heapq.heappush(self._heap, (turn + leads_back, rank, run))

    def _visit(self, run: int) -> None:
        # What this turn leaves in kept fields, the next one begins with.
        if more := self.effects.left_by(run) & ~self._held:
            self._held |= more
            self._queue(0)
        left, failed = self._outcomes(run)
        if not left[ALL]:
            return  # what it takes has not come yet
        self.known.left[run] = left
        if failed is not None:
            self.known.failed[run] = failed
        if self._web.runs[run].spread is None:
            left = self.transfer.asked(run, left)
        if not left[ALL]:
            return
        normal, failure = self._web.normal[run], self._web.failure[run]
        self._leave(run, normal, left, made=True)
        if failure is not None and failed is not None:
            self._leave(run, failure, failed, made=False)

    def _leave(self, run: int, exits: tuple[Options, ...], state: State, *, made: bool) -> None:
        """Take the exits of a run that has `made` something, or failed."""
        view = self._view(run, state, made=made)
        for option in (option for options in exits for option in options):
            needed = 0
            for mark in option.marks:
                needed |= self.live.at[mark]
            atoms = self._atoms.of(option)
            narrowed = self.transfer.through(atoms, state, needed, view, self.apart(run))
            if narrowed is not None:
                self._take(run, option, narrowed, made=made)
        self._stop(run, exits, state, view, made=made)

    def _outcomes(self, run: int) -> tuple[State, State | None]:
        """The state as the exits see it, and as those of failure do, if there are any."""
        exits_need = self.live.at_exits[run]
        if run == 0:
            return self.transfer.start(self._held, exits_need), None
        state = self.known.at[run]
        if self._web.runs[run].spread is None:
            state = self.transfer.taken(run, state)
        if not state[ALL]:
            return state, None
        failed = state if self._web.failure[run] else None
        return self.transfer.wrote(run, state, exits_need), failed

    def _view(self, run: int, state: State, *, made: bool) -> int | None:
        """What the exits see, where that is more than the state: a Map's items."""
        if self._web.runs[run].spread is None:
            return None
        return self.transfer.view(run, self.known.given.get(run, 0), state[ALL], made=made)

    def apart(self, run: int) -> frozenset[str]:
        """The fields of which a Map's item may see another value than the state has.

        Its element, its own results, and what somebody wrote while it was handed over.
        """
        spread = self._web.runs[run].spread
        if spread is None:
            return frozenset()
        if run not in self._own:
            effect = self.effects.of[run]
            written = 0
            for source in self._reach.before[run]:
                written |= self.disturbance(source)
            taken = (need.field for need in effect.needs)
            late = {f for f in taken if written & self._items.of_field.get(f, 0)}
            self._own[run] = effect.own | late | {spread.each}
        return self._own[run]

    def _take(self, run: int, option: Option, narrowed: State, *, made: bool) -> None:
        self.taken.add(id(option))
        for mark in option.marks:
            if mark < len(self._web.runs) and self._web.runs[mark].spread is not None:
                self._hand_over(mark, narrowed[ALL])
        left = self._left_behind(run, narrowed, made=made)
        for mark in option.marks:
            self._arrive(mark, left)

    def _left_behind(self, run: int, narrowed: State, *, made: bool) -> State:
        """What follows finds this: also what only now is written, by Maps and by all that runs beside."""
        state = self.transfer.listed(run, narrowed) if made else narrowed
        return self._states.disturbed(state, self.disturbance(run))

    def _hand_over(self, item: int, fact: int) -> None:
        """A Map's items get what its source left, before anybody else's writes."""
        payload = self.transfer.payload(item, fact)
        old = self.known.given.get(item, 0)
        if payload | old != old:
            self.known.given[item] = payload | old
            self._queue(item)

    def _stop(
        self, run: int, exits: tuple[Options, ...], state: State, view: int | None, *, made: bool
    ) -> None:
        """The way may just end here: none of the exits was taken."""
        if run not in self._web.stops:
            return
        nothing = [[option for option in options if not option.marks] for options in exits]
        if not all(nothing):
            return
        tests = [atom for none in nothing if len(none) == 1 for atom in self._atoms.of(none[0])]
        place = self._web.stops[run]
        needed = self.live.at[place]
        narrowed = self.transfer.through(tuple(tests), state, needed, view, self.apart(run))
        if narrowed is not None:
            self._arrive(place, self._left_behind(run, narrowed, made=made))

    def _arrive(self, place: int, state: State) -> None:
        live = self.live.at[place]
        kept = {key: fact for key, fact in state.items() if key == ALL or (live >> key) & 1}
        for key in bits(live):
            if key not in kept:
                kept[key] = self._states.restricted(state[ALL], self._atoms.all[key])
        if not self._states.absorb(self.known.at.setdefault(place, {}), kept):
            return
        wait = self._web.wait(place)
        if wait is None:
            if place in self._behind:
                self._past.add(place)
            self._queue(place)
        elif wait.join != END:
            # Put together when its turn comes: by then its other sources have come, too.
            run = self._web.started[wait.join]
            self._arrived.setdefault(run, {})[wait.join] = None
            self._queue(run)

    def _starts(self, join: str, run: int) -> bool:
        """Whether what has arrived by now tells anything new of the state that a join starts on."""
        found: State = {ALL: self._joined(join, ALL)}
        if not found[ALL]:
            return False
        for key in bits(self.live.at[run]):
            found[key] = self._joined(join, key)
        return self._states.absorb(self.known.at.setdefault(run, {}), found)

    def _joined(self, join: str, key: int, fields: int = -1) -> int:
        facts: list[int] = []
        for place in self._web.arrivals.get(join, ()):
            state = self.known.at.get(place)
            fact = 0
            if state is not None:
                fact = self._states.disturbed(state, self.disturbance(place)).get(key, 0)
            facts.append(fact & fields)
        return combined(self._items, facts, lambda lacking: self.arrivals.possible(join, lacking))

    def _at_end(self) -> int:
        """What is known of the output when nothing runs any more; 0 where it never comes to that."""
        if not self.arrivals.possible(END, 0):
            return 0
        fields = 0
        for name in self._outputs:
            fields |= self._items.of_field.get(name, 0)
        return self._joined(END, ALL, fields)
