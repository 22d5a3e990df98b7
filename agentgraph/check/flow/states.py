"""What is known of the whole state: a fact, and the same fact for each value still to be tested.

A *state* maps `ALL` to the fact that holds anyway, and the number of an atom to the fact that
holds if that atom does; 0 says that the atom cannot hold. So what was written together with
a flag is remembered until the flag is tested again, and ten flags cost ten facts, not a thousand.
"""

from __future__ import annotations

from collections.abc import Sequence

from agentgraph.check.flow.atoms import Atom, Atoms
from agentgraph.check.flow.definitions import Items
from agentgraph.check.flow.reach import bits
from agentgraph.check.questions import Questions

State = dict[int, int]
ALL = -1


class States:
    """Operations on states of one graph."""

    def __init__(self, items: Items, atoms: Atoms, questions: Questions) -> None:
        self.items = items
        self.atoms = atoms
        self.questions = questions
        self._narrowed: dict[tuple[int, int], int] = {}
        self._agreed: dict[tuple[int, int], bool] = {}

    def absorb(self, into: State, more: State) -> bool:
        """Add the ways of `more`; whether anything was new."""
        changed = False
        for key, fact in more.items():
            old = into.get(key, 0)
            if fact | old != old:
                into[key] = fact | old
                changed = True
        return changed

    def restricted(self, fact: int, atom: Atom) -> int:
        """The fact, where its values of the atom's field are those that are in the atom; 0: none is."""
        field = self.items.of_field[atom.field]
        left = self.narrowed(fact & field, atom)
        return (fact & ~field) | left if left else 0

    def fact_where(self, state: State, atom: Atom) -> int:
        """What is known where the atom holds; 0: it cannot."""
        fact = state.get(atom.number)
        return self.restricted(state[ALL], atom) if fact is None else fact

    def split(self, state: State, needed: int) -> State:
        """The state, split by the atoms `needed` and no others."""
        found: State = {ALL: state[ALL]}
        for key in bits(needed):
            found[key] = self.fact_where(state, self.atoms.all[key])
        return found

    def narrowed(self, values: int, atom: Atom) -> int:
        """Of items of the atom's field, what is left where it holds."""
        found = 0
        for number in bits(values):
            key = (number, atom.number)
            left = self._narrowed.get(key)
            if left is None:
                left = self._narrowed[key] = self._narrow(number, atom)
            found |= left
        return found

    def after(self, state: State, atoms: Sequence[Atom], needed: int = 0) -> State | None:
        """The state where all the atoms hold, split by no more than `needed`; None where they cannot."""
        for atom in atoms:
            needed |= 1 << atom.number
        for atom in atoms:
            fact = state.get(atom.number)
            if fact is None:
                fact = self.restricted(state[ALL], atom)
            if not fact:
                return None
            state = self._given(state, atom, fact, needed)
        return state

    def _given(self, state: State, atom: Atom, fact: int, needed: int) -> State:
        found: State = {ALL: fact}
        ruled_out = self.atoms.ruled_out(atom)
        implied = self.atoms.implied(atom) & ~ruled_out
        for key in bits((needed | implied) & ~(1 << atom.number)):
            other = state.get(key)
            if other is None:
                continue
            if not other or (ruled_out >> key) & 1:
                found[key] = 0
                continue
            found[key] = self.both(other, fact)
            if (implied >> key) & 1:
                found[ALL] = self.both(found[ALL], found[key]) or found[ALL]
        if atom.number in state:
            found[atom.number] = found[ALL]
        return found

    def both(self, one: int, other: int) -> int:
        """What two facts about the same state say together; 0 where they contradict each other."""
        lost = one ^ other
        if not lost:
            return one
        found = one & other
        if mine := one & lost & self.items.several:
            for number in bits(mine):
                if self._agree_with(number, self.items.alike(number) & other):
                    found |= 1 << number
        while lost:
            # Field by field: what is left of it must be something.
            first = self.items.all[(lost & -lost).bit_length() - 1]
            mask = self.items.of_field[first.definition.field]
            if not found & mask:
                return 0
            lost &= ~mask
        return found

    def _agree_with(self, number: int, others: int) -> bool:
        """Whether what is known of the item can be true of one of the others as well."""
        key = (number, others)
        if key not in self._agreed:
            self._agreed[key] = any(self._agree(number, other) for other in bits(others))
        return self._agreed[key]

    def _agree(self, one: int, other: int) -> bool:
        """Whether two things known of one value can both be true."""
        return not any(
            mine.field == theirs.field and self.atoms.disjoint(mine, theirs)
            for mine in self.items.all[one].atoms
            for theirs in self.items.all[other].atoms
        )

    def disturbed(self, state: State, writes: int) -> State:
        """The state, if `writes` (items) may have happened at the same moment."""
        if not writes:
            return state
        whole = state[ALL] | writes
        found: State = {ALL: whole}
        for key, fact in state.items():
            if key == ALL:
                continue
            atom = self.atoms.all[key]
            field = self.items.of_field.get(atom.field, 0)
            kept = fact | (writes & ~field) if fact else 0
            if (others := writes & field) and (left := self.narrowed(others, atom)):
                kept |= (whole & ~field) | left
            found[key] = kept
        return found

    def _narrow(self, number: int, atom: Atom) -> int:
        definition = self.items.all[number].definition
        if definition.kind == "assumed":
            return 1 << number
        if definition.kind == "absent":
            return 1 << number if self.questions.holds(atom.schema, {}) else 0
        item = self.items.narrowed(number, atom)
        known = self.items.all[item]
        if not self.questions.possible(known):
            return 0
        return 1 << item
