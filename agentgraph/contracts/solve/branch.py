"""One way to meet a goal by values of one kind: what is asked for, and what is left to choose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from agentgraph.contracts.solve.broken import BROKEN, other_than
from agentgraph.contracts.solve.evaluate import Evaluator, applicable
from agentgraph.contracts.solve.formula import Formulas
from agentgraph.contracts.solve.nodes import FALSE, LITERALS, TRUE, Node
from agentgraph.contracts.solve.outcome import Fuel
from agentgraph.contracts.solve.values import ARRAY, OBJECT, kind_of
from agentgraph.model.contract import Json

Clause = tuple[int, ...]
_MANY = 80
_PEEK = 4


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
                    self.arena.all((part, *(-other for other in possible if other != part)))
                    for part in possible
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
            best: Clause | None = None
            left: list[Clause] = []
            units: list[int] = []
            for clause in branch.clauses:
                open_ = self._open(branch, clause)
                if open_ is None:
                    continue
                if not open_:
                    return False
                if len(open_) == 1:
                    units.append(open_[0])
                    continue
                left.append(open_)
                if best is None or len(open_) < len(best):
                    best = open_
            branch.clauses = left
            if not units and not branch.unions:
                if best is not None:
                    left.remove(best)
                return best
            if not self.expand(branch, units):
                return False
            if branch.finite is not None:
                return None

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
        node = self.arena.nodes[abs(signed)]
        tag = node[0]
        if tag in LITERALS and LITERALS[tag] != branch.kind:
            return signed > 0
        if tag == "kinds":
            return bool(node[1] & branch.kind) == (signed > 0)
        if depth >= _PEEK:
            return None
        met: bool | None = None
        if tag == "ref":
            met = self.peek(branch, self.formulas.target(abs(signed)), depth + 1)
        elif tag == "all":
            met = self._peek_all(branch, node[1:], depth)
        elif tag == "props":
            return self._peek_props(branch, node, positive=signed > 0)
        elif tag == "has":
            met = self._peek_has(branch, node)
        elif tag == "enum":
            values = [self.arena.values[m] for m in node[1:]]
            met = None if any(kind_of(v) == branch.kind for v in values) else False
        return met if met is None or signed > 0 else not met

    def _peek_all(self, branch: Branch, parts: tuple[int, ...], depth: int) -> bool | None:
        answer: bool | None = True
        for part in parts:
            met = self.peek(branch, part, depth + 1)
            if met is False:
                return False
            answer = None if met is None else answer
        return answer

    def _peek_props(self, branch: Branch, node: Node, *, positive: bool) -> bool | None:
        """Discriminators: a key that must be there, and whose few values are known."""
        _, named, patterns, rest = node
        sure = rest == TRUE and not patterns
        for name, part in named:
            values = self._values_of(branch, name)
            if values is None:
                sure = False
                continue
            met = [self.evaluator.holds(part, value) for value in values]
            self.fuel.burn(len(met))
            sure = sure and all(met)
            there = self.arena.add("required", name) in branch.facts
            if there and all(m is False for m in met):
                return not positive
        return positive if sure else None

    def _peek_has(self, branch: Branch, node: Node) -> bool | None:
        key = self.arena.add("required", node[1])
        if -key in branch.facts:
            return False
        values = self._values_of(branch, node[1])
        if values is None:
            return None
        met = [self.evaluator.holds(node[2], value) for value in values]
        self.fuel.burn(len(met))
        if all(m is False for m in met):
            return False
        return True if all(met) and key in branch.facts else None

    def _values_of(self, branch: Branch, name: str) -> list[Json] | None:
        """The few values that a key can have in the branch. None: more than few."""
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
