"""What a search ends in, and what it may spend."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from agentgraph.model.contract import Json

FREE: Final = 1 << 30
"""The `leans_on` of an outcome that leans on no assumption."""


class Outcome(Struct, frozen=True):
    """A value that does it (`found`), none (`none`), or it cannot be told (neither).

    A "none" may lean on the assumption that a goal which is still open further up has no
    smaller solution inside itself; `leans_on` is the depth of the lowest such goal.
    """

    found: bool = False
    none: bool = False
    value: Json = None
    leans_on: int = FREE
    why: str = ""

    __hash__ = None  # type: ignore[assignment]


NOTHING: Final = Outcome(none=True)


def solved(value: Json) -> Outcome:
    """It is done by this value."""
    return Outcome(found=True, value=value)


def untold(why: str) -> Outcome:
    """It cannot be told, and why."""
    return Outcome(why=why)


class OutOfFuelError(Exception):
    """The search has spent what it was given."""


class Fuel:
    """A budget of steps. Counted, never timed, so that answers are the same on every machine."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def burn(self, steps: int = 1) -> None:
        """Spend some. OutOfFuelError: there is none left."""
        self.left -= steps
        if self.left < 0:
            raise OutOfFuelError


class Tally:
    """Outcomes of alternatives, made one: found where one is, none where all are."""

    __slots__ = ("leans_on", "why")

    def __init__(self) -> None:
        self.leans_on = FREE
        self.why = ""

    def note(self, outcome: Outcome) -> Outcome:
        """Take an outcome in; it is handed back."""
        if outcome.none:
            self.leans_on = min(self.leans_on, outcome.leans_on)
        elif not outcome.found and not self.why:
            self.why = outcome.why or "it cannot be told"
        return outcome

    def rest(self) -> Outcome:
        """What follows when no alternative was found to do."""
        return untold(self.why) if self.why else Outcome(none=True, leans_on=self.leans_on)
