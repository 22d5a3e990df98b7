"""An object with these keys, without those, with a key that does something it should not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from agentgraph.contracts.solve.broken import string_goal
from agentgraph.contracts.solve.evaluate import applicable
from agentgraph.contracts.solve.nodes import FALSE, TRUE, Node
from agentgraph.contracts.solve.outcome import NOTHING, Outcome, Tally, solved, untold

if TYPE_CHECKING:
    from agentgraph.contracts.solve.branch import Branch
    from agentgraph.contracts.solve.search import Search

_PATTERNS = 5
_WAYS = 60
_MOST_KEYS = 300

_PLAIN_KEYS = ("extra", "more", "other")

Demand = tuple[tuple[str, ...], int, int]
"""A key that is none of the names and meets the second, with a value that meets the third."""


class _Wanted(Struct, eq=False):
    least: int = 0
    most: int | None = None
    props: list[Node] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    present: dict[str, frozenset[int]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    demands: list[Demand] = field(default_factory=list)

    @property
    def mentioned(self) -> list[str]:
        """Every key that is spoken of by name."""
        named = (name for node in self.props for name, _ in node[1])
        demanded = (name for names, _, _ in self.demands for name in names)
        return sorted({*named, *demanded, *self.present, *self.absent})

    @property
    def patterns(self) -> list[str]:
        return sorted({pattern for node in self.props for pattern, _ in node[2]})


def build(search: Search, branch: Branch) -> Outcome:
    """An object that does all that the branch asks of one."""
    wanted = _wanted(search, branch)
    if wanted.absent & wanted.present.keys():
        return NOTHING
    return _Builder(search, wanted, Tally()).build()


def _wanted(search: Search, branch: Branch) -> _Wanted:
    wanted = _Wanted()
    for signed in branch.literals:
        node = search.arena.nodes[abs(signed)]
        positive = signed > 0
        match node[0]:
            case "props":
                wanted.props.append(node)
            case "names":
                wanted.names.append(node[1])
            case "required" if positive:
                wanted.present.setdefault(node[1], frozenset())
            case "required":
                wanted.absent.add(node[1])
            case "has":
                wanted.present[node[1]] = wanted.present.get(node[1], frozenset()) | {node[2]}
            case "some_key":
                wanted.demands.append((node[1], node[2], node[3]))
            case tag if (tag == "min_props") == positive:
                wanted.least = max(wanted.least, node[1] + (tag == "max_props"))
            case tag:
                most = node[1] - (tag == "min_props")
                wanted.most = most if wanted.most is None else min(wanted.most, most)
    return wanted


class _Builder(Struct, eq=False):
    search: Search
    wanted: _Wanted
    tally: Tally

    def build(self) -> Outcome:
        if self.wanted.least > _MOST_KEYS:
            return untold("objects too large to be written down")
        possible = True
        for key, extra in sorted(self.wanted.present.items()):
            tally, self.tally = self.tally, Tally()
            if not self._can_be(key, extra):
                possible = False
                outcome = self.tally.rest()
                if outcome.none:
                    return outcome
            self.tally = tally if not self.tally.why else self.tally
        if not possible:
            return self.tally.rest()
        for present in self._settled(self.wanted.present, 0):
            filled = self._filled(present)
            if filled is not None:
                return self._values(filled)
        return self.tally.rest()

    def _goal(self, key: str, extra: frozenset[int]) -> frozenset[int]:
        parts = {part for node in self.wanted.props for part in applicable(node, key)}
        return (extra | parts) - {TRUE}

    def _can_be(self, key: str, extra: frozenset[int]) -> bool:
        """Whether the key can be there; what is not certain is noted."""
        self.search.fuel.burn()
        if key in self.wanted.absent:
            return False
        allowed = self.search.evaluator.all(self.wanted.names, key)
        if allowed is False:
            return False
        if allowed is None:
            self.tally.note(untold("it cannot be told whether a key is allowed"))
        goal = self._goal(key, extra)
        return FALSE not in goal and self.tally.note(self.search.solve(goal)).found

    def _settled(
        self, present: dict[str, frozenset[int]], step: int
    ) -> Iterator[dict[str, frozenset[int]]]:
        """The ways to give each demand a key: one that is there, one spoken of, a new one."""
        if self.wanted.most is not None and len(present) > self.wanted.most:
            return
        if step == len(self.wanted.demands):
            yield present
            return
        demand = self.wanted.demands[step]
        for key in self._candidates(present, demand):
            extra = present.get(key, frozenset()) | {demand[2]}
            if self._can_be(key, extra):
                yield from self._settled({**present, key: extra}, step + 1)

    def _candidates(self, present: dict[str, frozenset[int]], demand: Demand) -> Iterator[str]:
        names, like, part = demand
        mentioned = self.wanted.mentioned
        known = chain(present, (key for key in mentioned if key not in present))
        for key in list(known):
            if key in names:
                continue
            met = self.search.evaluator.holds(like, key)
            if met is None:
                self.tally.note(untold("it cannot be told whether a key is meant"))
            elif met:
                yield key
        yield from self._fresh([*mentioned, *present], like, part, 1)

    def _fresh(self, known: list[str], like: int, part: int, number: int) -> Iterator[str]:
        """Up to `number` keys that nobody spoke of, of each class that patterns tell apart.

        `like` is asked of the key, `part` of its value.
        """
        if not self._may_be_anywhere(part):
            return
        yield from self._plain(known, like, part, number)
        arena, names = self.search.arena, sorted(set(known))
        marks = self._marks()
        for signs in self._classes(marks, string_goal(arena, names, [like, *self.wanted.names])):
            # The value first: it costs less to see that there is none than to find a key.
            matched = (arena.nodes[sign] for sign in signs if sign > 0)
            patterns = frozenset(node[1] for node in matched if node[0] == "pattern")
            value = (self._class_goal(patterns) | {part}) - {TRUE}
            if FALSE in value or self.tally.note(self.search.solve(value)).none:
                continue
            goal = string_goal(arena, names, [*signs, like, *self.wanted.names])
            keys, last = self.search.several(goal, number)
            if len(keys) < number:
                self.tally.note(last)
            yield from keys

    def _may_be_anywhere(self, part: int) -> bool:
        """Whether a value may do under some key: asked first where keys are dear to be told apart."""
        if len(self.wanted.patterns) <= _PATTERNS:
            return True
        for _, _, patterns, rest in self.wanted.props:
            asked = dict.fromkeys([rest, *(inner for _, inner in patterns)])
            goals = [frozenset((inner, part)) - {TRUE} for inner in asked]
            if all(FALSE in g or self.tally.note(self.search.solve(g)).none for g in goals):
                return False
        return True

    def _classes(self, marks: list[int], goal: frozenset[int]) -> Iterator[tuple[int, ...]]:
        """The ways to sign all the marks, those of few matches first.

        Of many marks only the ways that leave some key, which are few where the marks are alike.
        """
        if len(marks) <= _PATTERNS:
            for size in range(len(marks) + 1):
                for matched in combinations(marks, size):
                    yield tuple(mark if mark in matched else -mark for mark in marks)
            return
        ways: list[tuple[int, ...]] = [()]
        for mark in marks:
            longer = [(*way, sign) for way in ways for sign in (-mark, mark)]
            ways = [way for way in longer if not self.search.solve(goal | set(way)).none]
            if len(ways) > _WAYS:
                self.tally.note(untold("too many patterns for keys"))
                none = tuple(-mark for mark in marks)
                ways = [none, *((*none[:i], m, *none[i + 1 :]) for i, m in enumerate(marks))]
                break
        yield from ways

    def _marks(self) -> list[int]:
        """What tells keys apart: patterns, and what several demands ask of theirs.

        Keys that all of these are alike on can stand in for each other, so one will do.
        """
        arena = self.search.arena
        marks = {arena.add("pattern", pattern): None for pattern in self.wanted.patterns}
        demands = self.wanted.demands
        for _, like, _ in demands if len(demands) > 1 else ():
            node = arena.nodes[abs(like)]
            marks.update(dict.fromkeys(map(abs, node[1:] if node[0] == "all" else (like,))))
        return list(marks)

    def _plain(self, known: list[str], like: int, part: int, number: int) -> Iterator[str]:
        """Keys that read well in a message, where they will do."""
        for key in _PLAIN_KEYS[:number]:
            asked = [like, *self.wanted.names]
            if key not in known and self.search.evaluator.all(asked, key):
                value = self._goal(key, frozenset({part}))
                if FALSE not in value and self.search.solve(value).found:
                    yield key

    def _class_goal(self, matched: frozenset[str]) -> frozenset[int]:
        """What is asked of the value under a key of no name that matches just these patterns."""
        parts: set[int] = set()
        for _, _, patterns, rest in self.wanted.props:
            asked = [part for pattern, part in patterns if pattern in matched]
            parts.update(asked or [rest])
        return frozenset(parts)

    def _filled(self, present: dict[str, frozenset[int]]) -> dict[str, frozenset[int]] | None:
        """With as many more keys as it takes. None: there are not enough."""
        missing = self.wanted.least - len(present)
        if missing <= 0:
            return present
        if self.wanted.most is not None and self.wanted.least > self.wanted.most:
            return None
        made = dict(present)
        mentioned = self.wanted.mentioned
        spare = chain(
            (key for key in mentioned if key not in present),
            self._fresh([*mentioned, *present], TRUE, TRUE, missing),
        )
        for key in spare:
            if key not in made and self._can_be(key, frozenset()):
                made[key] = frozenset()
                if len(made) >= self.wanted.least:
                    return made
        return None

    def _values(self, present: dict[str, frozenset[int]]) -> Outcome:
        made = {}
        for key, extra in present.items():
            outcome = self.search.solve(self._goal(key, extra))
            if not outcome.found:
                return replace(
                    outcome, none=False, why=outcome.why or "a value that was there is gone"
                )
            made[key] = outcome.value
        return solved(made)
