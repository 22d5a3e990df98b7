"""What the shop gives back, and how: rules read from a file, and the calculation."""

from __future__ import annotations

import functools
import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from graphs.shop.orders import Order

RULES = Path(__file__).parents[1] / "data" / "refund_policy.json"

Reason = Literal["damaged", "late", "wrong_item", "changed_mind"]
Method = Literal["original_payment", "store_credit"]


class Rule(BaseModel, extra="forbid"):
    """Within so many days of delivery, this share of the goods comes back in this way."""

    within_days: Annotated[int, Field(ge=0)]
    goods_percent: Annotated[int, Field(ge=0, le=100)]
    shipping: bool
    method: Method


class RefundDecision(BaseModel):
    """`refund_method` is None where nothing is refunded; the amount is 0 then."""

    eligible: bool
    refund_amount: Decimal
    refund_method: Method | None
    explanation: str


def decide_refund(
    order: Order | None, reason: Reason, days_since_delivery: int | None
) -> RefundDecision:
    """The refund for an order, by the rules in force.

    `order` None: the customer has none such. `days_since_delivery` None: not delivered yet.
    """
    if order is None:
        return _refused("we find no such order of yours")
    if order.status == "cancelled":
        return _refused(f"order {order.order_id} was cancelled, so nothing was charged")
    if days_since_delivery is None:
        return _refused(f"order {order.order_id} has not been delivered yet")
    rule = _rule(reason, days_since_delivery)
    if rule is None:
        last = load_rules()[reason][-1].within_days
        return _refused(
            f"order {order.order_id} was delivered {_days(days_since_delivery)} ago, "
            f"and {_NAMES[reason]} can be claimed within {last} days"
        )
    return RefundDecision(
        eligible=True,
        refund_amount=refund_amount(rule, order),
        refund_method=rule.method,
        explanation=_explain(rule, reason),
    )


def refund_amount(rule: Rule, order: Order) -> Decimal:
    """The rule's share of the goods, rounded half up to the cent, and shipping where it says so."""
    share = order.goods * rule.goods_percent / 100
    total = share + (order.shipping if rule.shipping else Decimal(0))
    return total.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@functools.cache
def load_rules() -> dict[Reason, list[Rule]]:
    """The rules by reason, shortest time first. pydantic.ValidationError: the file is not such."""
    rules = TypeAdapter(dict[Reason, list[Rule]]).validate_python(
        json.loads(RULES.read_text(encoding="utf-8"))
    )
    return {reason: sorted(found, key=lambda r: r.within_days) for reason, found in rules.items()}


_NAMES: dict[Reason, str] = {
    "damaged": "a damaged item",
    "late": "late delivery",
    "wrong_item": "a wrong item",
    "changed_mind": "a change of mind",
}


def _rule(reason: Reason, days: int) -> Rule | None:
    return next((rule for rule in load_rules()[reason] if days <= rule.within_days), None)


def _refused(explanation: str) -> RefundDecision:
    return RefundDecision(
        eligible=False, refund_amount=Decimal(0), refund_method=None, explanation=explanation
    )


def _explain(rule: Rule, reason: Reason) -> str:
    shipping = "with" if rule.shipping else "without"
    return (
        f"for {_NAMES[reason]} within {rule.within_days} days "
        f"we refund {rule.goods_percent}% of the goods {shipping} shipping"
    )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
