"""What is recorded of one call, found by what is asked for and by where in the body it is asked.

Requests are known by their content: kind, name, arguments. Where several have the same one, each is
known by the step that it follows in its strand, so that the order in which strands come along does
not matter.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from agentgraph.remember.records import StepRecord


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a body for a step, as `StepRecord` names it.

    `content` is what it asks for; `occurrence` tells it from others with the same. `scope` is the
    attempt that asks: what failed is recorded for it alone. `after` is the step that it follows, and
    `own` says that its strand made that one itself. `nth` counts those with the same content that
    follow the same step, from 1: strands that begin alike, in the order in which they begin.
    """

    kind: str
    name: str
    digest: str
    content: str
    occurrence: int
    agent: str
    attempt: int
    scope: str
    after: str
    own: bool
    nth: int

    @property
    def key(self) -> str:
        """Its name in the journal."""
        return f"{self.kind}/{self.what}"

    @property
    def what(self) -> str:
        """Tells requests of one kind apart."""
        return f"{self.content}:{self.occurrence}"


def root(scope: str) -> str:
    """What the first step of an attempt follows."""
    return f"^{scope}"


Spot = tuple[str, int]
"""A place in a body, as far as it stays the same: what is followed, and which of those that begin there alike."""


class Known:
    """The records of a call. Not safe to use from several threads at once."""

    def __init__(self) -> None:
        self._results: defaultdict[str, dict[int, StepRecord]] = defaultdict(dict)
        self._failures: defaultdict[tuple[str, int, str], dict[int, StepRecord]] = defaultdict(dict)
        self._expected: dict[str, StepRecord] = {}

    def add(self, key: str, record: StepRecord, *, expected: bool = False) -> None:
        """Know one more; `expected`: the body has to ask for it again."""
        if record.error is not None:
            content = key.removesuffix(failure(f":{record.occurrence}", record.round, record.scope))
            self._failures[content, record.round, record.scope][record.occurrence] = record
            return
        self._results[key.removesuffix(f":{record.occurrence}")][record.occurrence] = record
        if expected:
            self._expected[key] = record

    def choose(
        self, content: str, spot: Spot, claimed: set[int], where: tuple[int, str], *, alone: bool
    ) -> int:
        """Which occurrence of `content` is meant by who asks at `spot`.

        `claimed` are those that the attempt has asked for already; `where` is the round and the
        attempt. `alone`: the body has had one strand so far, whose requests are simply counted.
        """
        number = 1
        if alone:
            while number in claimed:
                number += 1
            return number
        left = {**self._results.get(content, {}), **self._failures.get((content, *where), {})}
        for known, record in left.items():
            if known not in claimed and spot_of(record.after, record.nth) == spot:
                return known
        while number in claimed or number in left:
            number += 1
        return number

    def find(self, asked: Asked, round_: int) -> StepRecord | None:
        """The error that this attempt saw, else a result, which is every attempt's."""
        content = f"{asked.kind}/{asked.content}"
        self._expected.pop(asked.key, None)
        failures = self._failures.get((content, round_, asked.scope), {})
        found = failures.get(asked.occurrence)
        return found or self._results.get(content, {}).get(asked.occurrence)

    def rivals(self, asked: Asked) -> list[StepRecord]:
        """What the same attempt recorded behind the same step, and has not been asked for again."""
        behind = (asked.after, asked.scope)
        return [one for one in self._expected.values() if (one.after, one.scope) == behind]

    @property
    def settled(self) -> bool:
        """Whether all that was recorded before has been asked for again."""
        return not self._expected


def failure(key: str, round_: int, scope: str) -> str:
    """The name in the journal of what an attempt saw fail."""
    return f"{key}!{round_}.{scope}"


def spot_of(after: str, nth: int) -> Spot:
    """Where a step stands, whichever attempt it is of, and whether what it follows has failed."""
    return "" if after.startswith("^") else after.removesuffix("!"), nth
