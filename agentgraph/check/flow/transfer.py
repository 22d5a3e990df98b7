"""What one run makes of the state: what it takes, what it writes, what its exits tell."""

from __future__ import annotations

from collections.abc import Iterable

from agentgraph.check.flow.atoms import Atom
from agentgraph.check.flow.effects import Effect, Effects, Need
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL, State, States
from agentgraph.model.contract import Contract


class Transfer:
    """The effects of runs, applied to states."""

    def __init__(self, effects: Effects, states: States) -> None:
        self._effects = effects
        self._states = states
        self._items = states.items
        # The contracts are kept with the answers: an id is only good as long as what it was taken of.
        self._seen: dict[tuple[str, int, bool], tuple[int, int, Contract]] = {}
        self.assumed: set[tuple[int, Need]] = set()
        """Of runs, what they take and was not there when that was asked."""
        self.settled: frozenset[tuple[int, Need]] = frozenset()
        """Of these it is known that something suitable comes: nothing is assumed."""

    def start(self, held: int, needed: int) -> State:
        """The state when a turn begins, split by the atoms `needed`; `held` is left by earlier ones."""
        whole = self._effects.start | held
        state: State = {ALL: whole}
        for key in bits(needed):
            state[key] = self._input_where(whole, self._states.atoms.all[key])
        return state

    def taken(self, run: int, state: State) -> State:
        """The state once the run has got all that it takes: what it would refuse is gone.

        Nothing goes on from a refused value, so a fault is told once, where it shows first.
        A fact of 0 for all: the run is never given what it takes.
        """
        return self._without_refused(run, state, self._effects.of[run].needs)

    def asked(self, run: int, state: State) -> State:
        """The state once the route functions behind the run have got all that they take."""
        needs = [need for asked in self._effects.of[run].asks.values() for need in asked]
        return self._without_refused(run, state, tuple(needs))

    def _without_refused(self, run: int, state: State, needs: tuple[Need, ...]) -> State:
        if not needs:
            return state
        lacking: set[Need] = set()
        found = {ALL: self._refused(state[ALL], needs, lacking)}
        if missing := {(run, need) for need in lacking}:
            if missing & self.settled:
                return dict.fromkeys(state, 0)
            self.assumed |= missing
        for key, fact in state.items():
            if key != ALL:
                here: set[Need] = set()
                left = self._refused(fact, needs, here) if fact else 0
                # Where others get what they take, these are those that do not.
                found[key] = left if here <= lacking else 0
        return found

    def wrote(self, run: int, state: State, needed: int) -> State:
        """The state after the run's writes, as its exits see it, split by the atoms `needed`."""
        effect = self._effects.of[run].before_lists()
        return self._with_writes(state, effect, bits(needed))

    def listed(self, run: int, state: State) -> State:
        """The state as it is left: with the lists that Maps begin, or add to, as the exits are taken."""
        lists = self._effects.of[run].lists
        if not lists:
            return state
        return self._with_writes(state, Effect(always=lists), (key for key in state if key != ALL))

    def _with_writes(self, state: State, effect: Effect, keys: Iterable[int]) -> State:
        cleared, added = self._masks(effect)
        found: State = {ALL: (state[ALL] & ~cleared) | added}
        for key in keys:
            atom = self._states.atoms.all[key]
            if atom.field in effect.always or atom.field in effect.maybe:
                found[key] = self._written_where(state, effect, atom)
                continue
            before = state.get(key)
            if before is None:
                before = self._states.restricted(state[ALL], atom)
            found[key] = (before & ~cleared) | added if before else 0
        return found

    def payload(self, item: int, fact: int) -> int:
        """What a Map's item is handed: what its source left, and its element."""
        run = self._effects.web.runs[item]
        assert run.spread is not None
        each = 0
        for over in bits(fact & self._items.of_field.get(run.spread.over, 0)):
            if self._items.all[over].definition.kind != "absent":
                each |= 1 << self._effects.element(run, over)
        return (fact & ~self._items.of_field.get(run.spread.each, 0)) | each

    def view(self, run: int, given: int, left: int, *, made: bool) -> int:
        """What the exits of a Map's item see: the state, under what it was handed and what it has `made`."""
        spread = self._effects.web.runs[run].spread
        assert spread is not None
        effect = self._effects.of[run]
        for field in (*(need.field for need in effect.needs), spread.each):
            mask = self._items.of_field.get(field, 0)
            left = (left & ~mask) | (given & mask)
        if not made:
            return left
        return self._written(left, Effect(always=effect.own_always, maybe=effect.own_maybe))

    def through(
        self,
        atoms: tuple[Atom, ...],
        left: State,
        needed: int,
        view: int | None,
        apart: frozenset[str],
    ) -> State | None:
        """The state where the atoms hold, split by the atoms `needed`; None where they cannot.

        `view` is what the exits see, where that is not the state itself: a Map's items. What
        they saw of the fields `apart` is their own, and says nothing about the state of all.
        """
        if view is None:
            return self._states.after(left, atoms, needed) if atoms else left
        if not all(self._states.restricted(view, atom) for atom in atoms):
            return None
        shared = [atom for atom in atoms if atom.field not in apart]
        return self._states.after(left, shared, needed)

    def bad(self, need: Need, values: int) -> int:
        """Of items of the field, those that the need refuses."""
        key = (need.field, id(need.contract), need.required)
        known, refused, _ = self._seen.get(key, (0, 0, need.contract))
        fresh = values & ~known
        if not fresh:
            return refused & values
        for number in bits(fresh):
            item = self._items.all[number]
            kind = item.definition.kind
            if kind == "absent":
                misfit = need.required
            elif kind == "assumed":
                misfit = False
            else:
                misfit = self._states.questions.fits(item, need.contract).status == "incompatible"
            if misfit:
                refused |= 1 << number
        self._seen[key] = (known | values, refused, need.contract)
        return refused & values

    def suits(self, need: Need, fact: int) -> bool:
        """Whether some value of the fact, and not a mere assumption, is what the need takes."""
        values = fact & self._items.of_field.get(need.field, 0)
        values &= ~(1 << self._effects.assumed(need.field))
        bad = self.bad(need, values)
        return bool(values & ~bad or self._suiting(need, bad))

    def _refused(self, fact: int, needs: tuple[Need, ...], lacking: set[Need]) -> int:
        """The fact without what the needs refuse; of those that are `lacking` then, it is assumed."""
        for need in needs:
            values = fact & self._items.of_field.get(need.field, 0)
            if bad := self.bad(need, values):
                fact = (fact & ~bad) | self._suiting(need, bad)
                if not fact & self._items.of_field[need.field]:
                    fact |= 1 << self._effects.assumed(need.field)
                    lacking.add(need)
        return fact

    def _suiting(self, need: Need, bad: int) -> int:
        """Of values that may not suit a reader, those that do."""
        here = bad & ~(1 << self._effects.absent(need.field))
        if not here:
            return 0
        return self._states.narrowed(here, self._states.atoms.accepted(need.field, need.contract))

    def _written(self, fact: int, effect: Effect) -> int:
        cleared, added = self._masks(effect)
        return (fact & ~cleared) | added

    def _masks(self, effect: Effect) -> tuple[int, int]:
        """What the writes put an end to, and what they put there."""
        cleared = 0
        for field in effect.always:
            cleared |= self._items.of_field[field]
        return cleared | effect.presumed, effect.items()

    def _written_where(self, state: State, effect: Effect, atom: Atom) -> int:
        """The fact after the writes, one of them to the atom's field, where `atom` then holds.

        0: it cannot.
        """
        field = atom.field
        number = effect.always[field] if field in effect.always else effect.maybe[field]
        before = state.get(atom.number)
        if before is None:
            before = self._states.restricted(state[ALL], atom)
        found = self._wrote_it(state[ALL], effect, number, atom)
        if field in effect.maybe and before:
            others = {name: item for name, item in effect.maybe.items() if name != field}
            found |= self._written(before, Effect(always=effect.always, maybe=others))
        return found

    def _wrote_it(self, fact: int, effect: Effect, number: int, atom: Atom) -> int:
        left = self._states.narrowed(1 << number, atom)
        if not left:
            return 0
        event = self._items.all[number].definition.event
        for field, item in (*effect.always.items(), *effect.maybe.items()):
            mask = self._items.of_field[field]
            if field == atom.field:
                fact = (fact & ~mask) | left
            elif event is None or self._items.all[item].definition.event is not event:
                fact = (fact & ~mask if field in effect.always else fact) | (1 << item)
            else:
                fact = self._sibling(fact, item, atom)
        return fact

    def _sibling(self, fact: int, item: int, atom: Atom) -> int:
        """A field that was written together with the one that the atom is about."""
        definition = self._items.all[item].definition
        presence = self._states.questions.presence(definition, atom)
        if presence == "always":
            fact &= ~self._items.of_field[definition.field]
        return fact if presence == "never" else fact | (1 << self._items.narrowed(item, atom))

    def _input_where(self, whole: int, atom: Atom) -> int:
        """What is there at the start, where `atom` holds."""
        fact = self._states.restricted(whole, atom)
        mask = self._items.of_field.get(atom.field, 0)
        number = self._effects.inputs.get(atom.field)
        if not fact or number is None or fact & mask & ~self._items.alike(number):
            return fact
        for field, item in self._effects.inputs.items():
            if field == atom.field or not (fact >> item) & 1:
                continue
            if self._items.all[item].definition.event is not None:
                fact = self._sibling(fact & ~(1 << item), item, atom)
        return fact
