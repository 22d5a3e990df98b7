"""Answer a customer's question about an order.

The lesson: one agent tells what is wanted, and exactly one of three ways is taken: look into
the books, decide on a refund, or ask the carrier. Whichever it was, one agent answers. Nothing is
changed on any way, and the model never meets the customer's data: both are declared, and checked.

    agentgraph run graphs/order_processing.py \
        --input '{"query": "Where is my order 1001?", "customer_id": "C-17"}'
"""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from pydantic import BaseModel

from agentgraph import (
    END,
    START,
    Budget,
    Context,
    Edge,
    Estimate,
    Graph,
    Label,
    Objective,
    Retry,
    Route,
    agent,
    by_model,
    tool,
)
from graphs.shop.carrier import Parcel, fetch_parcel
from graphs.shop.intents import tell_intent, tell_order, tell_reason
from graphs.shop.orders import Order, OrderStatus
from graphs.shop.refunds import Reason, RefundDecision, decide_refund
from graphs.shop.replies import Channel, format_reply
from graphs.shop.shop import Shop


class CustomerQuery(BaseModel):
    query: Annotated[str, Label("untrusted")]
    customer_id: Annotated[str, Label("pii")]
    channel: Channel = "chat"


class Intent(BaseModel):
    """`order_id` is empty where the question names none: the latest order is meant then."""

    intent: Literal["order_status", "refund_request", "shipping_question"]
    order_id: str
    reason_code: Literal["damaged", "late", "wrong_item", "changed_mind"]


class OrderFacts(BaseModel):
    """What the books say; `status` is "unknown" where the customer has no such order."""

    order_id: str
    status: OrderStatus | Literal["unknown"]
    items: list[str]
    paid: Decimal
    promised_on: date | None


class RefundCase(BaseModel):
    """An order that was looked up; None: it has not been delivered."""

    order_id: str
    days_since_delivery: int | None


class Tracking(BaseModel):
    """Where a parcel is. `live` is False where the carrier did not answer and the books did."""

    order_id: str
    where: str
    expected_on: date | None
    live: bool


Facts = OrderFacts | RefundDecision | Tracking


class CustomerReply(BaseModel):
    intent: str
    facts: Facts
    reply: str


class OrderState(TypedDict, total=False):
    query: str
    customer_id: str
    channel: Channel
    intent: Literal["order_status", "refund_request", "shipping_question"]
    order_id: str
    reason_code: Literal["damaged", "late", "wrong_item", "changed_mind"]
    days_since_delivery: int | None
    facts: Facts
    reply: str


@tool(read_only=True, open_world=False, clears={"pii"}, timeout=2)
async def find_order(ctx: Context[Shop], customer_id: str, order_id: str) -> Order | None:
    """The customer's order of that number, or their latest where it is empty."""
    return await asyncio.to_thread(ctx.context.orders.find, customer_id, order_id)


@tool(read_only=True, open_world=False, clears={"pii"}, timeout=2)
async def get_order(ctx: Context[Shop], order_id: str) -> Order | None:
    """The order of that number."""
    return await asyncio.to_thread(ctx.context.orders.get, order_id)


@tool(
    read_only=True,
    needs="carrier",
    estimate=Estimate(p95=0.8),
    timeout=1,
    retry=Retry(attempts=2, wait=0.1, on=("CarrierError", "TimeoutError")),
)
async def track_parcel(ctx: Context[Shop], tracking_code: str) -> Parcel | None:
    """The carrier's record of a parcel."""
    url = ctx.context.carrier_url
    return await asyncio.to_thread(fetch_parcel, url, tracking_code, timeout=1)


def keyword_intent(query: str) -> Intent:
    """What a question wants, told from its words: no model needed."""
    return Intent(
        intent=tell_intent(query), order_id=tell_order(query), reason_code=tell_reason(query)
    )


@agent(
    prompt="prompts/intent.md",
    model="fast",
    fallback=keyword_intent,
    timeout=10,
    estimate=Estimate(p95=2),
)
def classify_intent(query: str) -> Intent:  # noqa: ARG001  # the model reads it
    """What the customer wants, about which order, and for which reason."""
    return by_model()


@agent(writes="facts", tools=[find_order], clears={"pii"}, owner="orders-team")
async def look_up_order(customer_id: str, order_id: str) -> OrderFacts:
    """What the books say of the order."""
    order = await find_order(customer_id, order_id)
    if order is None:
        return OrderFacts(
            order_id=order_id, status="unknown", items=[], paid=Decimal(0), promised_on=None
        )
    return OrderFacts(
        order_id=order.order_id,
        status=order.status,
        items=[f"{line.quantity} x {line.title}" for line in order.lines],
        paid=order.paid,
        promised_on=order.promised_on if order.status in ("processing", "shipped") else None,
    )


@agent(tools=[find_order], clears={"pii"}, owner="refunds-team")
async def open_refund_case(ctx: Context[Shop], customer_id: str, order_id: str) -> RefundCase:
    """Which order of theirs is meant, and how long ago it came."""
    order = await find_order(customer_id, order_id)
    if order is None:
        return RefundCase(order_id="", days_since_delivery=None)
    came = order.delivered_on
    days = (ctx.context.today - came).days if came else None
    return RefundCase(order_id=order.order_id, days_since_delivery=days)


@agent(writes="facts", tools=[get_order], clears={"pii"}, owner="refunds-team")
async def check_refund(
    order_id: str, reason_code: Reason, days_since_delivery: int | None
) -> RefundDecision:
    """Whether and how the order is refunded, by the shop's rules."""
    return decide_refund(await get_order(order_id), reason_code, days_since_delivery)


async def expect_parcel(customer_id: str, order_id: str) -> Tracking:
    """What the shop itself can say of a parcel while the carrier is silent."""
    order = await find_order(customer_id, order_id)
    if order is None:
        return _nothing_sent(order_id, "we find no such order of yours")
    return Tracking(
        order_id=order.order_id,
        where=f"handed to the carrier on {order.shipped_on}"
        if order.shipped_on
        else "not sent yet",
        expected_on=None if order.delivered_on else order.promised_on,
        live=False,
    )


@agent(
    writes="facts",
    tools=[find_order, track_parcel],
    fallback=expect_parcel,
    clears={"pii"},
    owner="shipping",
)
async def ask_carrier(customer_id: str, order_id: str) -> Tracking:
    """Where the parcel is, as the carrier tells it."""
    order = await find_order(customer_id, order_id)
    if order is None:
        return _nothing_sent(order_id, "we find no such order of yours")
    if order.tracking_code is None:
        return _nothing_sent(order.order_id, f"not sent: the order is {order.status}")
    parcel = await track_parcel(order.tracking_code)
    if parcel is None:
        return _nothing_sent(order.order_id, "the carrier does not know the parcel yet")
    last = parcel.events[-1]
    return Tracking(
        order_id=order.order_id,
        where=f"{last.what} ({last.place}, {last.on})",
        expected_on=None if parcel.status == "delivered" else parcel.expected_on,
        live=True,
    )


@agent(writes="reply", clears={"pii"})
def compose_reply(facts: Facts, channel: Channel) -> str:
    """The answer, as the customer's channel wants it."""
    return format_reply(channel, _sentences(facts))


graph = Graph(
    "order_processing",
    version="1.0.0",
    input=CustomerQuery,
    output=CustomerReply,
    state=OrderState,
    context=Shop,
    permits={"open_world"},
    clears={"pii"},
    budget=Budget(seconds=30, tokens=4000),
    objective=Objective(p95=4),
    edges=[
        Edge(START, classify_intent),
        Route(
            classify_intent,
            on="intent",
            to={
                "order_status": look_up_order,
                "refund_request": open_refund_case,
                "shipping_question": ask_carrier,
            },
        ),
        Edge(open_refund_case, check_refund),
        Edge([look_up_order, check_refund, ask_carrier], compose_reply),
        Edge(compose_reply, END),
    ],
)


def _nothing_sent(order_id: str, where: str) -> Tracking:
    return Tracking(order_id=order_id, where=where, expected_on=None, live=True)


def _sentences(facts: Facts) -> list[str]:
    match facts:
        case OrderFacts(status="unknown"):
            return ["We find no such order of yours.", "Please check the number."]
        case OrderFacts():
            head = f"Your order {facts.order_id} is {facts.status}."
            bought = f"It holds {', '.join(facts.items)}; you paid {facts.paid:.2f} EUR."
            due = [f"It should reach you by {facts.promised_on}."] if facts.promised_on else []
            return [head, *due, bought]
        case RefundDecision(eligible=True):
            means = (facts.refund_method or "").replace("_", " ")
            head = f"You get {facts.refund_amount:.2f} EUR back, as {means}."
            return [head, f"How we decide: {facts.explanation}."]
        case RefundDecision():
            return [f"We cannot refund this: {facts.explanation}."]
        case Tracking():
            head = f"Your parcel: {facts.where}."
            due = [f"Expected on {facts.expected_on}."] if facts.expected_on else []
            silent = (
                [] if facts.live else ["The carrier does not answer now; this is our own record."]
            )
            return [head, *due, *silent]
