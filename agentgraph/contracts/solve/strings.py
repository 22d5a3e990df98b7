"""A text that matches these patterns and not those, of these formats and not of those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from agentgraph.contracts.solve import terms as t
from agentgraph.contracts.solve.formats import (
    BROKEN,
    SAMPLES,
    WITHIN,
    around,
    is_of_format,
    stretched,
)
from agentgraph.contracts.solve.matching import is_found_in
from agentgraph.contracts.solve.outcome import NOTHING, Outcome, solved, untold
from agentgraph.contracts.solve.patterns import language
from agentgraph.contracts.solve.terms import Term

if TYPE_CHECKING:
    from agentgraph.contracts.solve.branch import Branch
    from agentgraph.contracts.solve.search import Search

_WORDS = 24
_LONGEST = 20_000
_BROKEN_OFF = t.then(t.ALL, t.word("\n"))


class _Wanted(Struct, eq=False):
    low: int = 0
    high: int | None = None
    patterns: list[tuple[str, bool]] = field(default_factory=list)
    formats: list[tuple[str, bool]] = field(default_factory=list)
    barred: set[str] = field(default_factory=set)

    def fits(self, text: str) -> bool:
        return self.low <= len(text) and (self.high is None or len(text) <= self.high)

    def admits(self, text: str) -> bool:
        return (
            text not in self.barred
            and self.fits(text)
            and all(is_found_in(pattern, text) == wanted for pattern, wanted in self.patterns)
            and all(is_of_format(name, text) in (wanted, None) for name, wanted in self.formats)
        )


def build(search: Search, branch: Branch) -> Outcome:
    """A text that does all that the branch asks of one."""
    wanted = _wanted(search, branch)
    if wanted.high is not None and wanted.low > wanted.high:
        return NOTHING
    if _formats_clash(wanted):
        return NOTHING
    for name, yes in wanted.formats:
        if not yes and name not in SAMPLES:
            return untold(f"nobody checks the format {name!r}")
    if wanted.low > _LONGEST:
        return untold("texts too long to be written down")
    if not wanted.patterns and not wanted.formats:
        return _plain(search, wanted)
    return _matching(search, wanted)


def _wanted(search: Search, branch: Branch) -> _Wanted:
    wanted = _Wanted(barred={str(value) for value in branch.barred})
    for signed in branch.literals:
        tag, argument = search.arena.nodes[abs(signed)]
        positive = signed > 0
        if tag == "pattern":
            wanted.patterns.append((argument, positive))
        elif tag == "format":
            wanted.formats.append((argument, positive))
        elif (tag == "min_length") == positive:
            wanted.low = max(wanted.low, argument + (tag == "max_length"))
        else:
            high = argument - (tag == "min_length")
            wanted.high = high if wanted.high is None else min(wanted.high, high)
    return wanted


def _formats_clash(wanted: _Wanted) -> bool:
    positive = {name for name, yes in wanted.formats if yes}
    implied = positive.union(*(WITHIN.get(name, ()) for name in positive))
    return any(name in implied for name, yes in wanted.formats if not yes)


def _plain(search: Search, wanted: _Wanted) -> Outcome:
    texts = _texts(wanted.low, wanted.high)
    for text in texts:
        search.fuel.burn()
        if text not in wanted.barred:
            return solved(text)
    return NOTHING if wanted.high == 0 else untold("too many texts are ruled out")


def _texts(low: int, high: int | None) -> Iterator[str]:
    """Plain texts of allowed lengths; all that there are only where there is but the empty one."""
    yield "a" * low
    if high == 0:
        return
    length = max(low, 1)
    yield from (letter + "a" * (length - 1) for letter in "abcdefghijklmnopqrstuvwxyz0123456789")
    # Private characters, each a text of its own.
    yield from (chr(0xE000 + i) + "a" * (length - 1) for i in range(6000))


def _matching(search: Search, wanted: _Wanted) -> Outcome:
    if len(wanted.barred) > _WORDS:
        # Mostly what is ruled out has nothing to do with the patterns: try without a term for each.
        free = replace(wanted, barred=set())
        for text in _words_within(search, _term(free)[0], _WORDS):
            if wanted.admits(text):
                return solved(text)
    sample = next(filter(wanted.admits, _samples(wanted)), None)
    if sample is not None:
        return solved(sample)
    term, exact = _term(wanted)
    walker = t.Walker(term, min(search.fuel.left, 60_000))
    steps = walker.steps
    try:
        words = walker.words(1 if exact else _WORDS)
        complete = len(words) < (1 if exact else _WORDS)
    except t.OutOfStepsError:
        words, complete = [], False
    finally:
        search.fuel.burn(steps - max(walker.steps, 0))
    if any(text.endswith("\n") for text in words):
        # Some engines let `$` stand before a last line break: rather a word that all agree on.
        words = _words_within(search, t.both((term, t.neither(_BROKEN_OFF))), 1) + words
    for text in words:
        if wanted.admits(text):
            return solved(text)
    if complete and (exact or not words):
        return NOTHING
    return untold(_why(wanted))


def _words_within(search: Search, term: Term, limit: int) -> list[str]:
    walker = t.Walker(term, min(search.fuel.left, 5_000))
    try:
        return walker.words(limit)
    except t.OutOfStepsError:
        return []


def _term(wanted: _Wanted) -> tuple[Term, bool]:
    """A language that holds every text that will do, and whether it holds no others."""
    parts, exact = [], True
    if wanted.low or wanted.high is not None:
        parts.append(t.repeat(t.ANY_CHAR, wanted.low, wanted.high))
    for pattern, yes in wanted.patterns:
        known = language(pattern)
        if known is None:
            exact = False
        else:
            parts.append(known if yes else t.neither(known))
    for name, yes in wanted.formats:
        exact = False
        if yes and (known := around(name)) is not None:
            parts.append(known)
    parts.extend(t.neither(t.word(text)) for text in sorted(wanted.barred) if wanted.fits(text))
    return t.both(parts), exact


def _samples(wanted: _Wanted) -> Iterator[str]:
    for name, yes in wanted.formats:
        if yes:
            yield from SAMPLES.get(name, ())
            yield stretched(name, wanted.low)
    if wanted.formats:
        yield from (*BROKEN, "x" * wanted.low)


def _why(wanted: _Wanted) -> str:
    for pattern, _ in wanted.patterns:
        if language(pattern) is None:
            return f"the pattern {pattern} goes beyond regular languages"
    if wanted.formats:
        return f"the format {wanted.formats[0][0]!r} cannot be searched through"
    return "the patterns are too large to be followed"
