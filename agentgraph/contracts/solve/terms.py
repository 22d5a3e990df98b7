"""Regular languages as terms that can be taken apart one character at a time.

Complement and intersection are terms like any other (Brzozowski's derivatives), so "matches
these and not those" is one term, and a shortest word of it is a breadth-first walk.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

Ranges = tuple[tuple[int, int], ...]

TOP = 0x10FFFF
_KINDS = {
    "empty": 1,
    "epsilon": 2,
    "chars": 3,
    "then": 4,
    "either": 5,
    "both": 6,
    "not": 7,
    "repeat": 8,
}


class Term:
    """One language. `kind` is one of `_KINDS`; `nullable` says that the empty word is of it.

    Hash and order are worked out once, from numbers alone, so that nothing depends on
    Python's hash seed and large terms stay cheap to look up.
    """

    __slots__ = ("key", "kind", "nullable", "parts")

    def __init__(self, kind: str, *parts: Any) -> None:
        self.kind = kind
        self.parts = parts
        self.key: int = hash((_KINDS[kind], *map(_number, parts)))
        self.nullable: bool = _NULLABLE[kind](parts)

    def __hash__(self) -> int:
        return self.key

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Term)
            and self.key == other.key
            and self.kind == other.kind
            and self.parts == other.parts
        )


def _number(part: Any) -> Any:
    if isinstance(part, Term):
        return part.key
    if isinstance(part, tuple):
        return tuple(map(_number, part))
    return -7 if part is None else part


_NULLABLE: dict[str, Callable[[tuple[Any, ...]], bool]] = {
    "empty": lambda _: False,
    "epsilon": lambda _: True,
    "chars": lambda _: False,
    "then": lambda parts: parts[0].nullable and parts[1].nullable,
    "either": lambda parts: any(part.nullable for part in parts[0]),
    "both": lambda parts: all(part.nullable for part in parts[0]),
    "not": lambda parts: not parts[0].nullable,
    "repeat": lambda parts: parts[1] == 0 or parts[0].nullable,
}

EMPTY = Term("empty")
EPSILON = Term("epsilon")
# Half of a surrogate pair is no character of JSON text.
ANY_CHAR = Term("chars", ((0, 0xD7FF), (0xE000, TOP)))
# What a found word is made of, where there is a choice: letters first, odd signs last.
_NICE = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .@/:!#$%&'()*+,;<=>?[]^`{|}~\"\\"
_NICE_RANK = {ord(c): i for i, c in enumerate(_NICE)}


class OutOfStepsError(Exception):
    """A walk took more steps than it was given."""


def chars(ranges: Iterable[tuple[int, int]]) -> Term:
    """One character out of the ranges (both ends belong)."""
    merged = normal(ranges)
    return Term("chars", merged) if merged else EMPTY


def normal(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The ranges in order, those that touch made one."""
    made: list[list[int]] = []
    for low, high in sorted(ranges):
        if made and low <= made[-1][1] + 1:
            made[-1][1] = max(made[-1][1], high)
        else:
            made.append([low, high])
    return tuple((low, high) for low, high in made)


def outside(ranges: Ranges) -> Ranges:
    """Every character that is not in the ranges."""
    made, start = [], 0
    for low, high in ranges:
        if low > start:
            made.append((start, low - 1))
        start = high + 1
    if start <= TOP:
        made.append((start, TOP))
    return _without_surrogates(tuple(made))


def _without_surrogates(ranges: Ranges) -> Ranges:
    made = []
    for low, high in ranges:
        if low <= 0xD7FF:
            made.append((low, min(high, 0xD7FF)))
        if high >= 0xE000:
            made.append((max(low, 0xE000), high))
    return tuple(made)


def then(first: Term, second: Term) -> Term:
    """A word of the first, followed by one of the second."""
    if first is EMPTY or second is EMPTY:
        return EMPTY
    if first is EPSILON:
        return second
    if second is EPSILON:
        return first
    if first.kind == "then":
        return Term("then", first.parts[0], then(first.parts[1], second))
    return Term("then", first, second)


def either(terms: Iterable[Term]) -> Term:
    """A word of at least one of them."""
    found: dict[Term, None] = {}
    for term in terms:
        for part in term.parts[0] if term.kind == "either" else (term,):
            if part is not EMPTY:
                found[part] = None
    if ALL in found:
        return ALL
    if len(found) <= 1:
        return next(iter(found), EMPTY)
    return Term("either", tuple(sorted(found, key=_order)))


def both(terms: Iterable[Term]) -> Term:
    """A word of all of them."""
    found: dict[Term, None] = {}
    for term in terms:
        for part in term.parts[0] if term.kind == "both" else (term,):
            if part is EMPTY:
                return EMPTY
            if part != ALL:
                found[part] = None
    if any(part.kind == "not" and part.parts[0] in found for part in found):
        return EMPTY
    if len(found) <= 1:
        return next(iter(found), ALL)
    return Term("both", tuple(sorted(found, key=_order)))


def neither(term: Term) -> Term:
    """Every word that is not of the term."""
    if term.kind == "not":
        return term.parts[0]  # type: ignore[no-any-return]
    if term is EMPTY:
        return ALL
    return EMPTY if term == ALL else Term("not", term)


def repeat(term: Term, low: int, high: int | None) -> Term:
    """From `low` to `high` words of the term in a row; None: without end."""
    if high == 0 or term is EPSILON or (term is EMPTY and low == 0):
        return EPSILON
    if term is EMPTY:
        return EMPTY
    return term if (low, high) == (1, 1) else Term("repeat", term, low, high)


ALL = Term("repeat", ANY_CHAR, 0, None)
"""Every word."""


def word(text: str) -> Term:
    """The one word."""
    made = EPSILON
    for char in reversed(text):
        made = then(Term("chars", ((ord(char), ord(char)),)), made)
    return made


def _order(term: Term) -> int:
    return term.key


_MANY_PARTS = ("either", "both")


class Walker:
    """Takes terms apart; what was worked out once is kept. `steps` bounds the work."""

    def __init__(self, term: Term, steps: int) -> None:
        self.start = term
        self.steps = steps
        self.letters = _letters(term)
        self._after: dict[tuple[Term, int], Term] = {}

    def after(self, term: Term, char: int) -> Term:
        """What may follow once `char` was read."""
        key = (term, char)
        found = self._after.get(key)
        if found is None:
            # A term of many parts costs as many steps as it has parts.
            self.steps -= len(term.parts[0]) if term.kind in _MANY_PARTS else 1
            if self.steps < 0:
                raise OutOfStepsError
            found = self._after[key] = self._derived(term, char)
        return found

    def _derived(self, term: Term, char: int) -> Term:
        parts = term.parts
        match term.kind:
            case "chars":
                return EPSILON if _in(parts[0], char) else EMPTY
            case "then":
                head = then(self.after(parts[0], char), parts[1])
                return either((head, self.after(parts[1], char))) if parts[0].nullable else head
            case "either":
                return either(self.after(part, char) for part in parts[0])
            case "both":
                return both(self.after(part, char) for part in parts[0])
            case "not":
                return neither(self.after(parts[0], char))
            case "repeat":
                inner, low, high = parts
                low = 0 if inner.nullable else max(low - 1, 0)
                after = self.after(inner, char)
                return then(after, repeat(inner, low, None if high is None else high - 1))
        return EMPTY

    def words(self, limit: int) -> list[str]:
        """Up to `limit` words, shortest first. OutOfStepsError: there may be others."""
        found: list[str] = []
        level: list[tuple[Term, str]] = [(self.start, "")]
        seen = {self.start: 1}
        while level and len(found) < limit:
            for term, text in level:
                if term.nullable:
                    found.append(text)
                    if len(found) >= limit:
                        return found
            level = self._next(level, seen, limit)
        return found

    def _next(
        self, level: list[tuple[Term, str]], seen: dict[Term, int], limit: int
    ) -> list[tuple[Term, str]]:
        made = []
        for term, text in level:
            for char in self.letters:
                after = self.after(term, char)
                # A place that was reached as often as words are wanted has no more to give.
                if after is not EMPTY and seen.get(after, 0) < limit:
                    seen[after] = seen.get(after, 0) + 1
                    made.append((after, text + chr(char)))
        return made


def _in(ranges: Ranges, char: int) -> bool:
    place = bisect_right(ranges, (char, TOP + 1)) - 1
    return place >= 0 and ranges[place][0] <= char <= ranges[place][1]


def _letters(term: Term) -> Sequence[int]:
    """One character of each class that the term can tell apart, the nice ones first."""
    classes = _classes(term)
    edges = sorted(
        {0, TOP + 1, *(e for ranges in classes for low, high in ranges for e in (low, high + 1))}
    )
    picks: dict[tuple[bool, ...], int] = {}
    for low, after in pairwise(edges):
        if low > 0xD7FF and after <= 0xE000:
            continue
        told = tuple(_in(ranges, low) for ranges in classes)
        pick = _pick(low, after - 1)
        picks[told] = min(picks.get(told, pick), pick, key=_rank)
    return sorted(picks.values(), key=_rank)


def _classes(term: Term) -> list[Ranges]:
    found: dict[Ranges, None] = {}
    todo = [term]
    seen: set[Term] = set()
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.kind == "chars":
            found[node.parts[0]] = None
        elif node.kind in ("either", "both"):
            todo.extend(node.parts[0])
        else:
            todo.extend(part for part in node.parts if isinstance(part, Term))
    return list(found)


def _rank(char: int) -> tuple[int, int]:
    return _NICE_RANK.get(char, 200), char


def _pick(low: int, high: int) -> int:
    nice = [rank for c, rank in _NICE_RANK.items() if low <= c <= high]
    if nice:
        return ord(_NICE[min(nice)])
    return low if low >= 0xA1 else min(high, 0xA1)
