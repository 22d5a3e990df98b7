"""One way to meet a goal by values of one kind: what is asked for, and what is left to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from agentgraph.contracts.solve.broken import BROKEN, other_than
from agentgraph.contracts.solve.evaluate import Evaluator, applicable
from agentgraph.contracts.solve.formula import Formulas
from agentgraph.contracts.solve.nodes import FALSE, LITERALS, TRUE
from agentgraph.contracts.solve.outcome import Fuel
from agentgraph.contracts.solve.values import ARRAY, OBJECT, kind_of
from agentgraph.model.contract import Json

Clause = tuple[int, ...]
_MANY = 80
_PEEK = 4
_GLANCED = 16
"""Literals that are looked through for one step of fuel."""


class Branch:
    """`facts` are all signed nodes taken on; `literals` those that speak of the kind, in order.

    `finite`, where it is not None, are the only values left; `barred` are values ruled out.
    `unions` are signed oneOfs, taken apart when all that is certain is known.
    """

    __slots__ = ("barred", "clauses", "facts", "finite", "kind", "literals", "opaque", "unions")

    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.facts: set[int] = set()
        self.clauses: list[Clause] = []
        self.literals: list[int] = []
        self.unions: list[int] = []
        self.barred: list[Json] = []
        self.finite: list[Json] | None = None
        self.opaque = ""

    def copy(self) -> Branch:
        """Another branch from here on."""
        twin = Branch(self.kind)
        twin.facts = set(self.facts)
        twin.clauses = list(self.clauses)
        twin.literals = list(self.literals)
        twin.unions = list(self.unions)
        twin.barred = list(self.barred)
        twin.finite = self.finite
        twin.opaque = self.opaque
        return twin


class Expander:
    """Takes signed nodes into a branch; says where that cannot be."""

    def __init__(self, formulas: Formulas, evaluator: Evaluator, fuel: Fuel) -> None:
        self.formulas = formulas
        self.arena = formulas.arena
        self.evaluator = evaluator
        self.fuel = fuel
        self._finite: dict[int, list[Json] | None] = {}

    def expand(self, branch: Branch, parts: Iterable[int]) -> bool:
        """Take the parts on. False: they contradict what was taken on already."""
        todo = list(reversed(list(parts)))
        while todo:
            signed = todo.pop()
            if signed in branch.facts or signed == TRUE:
                continue
            if signed == FALSE or -signed in branch.facts:
                return False
            self.fuel.burn()
            branch.facts.add(signed)
            if not self._take(branch, signed, todo):
                return False
        return True

    def _take(self, branch: Branch, signed: int, todo: list[int]) -> bool:
        node = self.arena.nodes[abs(signed)]
        tag = node[0]
        if tag in LITERALS:
            if LITERALS[tag] != branch.kind:
                return signed > 0
            if signed > 0 or tag not in BROKEN:
                branch.literals.append(signed)
            else:
                branch.clauses.append(BROKEN[tag](self.arena, node))
        elif tag == "kinds":
            return bool(node[1] & branch.kind) == (signed > 0)
        elif tag == "enum":
            return self._take_enum(branch, node[1:], positive=signed > 0)
        elif tag == "all":
            if signed > 0:
                todo.extend(reversed(node[1:]))
            else:
                branch.clauses.append(tuple(-part for part in node[1:]))
        elif tag == "ref":
            target = self.formulas.target(abs(signed))
            todo.append(target if signed > 0 else -target)
        elif tag == "one_of":
            branch.unions.append(signed)
        else:
            branch.opaque = branch.opaque or str(node[1])
        return True

    def _take_enum(self, branch: Branch, members: tuple[object, ...], *, positive: bool) -> bool:
        values = [self.arena.values[m] for m in members]
        values = [value for value in values if kind_of(value) == branch.kind]
        if not positive:
            if branch.kind in (OBJECT, ARRAY):
                branch.clauses.extend(other_than(self.arena, value) for value in values)
            branch.barred.extend(values)
            return True
        branch.finite = values
        return bool(values)

    def _take_one_of(self, branch: Branch, parts: tuple[int, ...], *, positive: bool) -> None:
        possible = [part for part in parts if self.peek(branch, part) is not False]
        if len(possible) > _MANY:
            branch.opaque = branch.opaque or "a oneOf of too many alternatives"
            if positive:
                branch.clauses.append(tuple(possible))
            return
        if positive:
            branch.clauses.append(
                tuple(
                    self.arena.all((part, *(-p for j, p in enumerate(possible) if j != i)))
                    for i, part in enumerate(possible)
                )
            )
            return
        pairs = [
            self.arena.all((part, other))
            for i, part in enumerate(possible)
            for other in possible[i + 1 :]
        ]
        branch.clauses.append((self.arena.all(-part for part in possible), *pairs))

    def settle(self, branch: Branch) -> Clause | Literal[False] | None:
        """Work off what is certain. The clause to branch on; None: none is left; False: no way."""
        while True:
            while branch.unions:
                signed = branch.unions.pop()
                parts = self.arena.nodes[abs(signed)][1:]
                self._take_one_of(branch, parts, positive=signed > 0)
            open_ = [self._open(branch, clause) for clause in branch.clauses]
            branch.clauses = [clause for clause in open_ if clause is not None]
            if () in branch.clauses:
                return False
            units = [clause[0] for clause in branch.clauses if len(clause) == 1]
            if not units:
                return self._narrowest(branch)
            if not self.expand(branch, units):
                return False
            if branch.finite is not None:
                return None

    def _narrowest(self, branch: Branch) -> Clause | None:
        if not branch.clauses:
            return None
        best = min(branch.clauses, key=self._width)
        branch.clauses.remove(best)
        return best

    def _width(self, clause: Clause) -> int:
        # Once it is known which member of a union it is, most that was asked of the others is met.
        return 1 if self.formulas.tagged.issuperset(clause) else len(clause)

    def _open(self, branch: Branch, clause: Clause) -> Clause | None:
        """The alternatives that are still open; None: one of them holds already."""
        self.fuel.burn()
        found = []
        for part in clause:
            met = self.peek(branch, part)
            if met is True:
                return None
            if met is None:
                found.append(part)
        return tuple(found)

    def peek(self, branch: Branch, signed: int, depth: int = 0) -> bool | None:
        """Whether a signed node holds in the branch for certain, or cannot; None: open."""
        if signed in branch.facts or signed == TRUE:
            return True
        if -signed in branch.facts or signed == FALSE:
            return False
        met = self._peek_node(branch, abs(signed), depth)
        return met if met is None or signed > 0 else not met

    def _peek_node(self, branch: Branch, number: int, depth: int) -> bool | None:
        node = self.arena.nodes[number]
        tag = node[0]
        if tag in LITERALS and LITERALS[tag] != branch.kind:
            return True
        if tag == "kinds":
            return bool(node[1] & branch.kind)
        if tag == "enum":
            values = (self.arena.values[member] for member in node[1:])
            return None if any(kind_of(value) == branch.kind for value in values) else False
        peek = _PEEKS.get(tag)
        return None if peek is None or depth >= _PEEK else peek(self, branch, number, depth)

    def _peek_reference(self, branch: Branch, number: int, depth: int) -> bool | None:
        return self.peek(branch, self.formulas.target(number), depth + 1)

    def _peek_all(self, branch: Branch, number: int, depth: int) -> bool | None:
        answer: bool | None = True
        for part in self.arena.nodes[number][1:]:
            met = self.peek(branch, part, depth + 1)
            if met is False:
                return False
            answer = None if met is None else answer
        return answer

    def _peek_props(self, branch: Branch, number: int, _: int) -> bool | None:
        """Discriminators: a key that must be there, and whose few values are known."""
        _tag, named, patterns, rest = self.arena.nodes[number]
        sure = rest == TRUE and not patterns
        for name, part in named:
            met = self._met_by_values(branch, name, part)
            sure = sure and met is True
            if met is False and self.arena.add("required", name) in branch.facts:
                return False
        return True if sure else None

    def _peek_has(self, branch: Branch, number: int, _: int) -> bool | None:
        _tag, name, part = self.arena.nodes[number]
        key = self.arena.add("required", name)
        if -key in branch.facts:
            return False
        met = self._met_by_values(branch, name, part)
        return None if met and key not in branch.facts else met

    def _met_by_values(self, branch: Branch, name: str, part: int) -> bool | None:
        """Whether all, or none, of the few values that a key can have meet the part."""
        values = self._values_of(branch, name)
        if values is None:
            return None
        self.fuel.burn(len(values))
        met = [self.evaluator.holds(part, value) for value in values]
        if all(met):
            return True
        return False if all(m is False for m in met) else None

    def _values_of(self, branch: Branch, name: str) -> list[Json] | None:
        """The few values that a key can have in the branch. None: more than few."""
        self.fuel.burn(len(branch.literals) // _GLANCED)
        for signed in branch.literals:
            node = self.arena.nodes[abs(signed)]
            if signed > 0 and node[0] == "props":
                for part in applicable(node, name):
                    values = self.finite(part)
                    if values is not None:
                        return values
        return None

    def finite(self, signed: int, depth: int = 0) -> list[Json] | None:
        """All values that a signed node can admit, where these are few and written down."""
        if signed in self._finite:
            return self._finite[signed]
        node, found = self.arena.nodes[abs(signed)], None
        if signed > 0 and depth < _PEEK:
            if node[0] == "enum":
                found = [self.arena.values[m] for m in node[1:]]
            elif node[0] == "ref":
                found = self.finite(self.formulas.target(signed), depth + 1)
            elif node[0] == "all":
                parts = (self.finite(part, depth + 1) for part in node[1:])
                found = next((values for values in parts if values is not None), None)
        if found is not None and len(found) > _MANY:
            found = None
        self._finite[signed] = found
        return found


_PEEKS: dict[str, Callable[[Expander, Branch, int, int], bool | None]] = {
    "ref": Expander._peek_reference,  # noqa: SLF001
    "all": Expander._peek_all,  # noqa: SLF001
    "props": Expander._peek_props,  # noqa: SLF001
    "has": Expander._peek_has,  # noqa: SLF001
}
