"""Guards as sets: what is left once one held, whether some cover all, whether two overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from agentgraph.contracts._combine import all_of
from agentgraph.contracts._compiled import TooMuchError, compiled
from agentgraph.contracts._inhabited import admits_at_sight
from agentgraph.contracts._question import DEFAULT_FUEL, ask
from agentgraph.contracts.solve.outcome import Outcome, untold
from agentgraph.model.contract import Json, Schema

__all__ = [
    "Answer",
    "Cover",
    "Emptiness",
    "Overlap",
    "admits_nothing",
    "covers",
    "empty",
    "narrow",
    "overlap",
]

Answer = Literal["yes", "no", "unknown"]


class Cover(Struct, frozen=True):
    """Whether every value satisfies at least one guard.

    Where it does not ("no"), `witness` is a value that none takes. `why_unknown` is "" but
    for "unknown".
    """

    covered: Answer
    witness: Json = None
    has_witness: bool = False
    why_unknown: str = ""

    __hash__ = None  # type: ignore[assignment]


class Overlap(Struct, frozen=True):
    """Whether one value satisfies both guards; where it does ("yes"), `witness` is one."""

    overlaps: Answer
    witness: Json = None
    has_witness: bool = False
    why_unknown: str = ""

    __hash__ = None  # type: ignore[assignment]


class Emptiness(Struct, frozen=True):
    """Whether a schema admits nothing at all; where it admits something, `witness` is that."""

    empty: Answer
    witness: Json = None
    has_witness: bool = False
    why_unknown: str = ""

    __hash__ = None  # type: ignore[assignment]


def narrow(schema: Schema, guard: Schema) -> Schema:
    """What the schema admits and the guard holds of. SchemaError: one of them is none."""
    return all_of([compiled(schema).schema, compiled(guard).schema])


def covers(produced: Schema, guards: Sequence[Schema], *, fuel: int = DEFAULT_FUEL) -> Cover:
    """Whether every value of `produced` satisfies at least one of the guards."""
    outcome = _ask([produced], guards, fuel)
    if outcome.found:
        return Cover("no", outcome.value, has_witness=True)
    return Cover("yes") if outcome.none else Cover("unknown", why_unknown=outcome.why)


def overlap(a: Schema, b: Schema, within: Schema = True, *, fuel: int = DEFAULT_FUEL) -> Overlap:
    """Whether some value of `within` satisfies both guards."""
    outcome = _ask([within, a, b], (), fuel)
    if outcome.found:
        return Overlap("yes", outcome.value, has_witness=True)
    return Overlap("no") if outcome.none else Overlap("unknown", why_unknown=outcome.why)


def empty(schema: Schema, *, fuel: int = DEFAULT_FUEL) -> Emptiness:
    """Whether the schema admits no value at all."""
    outcome = _ask([schema], (), fuel)
    if outcome.found:
        return Emptiness("no", outcome.value, has_witness=True)
    return Emptiness("yes") if outcome.none else Emptiness("unknown", why_unknown=outcome.why)


def admits_nothing(schema: Schema) -> bool:
    """Whether it is proved that the schema admits no value.

    Quicker than `empty`, for where it is evident that there is a value, none is looked for.
    """
    try:
        evident = admits_at_sight(compiled(schema).schema)
    except TooMuchError:
        return False
    return not evident and empty(schema).empty == "yes"


def _ask(met: Sequence[Schema], broken: Sequence[Schema], fuel: int) -> Outcome:
    try:
        return ask([compiled(s) for s in met], [compiled(s) for s in broken], fuel).outcome
    except TooMuchError as error:
        return untold(str(error))
