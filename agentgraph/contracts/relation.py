"""Whether everything that one side can produce fits what the other accepts.

Three answers. A yes is proved; a no comes with a value that both sides' validators have
judged; anything else is "undecided", with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from agentgraph.contracts._compiled import Compiled, TooMuchError, content, of_content
from agentgraph.contracts._explain import Reason, reasons_for
from agentgraph.contracts._kept import Kept
from agentgraph.contracts._question import DEFAULT_FUEL, ask
from agentgraph.model.contract import Contract, Json, Schema

__all__ = ["DEFAULT_FUEL", "Reason", "Verdict", "compare"]

_KEPT = 8_000_000
Status = Literal["compatible", "incompatible", "undecided"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to whether `produced` fits `accepted`.

    `witness` (where `has_witness`) is a JSON value that the first admits and the second
    refuses; validators have judged it. `reasons` say where and why, one sentence each, those
    of the witness first. `why_undecided` is "" but for "undecided". `qualified` lists what the
    accepting type demands beyond its schema: with it, a "compatible" is no full proof.
    """

    status: Status
    witness: Json = None
    has_witness: bool = False
    reasons: tuple[Reason, ...] = ()
    why_undecided: str = ""
    qualified: tuple[str, ...] = field(default=())

    __hash__ = None  # type: ignore[assignment]

    @property
    def is_compatible(self) -> bool:
        """Whether it was proved to fit."""
        return self.status == "compatible"


_YES = Verdict("compatible")


def compare(produced: Any, accepted: Any, *, fuel: int = DEFAULT_FUEL) -> Verdict:
    """Whether all that `produced` admits is admitted by `accepted`.

    Each is a schema (dict or bool), a `Contract` or a Python type; the right reading of the
    latter two is taken. SchemaError, TypeNotJsonError: one of them is neither.
    """
    try:
        left = content(_schema(produced, "produced"))
        right = content(_schema(accepted, "accepted"))
        of_content(left)  # what is no schema is told of, even where it is compared with itself
        verdict = _verdict(left, right, fuel)
    except TooMuchError as error:
        return Verdict("undecided", why_undecided=str(error))
    qualified = _refines(accepted)
    if not qualified and not isinstance(verdict.witness, (dict, list)):
        return verdict
    # The verdict is kept, and whoever has the witness may change it.
    return Verdict(
        verdict.status,
        _copied(verdict.witness),
        verdict.has_witness,
        verdict.reasons,
        verdict.why_undecided,
        qualified,
    )


def _copied(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return list(map(_copied, value)) if isinstance(value, list) else value


def _schema(side: Any, reading: Literal["produced", "accepted"]) -> Schema:
    if isinstance(side, (dict, bool)):
        return side
    contract = side if isinstance(side, Contract) else _contract(side)
    return contract.produced if reading == "produced" else contract.accepted


def _contract(annotation: Any) -> Contract:
    # Types need pydantic's schema machinery; comparing plain schemas does not.
    from agentgraph.contracts.types import contract_of

    return contract_of(annotation)


def _refines(side: Any) -> tuple[str, ...]:
    if isinstance(side, (dict, bool)):
        return ()
    return side.refines if isinstance(side, Contract) else _contract(side).refines


def _answered(produced_key: str, accepted_key: str, fuel: int) -> Verdict:
    if produced_key == accepted_key:
        return _YES
    return _decided(of_content(produced_key), of_content(accepted_key), fuel)


def _decided(produced: Compiled, accepted: Compiled, fuel: int) -> Verdict:
    if produced.schema is False or accepted.schema is True:
        return _YES
    asked = ask([produced], [accepted], fuel)
    if asked.outcome.none:
        return _YES
    if not asked.outcome.found:
        return Verdict("undecided", why_undecided=asked.outcome.why)
    witness = asked.outcome.value
    return Verdict(
        "incompatible",
        witness,
        has_witness=True,
        reasons=reasons_for(witness, produced, accepted, asked),
    )


_verdict = Kept(_answered, _KEPT)
