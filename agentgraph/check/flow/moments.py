"""What can happen, moment by moment: all that runs together, on one state.

The facts per place forget how often a loop was gone through, how long two ways are, and what
was decided together. Here each moment is looked at as a whole: what runs, what has come to
joins, how far the bounds are used up, and what is known of the state. Nothing is put together that
may not happen together, so there can be many moments: it is for small graphs, and gives up early.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import product

from msgspec import Struct, field

from agentgraph.check.flow.fixpoint import Fixpoint, Known
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.outcomes import Live, Outcome, Outcomes, TooMuchError
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL, State, States
from agentgraph.lower.reach import join_tables
from agentgraph.lower.waiting import Marks, advance, settle, watches


class Moment(Struct, eq=False):
    """All that the next one depends on."""

    state: State
    live: tuple[Live, ...]
    marks: dict[str, Marks]
    counts: dict[str, int]

    def key(self) -> tuple[object, ...]:
        marks = (
            (name, tuple(sorted(one.arrived.items())), one.ready, one.sends)
            for name, one in self.marks.items()
        )
        counts = tuple(sorted(self.counts.items()))
        return (tuple(sorted(self.state.items())), tuple(sorted(self.live)), *marks, counts)


class Played(Struct, eq=False):
    """What was seen: `known` as the fixpoint has it, of runs alone; `beside` the runs beside each."""

    beside: list[int]
    known: Known = field(default_factory=Known)


def played(flow: Flow, most: int) -> Played | None:
    """All that can happen; None where that is more than `most` runs, those of each step counted."""
    try:
        return _Play(flow, most).all()
    except TooMuchError:
        return None


class _Play:
    def __init__(self, flow: Flow, most: int) -> None:
        self._flow = flow
        self._left = most
        self._fixpoint: Fixpoint = flow.fixpoint
        self._states: States = flow.states
        self._live = flow.fixpoint.live
        self._watches = watches(join_tables(flow.plan))
        self._found = Played([0] * len(flow.web.runs))
        self._outcomes = Outcomes(flow.web, self._fixpoint, flow.states, self._found.known)
        self._seen: set[tuple[object, ...]] = set()
        self._todo: deque[Moment] = deque()
        self._held = -1

    def all(self) -> Played:
        self._hold(0)
        while self._todo:
            self._go_on(self._todo.popleft())
        return self._found

    def _hold(self, more: int) -> None:
        """Begin a turn with what earlier ones may have left."""
        held = more if self._held < 0 else self._held | more
        if held != self._held:
            self._held = held
            state = self._fixpoint.transfer.start(held, self._live.at_exits[0])
            marks = {name: Marks() for name in self._watches}
            self._add(Moment(state, ((0, 0),), marks, {}))

    def _add(self, moment: Moment) -> None:
        key = moment.key()
        if key not in self._seen:
            self._seen.add(key)
            self._todo.append(moment)

    def _go_on(self, moment: Moment) -> None:
        self._look(moment)
        needed = self._needed(moment, ahead=True)
        options = [
            self._outcomes.of(live, moment.state, moment.counts, needed) for live in moment.live
        ]
        for (run, _), found in zip(moment.live, options, strict=True):
            if any(one.effect is not None for parts in found for one in parts):
                self._hold(self._flow.effects.left_by(run))
        for chosen in product(*options) if moment.live else ():
            self._left -= len(chosen)
            if self._left < 0:
                raise TooMuchError
            step = [one for parts in chosen for one in parts]
            state = step[0].state if len(step) == 1 else self._together(step, needed)
            if state is not None:
                self._add(self._after(moment, step, state))

    def _look(self, moment: Moment) -> None:
        known, beside = self._found.known, self._found.beside
        for run, _ in moment.live:
            if run:
                here = self._states.split(moment.state, self._live.at[run])
                self._states.absorb(known.at.setdefault(run, {}), here)
            several = self._flow.web.runs[run].spread is not None
            for other, _ in moment.live:
                if other != run or several:
                    beside[run] |= 1 << other
        if not moment.live:
            for port in self._flow.spec.output.ports:
                known.end |= moment.state[ALL] & self._states.items.of_field.get(port.field, 0)

    def _needed(self, moment: Moment, *, ahead: bool) -> int:
        """The atoms that something under way still tests: of runs before, or `ahead` of, their writes."""
        atoms = self._live.at_exits if ahead else self._live.at
        found = 0
        for run, _ in moment.live:
            found |= atoms[run]
        for name, marks in moment.marks.items():
            if marks.arrived.get(name) or marks.sends:
                found |= self._live.at[self._flow.web.started[name]]
        return found

    def _after(self, moment: Moment, step: Sequence[Outcome], state: State) -> Moment:
        live = dict.fromkeys(one for outcome in step for one in outcome.live)
        counts = dict(moment.counts)
        for outcome in step:
            counts |= outcome.counts
        marks = {n: Marks(dict(m.arrived), m.ready, m.sends) for n, m in moment.marks.items()}
        messages = [outcome.message for outcome in step]
        if moment.live == ((0, 0),):
            messages[0]["reset"] = True
        for name, watch in self._watches.items():
            advance(watch, marks[name], messages)
        if not live and not any(one.ready for one in marks.values()):
            for name, watch in self._watches.items():
                settle(watch, marks[name])
        ready = [(self._flow.web.plain[name], 0) for name, one in marks.items() if one.ready]
        after = Moment(state, (*live, *ready), marks, counts)
        after.state = self._states.split(state, self._needed(after, ahead=False))
        return after

    def _together(self, step: Sequence[Outcome], needed: int) -> State | None:
        """What several runs leave that end at the same moment; None where they contradict each other."""
        whole = self._combined(step, [one.state[ALL] for one in step])
        if whole is None:
            return None
        found: State = {ALL: whole}
        for key in bits(needed):
            atom = self._states.atoms.all[key]
            writers = [one for one in step if one.effect and atom.field in one.effect.fields]
            if len(writers) > 1:
                found[key] = self._states.restricted(whole, atom)
                continue
            # Where somebody wrote the field, only what he knows of it holds afterwards.
            facts = [
                self._states.fact_where(one.state, atom)
                if one in writers or not writers
                else one.state[ALL]
                for one in step
            ]
            found[key] = (self._combined(step, facts) or 0) if all(facts) else 0
        return found

    def _combined(self, step: Sequence[Outcome], facts: Sequence[int]) -> int | None:
        written = found = 0
        for one, fact in zip(step, facts, strict=True):
            for mask, new in self._written(one, step):
                written |= mask
                found |= fact & new
        alone = facts[0] & ~written
        for fact in facts[1:]:
            other = fact & ~written
            both = self._states.both(alone, other)
            if not both and alone | other:
                if not self._is_assumed(alone | other):
                    return None
                # What was refused is told of; what lies behind it is looked at all the same.
                both = alone | other
            alone = both
        return found | alone

    def _written(self, one: Outcome, step: Sequence[Outcome]) -> Iterator[tuple[int, int]]:
        """Per field that it wrote: the field's items, and those of them that it leaves."""
        if one.effect is None:
            return
        of_field = self._states.items.of_field
        for name in one.effect.always:
            yield of_field[name], of_field[name]
        for name, item in one.effect.maybe.items():
            surely = any(o.effect is not None and name in o.effect.always for o in step)
            yield of_field[name], self._states.items.alike(item) if surely else of_field[name]

    def _is_assumed(self, fact: int) -> bool:
        items = self._states.items.all
        return any(items[number].definition.kind == "assumed" for number in bits(fact))
