"""Takes a goal apart, kind by kind and clause by clause, until literals are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from agentgraph.contracts.solve import arrays, numbers, objects, strings
from agentgraph.contracts.solve.branch import Branch, Expander
from agentgraph.contracts.solve.evaluate import Evaluator
from agentgraph.contracts.solve.formula import Formulas
from agentgraph.contracts.solve.kinds import Kinds
from agentgraph.contracts.solve.nodes import Arena
from agentgraph.contracts.solve.outcome import (
    NOTHING,
    Fuel,
    Outcome,
    OutOfFuelError,
    Tally,
    solved,
    untold,
)
from agentgraph.contracts.solve.values import ARRAY, BOOLEAN, KINDS, NULL, NUMBER, OBJECT, STRING
from agentgraph.model.contract import Json, Schema

Goal = frozenset[int]
_DEPTH = 40
_LARGEST = 10_000
_BUILDERS: dict[int, Callable[[Search, Branch], Outcome]] = {
    NUMBER: numbers.build,
    STRING: strings.build,
    OBJECT: objects.build,
    ARRAY: arrays.build,
}
_FEW: dict[int, tuple[Json, ...]] = {NULL: (None,), BOOLEAN: (False, True)}


class Search:
    """One question's search. What was found out about a goal is kept for when it comes back.

    `cost` is the fuel that the judge of an answer takes for one value.
    """

    def __init__(self, fuel: int) -> None:
        self.fuel = Fuel(fuel)
        self.cost = 1
        self.arena = Arena()
        self.formulas = Formulas(self.arena)
        self.kinds = Kinds(self.formulas)
        self.evaluator = Evaluator(self.formulas)
        self.expander = Expander(self.formulas, self.evaluator, self.fuel)
        self._known: dict[Goal, Outcome] = {}
        self._open: dict[Goal, int] = {}

    def add(self, schema: Schema) -> int:
        """The signed node of a document."""
        return self.formulas.document(schema)

    def answer(self, goal: Iterable[int], accept: Callable[[Json], bool]) -> Outcome:
        """A value that does all of the goal and that `accept` takes, none, or cannot tell.

        `accept` is the judge: a value that it refuses is never handed out, and what was not
        modelled well enough to build a good one ends in "cannot tell".
        """
        try:
            return self._by_kind(frozenset(goal), accept)
        except OutOfFuelError:
            return untold("out of fuel")
        except RecursionError:
            return untold("it nests too deep")

    def solve(self, goal: Goal) -> Outcome:
        """The same for a goal inside of another; values are what the model says they are."""
        known = self._known.get(goal)
        if known is not None:
            return known
        depth = self._open.get(goal)
        if depth is not None:
            # A smallest value does not hold a value for the same goal: that would be smaller.
            return Outcome(none=True, leans_on=depth)
        if len(self._open) >= _DEPTH:
            return untold("it nests too deep")
        self.fuel.burn()
        self._open[goal] = depth = len(self._open)
        try:
            outcome = self._by_kind(goal, None)
        finally:
            del self._open[goal]
        if outcome.none and outcome.leans_on >= depth:
            outcome = NOTHING
        if outcome.found or outcome is NOTHING:
            self._known[goal] = outcome
        return outcome

    def several(self, goal: Goal, limit: int) -> tuple[list[Json], Outcome]:
        """Up to `limit` different values, and how the search for one more ended."""
        values: list[Json] = []
        outcome = self.solve(goal)
        while outcome.found and len(values) < limit:
            values.append(outcome.value)
            if len(values) < limit:
                outcome = self.solve(goal | {-self.arena.enum(values)})
        return values, outcome

    def _by_kind(self, goal: Goal, accept: Callable[[Json], bool] | None) -> Outcome:
        tally = Tally()
        possible = self.kinds.of_all(goal)
        for kind in KINDS:
            if not kind & possible:
                continue
            outcome = tally.note(self._of_kind(goal, kind, accept))
            if outcome.found:
                return outcome
        return tally.rest()

    def _of_kind(self, goal: Goal, kind: int, accept: Callable[[Json], bool] | None) -> Outcome:
        branch = Branch(kind)
        if not self.expander.expand(branch, sorted(goal, key=abs)):
            return NOTHING
        return self._explore(branch, goal, accept)

    def _explore(
        self, branch: Branch, goal: Goal, accept: Callable[[Json], bool] | None
    ) -> Outcome:
        self.fuel.burn()
        if branch.kind in _FEW and branch.finite is None:
            branch.finite = list(_FEW[branch.kind])
        if branch.finite is not None:
            return self._try_each(branch.finite, goal, accept)
        clause = self.expander.settle(branch)
        if clause is False:
            return NOTHING
        if clause is None:
            return self._build(branch, goal, accept)
        tally = Tally()
        for alternative in clause:
            twig = branch.copy()
            if self.expander.expand(twig, [alternative]):
                outcome = tally.note(self._explore(twig, goal, accept))
                if outcome.found:
                    return outcome
        return tally.rest()

    def _try_each(
        self, values: list[Json], goal: Goal, accept: Callable[[Json], bool] | None
    ) -> Outcome:
        tally = Tally()
        for value in values:
            self.fuel.burn(len(goal) if accept is None else self.cost)
            # A judge says for certain what the whole goal makes of a value.
            met = self.evaluator.all(goal, value) if accept is None else accept(value)
            if met:
                return solved(value)
            if met is None:
                tally.note(untold("a value of which it cannot be told whether it fits"))
        return tally.rest()

    def _build(self, branch: Branch, goal: Goal, accept: Callable[[Json], bool] | None) -> Outcome:
        if branch.finite is not None:
            return self._try_each(branch.finite, goal, accept)
        outcome = _BUILDERS[branch.kind](self, branch)
        if accept is None or not outcome.found:
            return outcome
        if not _can_be_shown(outcome.value):
            return untold("the value that was built for it is too large to be shown")
        if not accept(outcome.value):
            return untold(branch.opaque or "the value that was built for it does not do")
        return outcome


def _can_be_shown(value: Json) -> bool:
    """Whether the value has a bearable size: one that is shared in itself may be of any."""
    left, todo = _LARGEST, [value]
    while todo and left > 0:
        node = todo.pop()
        if isinstance(node, (dict, list)):
            left -= len(node)
            todo.extend(node.values() if isinstance(node, dict) else node)
    return left > 0
