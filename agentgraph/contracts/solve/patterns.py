"""ECMA-262 patterns, as JSON Schema uses them, turned into terms.

A pattern is found anywhere in a text, so its language is that of whole texts in which it occurs.
Look-ahead is an intersection with what follows, which is why the pattern is built from its end.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import Struct

from agentgraph.contracts.solve import terms as t
from agentgraph.contracts.solve.syntax import PatternError, parse
from agentgraph.contracts.solve.terms import Term

_LARGEST = 2000
_STEPS = 2000
"""Some ten milliseconds' worth."""


@lru_cache(maxsize=1024)
def language(pattern: str) -> Term | None:
    """The texts that the pattern is found in. None: it says what no regular language can."""
    try:
        tree = parse(pattern)
        return _Builder().whole(tree)
    except (PatternError, RecursionError):
        return None


@lru_cache(maxsize=1024)
def is_within(pattern: str, other: str) -> bool:
    """Whether it is proved, in few steps, that every text that has the one pattern in it has the other."""
    mine, theirs = language(pattern), language(other)
    if mine is None or theirs is None:
        return False
    try:
        return not t.Walker(t.both((mine, t.neither(theirs))), _STEPS).words(1)
    except t.OutOfStepsError:
        return False


class _Builder(Struct, frozen=True, eq=False):
    def whole(self, tree: Any) -> Term:
        here = self.suffix(tree, t.ALL, at_start=True)
        later = self.suffix(tree, t.ALL, at_start=False)
        if here == later:
            return t.then(t.ALL, here)
        return t.either((here, t.then(t.repeat(t.ANY_CHAR, 1, None), later)))

    def suffix(self, tree: Any, rest: Term, *, at_start: bool) -> Term:
        """What can stand from here to the end, where `rest` is what may follow the tree."""
        match tree[0]:
            case "chars":
                return t.then(t.chars(tree[1]), rest)
            case "sequence":
                return self._sequence(tree[1], rest, at_start=at_start)
            case "either":
                return t.either(self.suffix(part, rest, at_start=at_start) for part in tree[1])
            case "repeat":
                return self._repeat(tree, rest, at_start=at_start)
            case "start":
                return rest if at_start else t.EMPTY
            case "end":
                return t.both((rest, t.EPSILON)) if rest is not t.ALL else t.EPSILON
            case "ahead":
                ahead = self.suffix(tree[2], t.ALL, at_start=at_start)
                return t.both((rest, ahead if tree[1] else t.neither(ahead)))
        raise PatternError(tree[0])

    def _sequence(self, parts: list[Any], rest: Term, *, at_start: bool) -> Term:
        starts = []
        for part in parts:
            starts.append(at_start)
            if at_start and not _has_no_width(part):
                if _may_be_empty(part) and any(_mentions(p, "start") for p in parts[len(starts) :]):
                    raise PatternError("an anchor that may or may not be at the start")
                at_start = False
        for part, start in zip(reversed(parts), reversed(starts), strict=True):
            rest = self.suffix(part, rest, at_start=start)
        return rest

    def _repeat(self, tree: Any, rest: Term, *, at_start: bool) -> Term:
        _, inner, low, high = tree
        if max(low, high or 0) > _LARGEST:
            raise PatternError("too large a count")
        if (low, high) == (0, 1):
            return t.either((rest, self.suffix(inner, rest, at_start=at_start)))
        if any(_mentions(inner, kind) for kind in ("start", "end", "ahead")):
            if (low, high) == (1, 1):
                return self.suffix(inner, rest, at_start=at_start)
            raise PatternError("an anchor inside a repetition")
        body = self.suffix(inner, t.EPSILON, at_start=False)
        return t.then(t.repeat(body, low, high), rest)


def _has_no_width(tree: Any) -> bool:
    if tree[0] in ("sequence", "either"):
        return all(map(_has_no_width, tree[1]))
    return tree[0] in ("start", "end", "ahead")


def _may_be_empty(tree: Any) -> bool:
    match tree[0]:
        case "chars":
            return False
        case "sequence":
            return all(map(_may_be_empty, tree[1]))
        case "either":
            return any(map(_may_be_empty, tree[1]))
        case "repeat":
            return tree[2] == 0 or _may_be_empty(tree[1])
    return True


def _mentions(tree: Any, kind: str) -> bool:
    if tree[0] == kind:
        return True
    if tree[0] in ("sequence", "either"):
        return any(_mentions(part, kind) for part in tree[1])
    if tree[0] == "ahead":
        return _mentions(tree[2], kind)
    return tree[0] == "repeat" and _mentions(tree[1], kind)
