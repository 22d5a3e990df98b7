"""Guards as they are declared: those that are built in, and those with a finder of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from agentgraph.errors import Problem
from agentgraph.model.policy import BUILT_IN_GUARDS, ContentGuard


class Finder(Protocol):
    """Finds what a guard is there for. It is called for every text, perhaps in several threads at once."""

    @property
    def name(self) -> str:
        """What it finds, as errors and events name it."""
        ...

    def find(self, text: str) -> Iterable[tuple[int, int]]:
        """Where in the text it stands: from and to, as slices count."""
        ...


@dataclass(frozen=True, slots=True)
class OwnGuard:
    """A `ContentGuard` for what one's own `finder` finds."""

    finder: Finder
    do: Literal["block", "redact", "allow"] = "block"
    at: Literal["both", "input", "output"] = "both"


Guards = Sequence[ContentGuard | OwnGuard]


def guard_specs(guards: Guards) -> tuple[ContentGuard, ...]:
    """The guards as plain data."""
    return tuple(
        ContentGuard(one.finder.name, one.do, one.at) if isinstance(one, OwnGuard) else one
        for one in guards
    )


def finders_of(guards: Guards) -> Mapping[str, Finder]:
    """The finders of one's own, by name."""
    return {one.finder.name: one.finder for one in guards if isinstance(one, OwnGuard)}


def guard_problems(where: str, guards: Guards) -> list[Problem]:
    """What cannot be meant in guards."""
    place = f"{where}.guards"
    problems = [
        Problem(f"{one.finder.name!r} is built in", place, help="give the finder another name")
        for one in guards
        if isinstance(one, OwnGuard) and one.finder.name in BUILT_IN_GUARDS
    ]
    own = finders_of(guards)
    for one in guard_specs(guards):
        if one.finds not in BUILT_IN_GUARDS and one.finds not in own:
            known = ", ".join(BUILT_IN_GUARDS)
            help_ = f"known: {known}; or OwnGuard(finder)"
            problems.append(Problem(f"there is no guard {one.finds!r}", place, help=help_))
        if (one.finds == "length") != (one.longest is not None):
            help_ = 'ContentGuard("length", longest=8000)'
            problems.append(Problem("longest= is what `length` takes", place, help=help_))
        elif one.longest is not None and one.longest < 1:
            problems.append(Problem(f"longest={one.longest} leaves no text", place))
        if one.do not in ("block", "redact", "allow"):
            help_ = "block, redact or allow"
            problems.append(Problem(f"do={one.do!r} is nothing to do", place, help=help_))
        if one.at not in ("both", "input", "output"):
            help_ = "input, output or both"
            problems.append(Problem(f"at={one.at!r} is no place", place, help=help_))
    return problems
