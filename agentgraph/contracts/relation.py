"""Whether everything that one side can produce fits what the other accepts.

Three answers. A yes is proved; a no comes with a value that both sides' validators have
judged; anything else is "undecided", with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from agentgraph.contracts._compiled import TooMuchError, content, of_content
from agentgraph.contracts._evident import fits_at_sight
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
    refuses; validators have judged it. `why_undecided` is "" but for "undecided". `qualified`
    lists what the accepting type demands beyond its schema: with it, a "compatible" is no full
    proof.
    """

    status: Status
    witness: Json = None
    has_witness: bool = False
    why_undecided: str = ""
    qualified: tuple[str, ...] = field(default=())
    _question: tuple[str, str, int] | None = field(default=None, repr=False)

    __hash__ = None  # type: ignore[assignment]

    @property
    def is_compatible(self) -> bool:
        """Whether it was proved to fit."""
        return self.status == "compatible"

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Where it does not fit and why, one sentence each, those of the witness first.

        () but for "incompatible". They are worked out when they are first asked for: that costs
        as much as the verdict once more, and who only wants a yes or a no need not pay it.
        """
        return _reasons(*self._question) if self._question else ()


_YES = Verdict("compatible")


def compare(
    produced: Any,
    accepted: Any,
    *,
    fuel: int = DEFAULT_FUEL,
    text_of: Callable[[Schema], str] = content,
) -> Verdict:
    """Whether all that `produced` admits is admitted by `accepted`.

    Each is a schema (dict or bool), a `Contract` or a Python type; the right reading of the
    latter two is taken. Who asks much about the same schemas passes a `Texts` as `text_of`.
    SchemaError, TypeNotJsonError: one of them is neither.
    """
    try:
        left = text_of(_schema(produced, "produced"))
        right = text_of(_schema(accepted, "accepted"))
        of_content(left)  # what is no schema is told of, even where it is compared with itself
        verdict = _verdict(left, right, fuel)
    except TooMuchError as error:
        return Verdict("undecided", why_undecided=str(error))
    qualified = _refines(accepted)
    if not qualified and not isinstance(verdict.witness, (dict, list)):
        return verdict
    # The verdict is kept, and whoever has the witness may change it.
    return replace(verdict, witness=_copied(verdict.witness), qualified=qualified)


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
    produced, accepted = of_content(produced_key), of_content(accepted_key)
    if fits_at_sight(produced.schema, accepted.schema):
        return _YES
    outcome = ask([produced], [accepted], fuel).outcome
    if outcome.none:
        return _YES
    if not outcome.found:
        return Verdict("undecided", why_undecided=outcome.why)
    question = (produced_key, accepted_key, fuel)
    return Verdict("incompatible", outcome.value, has_witness=True, _question=question)


def _told(produced_key: str, accepted_key: str, fuel: int) -> tuple[Reason, ...]:
    # Asked again rather than kept from the verdict: a search holds far more than its answer.
    produced, accepted = of_content(produced_key), of_content(accepted_key)
    asked = ask([produced], [accepted], fuel)
    return reasons_for(asked.outcome.value, produced, accepted, asked)


_verdict = Kept(_answered, _KEPT)
_reasons = Kept(_told, _KEPT)
