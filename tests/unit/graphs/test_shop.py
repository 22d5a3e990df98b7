"""The shop's books, refund rules, words and channels, without any graph."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.shop import carrier, orders
from graphs.shop.intents import tell_intent, tell_order, tell_reason
from graphs.shop.orders import Order, OrderBook
from graphs.shop.refunds import Reason, decide_refund, load_rules
from graphs.shop.replies import SMS_LENGTH, Channel, format_reply
from graphs.shop.shop import Shop

QUESTIONS = Path(carrier.__file__).parents[1] / "data" / "questions.jsonl"
REASONS: tuple[Reason, ...] = ("damaged", "late", "wrong_item", "changed_mind")


@pytest.fixture(scope="module")
def book():
    book = OrderBook()
    yield book
    book.close()


def test_an_order_is_found_by_customer_and_number(book: OrderBook) -> None:
    found = book.find("C-17", "1001")
    assert found is not None
    assert (found.status, found.paid) == ("shipped", Decimal("208.40"))
    assert [line.title for line in found.lines] == ["Espresso machine Bravo", "Milk jug, 350 ml"]


def test_no_number_means_the_latest_order(book: OrderBook) -> None:
    latest = book.find("C-17")
    assert latest is not None
    assert latest.order_id == "1001"


def test_the_order_of_another_customer_is_not_found(book: OrderBook) -> None:
    assert book.find("C-17", "1005") is None
    assert book.find("C-00") is None


def test_a_number_that_is_no_number_is_only_not_found(book: OrderBook) -> None:
    assert book.find("C-17", "' OR 1=1 --") is None


def test_a_database_file_is_filled_once(tmp_path: Path) -> None:
    for _ in range(2):
        with Shop(database=str(tmp_path / "orders.db")) as shop:
            assert shop.orders.get("1018") is not None


def test_days_in_the_books_are_in_order(book: OrderBook) -> None:
    ids = re.findall(r"\('(10\d\d)', 'C-", orders.SEED.read_text(encoding="utf-8"))
    assert len(ids) == 18
    for order_id in ids:
        order = book.get(order_id)
        assert order is not None
        assert order.lines
        days = [order.placed_on, order.shipped_on, order.delivered_on]
        known = [day for day in days if day]
        assert known == sorted(known)
        assert (order.status == "delivered") == (order.delivered_on is not None)
        assert (order.tracking_code is not None) == (order.shipped_on is not None)


def test_a_shop_opens_nothing_before_it_is_asked() -> None:
    with Shop() as shop:
        assert "_orders" not in vars(shop)
        assert "_own_carrier" not in vars(shop)


orders_made = st.builds(
    Order,
    order_id=st.just("1"),
    customer_id=st.just("C"),
    status=st.sampled_from(["processing", "shipped", "delivered", "cancelled"]),
    placed_on=st.just("2026-01-01"),
    promised_on=st.just("2026-01-09"),
    shipped_on=st.none(),
    delivered_on=st.none(),
    tracking_code=st.none(),
    shipping=st.decimals(0, 100, places=2),
    lines=st.lists(
        st.builds(
            orders.OrderLine,
            title=st.just("thing"),
            quantity=st.integers(1, 20),
            unit_price=st.decimals(0, 5000, places=2),
        ),
        min_size=1,
        max_size=5,
    ),
)


@given(orders_made, st.sampled_from(REASONS), st.none() | st.integers(0, 400))
def test_a_refund_is_whole_cents_and_never_above_what_was_paid(
    order: Order, reason: Reason, days: int | None
) -> None:
    decision = decide_refund(order, reason, days)
    assert Decimal(0) <= decision.refund_amount <= order.paid
    assert decision.refund_amount == round(decision.refund_amount, 2)
    assert decision.eligible == (decision.refund_method is not None)
    assert decision.eligible or decision.refund_amount == 0
    assert decision.explanation


@given(orders_made, st.sampled_from(REASONS), st.integers(0, 100), st.integers(0, 100))
def test_waiting_never_makes_a_refund_larger(
    order: Order, reason: Reason, sooner: int, later: int
) -> None:
    sooner, later = sorted((sooner, later))
    first, second = (decide_refund(order, reason, days) for days in (sooner, later))
    assert first.refund_amount >= second.refund_amount


@given(orders_made, st.integers(0, 100))
def test_a_change_of_mind_never_pays_more_than_a_damaged_item(order: Order, days: int) -> None:
    mind, damaged = (decide_refund(order, r, days) for r in ("changed_mind", "damaged"))
    assert mind.refund_amount <= damaged.refund_amount


@pytest.mark.parametrize(
    ("order_id", "reason", "days", "amount", "method"),
    [
        ("1007", "damaged", 2, "61.40", "original_payment"),
        ("1003", "wrong_item", 30, "69.90", "original_payment"),
        ("1003", "wrong_item", 31, "0", None),
        ("1011", "late", 14, "10.40", "store_credit"),
        ("1002", "changed_mind", 14, "79.90", "original_payment"),
        ("1002", "changed_mind", 15, "67.92", "store_credit"),  # 67.915, half up
        ("1002", "changed_mind", None, "0", None),
        ("1008", "damaged", 1, "0", None),
    ],
)
def test_refunds_by_the_rules(
    book: OrderBook, order_id: str, reason: Reason, days: int | None, amount: str, method: str
) -> None:
    decision = decide_refund(book.get(order_id), reason, days)
    assert (decision.refund_amount, decision.refund_method) == (Decimal(amount), method)


def test_no_order_is_no_refund() -> None:
    assert not decide_refund(None, "damaged", 1).eligible


def test_every_reason_has_a_rule() -> None:
    assert set(load_rules()) == set(REASONS)
    assert all(load_rules().values())


@given(st.sampled_from(["email", "chat", "sms"]), st.lists(st.text(max_size=300), min_size=1))
def test_every_channel_says_the_first_sentence_and_a_text_message_is_one(
    channel: Channel, said: list[str]
) -> None:
    reply = format_reply(channel, said)
    if channel == "sms":
        assert len(reply) <= SMS_LENGTH
        assert reply.startswith(said[0][: SMS_LENGTH - 1])
    else:
        assert said[0] in reply


@pytest.mark.parametrize(
    ("query", "order_id"),
    [
        ("Where is order 1001?", "1001"),
        ("order no. 1004 and not 1005", "1004"),
        ("#1003", "1003"),
        ("about 1002, please", "1002"),
        ("I ordered on 10 November 2026", ""),
        ("I paid 1299.00 for it", ""),
        ("tracking NX-5501-1001", ""),
        ("no number at all", ""),
    ],
)
def test_order_numbers_are_told_from_other_numbers(query: str, order_id: str) -> None:
    assert tell_order(query) == order_id


def questions(split: str) -> list[dict[str, str]]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [question for question in map(json.loads, lines) if question["split"] == split]


@pytest.mark.parametrize(("split", "least"), [("tuning", 0.95), ("held_out", 0.65)])
def test_the_words_alone_tell_what_is_wanted(split: str, least: float) -> None:
    """Measured: 36 of 36 where the cues were written with the questions in sight, 25 of 36 where not.

    The second figure is the honest one; a model is the remedy, more cues are not.
    """
    asked = questions(split)
    right = sum(tell_intent(q["query"]) == q["intent"] for q in asked)
    assert right / len(asked) >= least


@pytest.mark.parametrize("split", ["tuning", "held_out"])
def test_order_numbers_and_reasons_are_found_in_the_questions(split: str) -> None:
    asked = questions(split)
    assert all(tell_order(q["query"]) == q["order_id"] for q in asked)
    refunds = [q for q in asked if q["intent"] == "refund_request"]
    right = sum(tell_reason(q["query"]) == q["reason_code"] for q in refunds)
    assert right / len(refunds) >= 0.8


def test_the_questions_are_many_distinct_and_labelled(book: OrderBook) -> None:
    both = questions("tuning") + questions("held_out")
    assert len({q["query"] for q in both}) == len(both) >= 60
    for intent in ("order_status", "refund_request", "shipping_question"):
        assert sum(q["intent"] == intent for q in both) >= 20
    for q in both:
        assert q["facts"]
        assert ("reason_code" in q) == (q["intent"] == "refund_request")
        assert book.find(q["customer_id"]) is not None
