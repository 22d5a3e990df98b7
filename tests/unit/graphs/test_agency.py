"""The travel agency's catalogue and ledger, without any graph."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.agency.catalogue import (
    Leg,
    Stop,
    choose_events,
    events,
    find_events,
    find_stay,
    find_ticket,
    hotels,
    trains,
)
from graphs.agency.ledger import BookingRefusedError, Ledger

PRAGUE = Stop(city="Prague", arrive=date(2027, 5, 7), nights=2)
TO_PRAGUE = Leg(start="Berlin", end="Prague", on=date(2027, 5, 7))


def test_the_catalogue_hangs_together() -> None:
    served = {train.start for train in trains()} & {train.end for train in trains()}
    assert {hotel.city for hotel in hotels()} == served
    assert {event.city for event in events()} <= served
    assert all(train.second_class < train.first_class for train in trains())


def test_comfort_buys_first_class_while_the_money_lasts() -> None:
    rich = find_ticket(TO_PRAGUE, "comfortable", 2, Decimal(200))
    poor = find_ticket(TO_PRAGUE, "comfortable", 2, Decimal(100))
    cheap = find_ticket(TO_PRAGUE, "cheapest", 2, Decimal(200))
    assert rich is not None
    assert poor is not None
    assert cheap is not None
    assert (rich.first_class, rich.price) == (True, Decimal("129.80"))
    assert (poor.first_class, poor.train, poor.price) == (False, "EC 171", Decimal("79.80"))
    assert (cheap.train, cheap.price) == ("EC 177", Decimal("59.80"))


def test_where_nothing_goes_there_is_no_ticket_and_no_stay() -> None:
    nowhere = Leg(start="Berlin", end="Atlantis", on=date(2027, 5, 7))
    assert find_ticket(nowhere, "plain", 1, Decimal(99)) is None
    assert (
        find_stay(PRAGUE.model_copy(update={"city": "Atlantis"}), "plain", 1, Decimal(99)) is None
    )


@given(st.integers(1, 9), st.decimals(0, 5000, places=2))
def test_more_modest_is_never_dearer(travellers: int, most: Decimal) -> None:
    tickets = [
        find_ticket(TO_PRAGUE, c, travellers, most) for c in ("comfortable", "plain", "cheapest")
    ]
    stays = [find_stay(PRAGUE, c, travellers, most) for c in ("comfortable", "plain", "cheapest")]
    for found in (tickets, stays):
        prices = [one.price for one in found if one is not None]
        assert len(prices) == 3
        assert prices == sorted(prices, reverse=True)


@given(
    st.lists(st.sampled_from(["music", "art", "food"]), unique=True),
    st.integers(1, 9),
    st.decimals(0, 500, places=2),
)
def test_events_stay_within_the_money_one_a_day(
    interests: list[str], travellers: int, most: Decimal
) -> None:
    chosen = choose_events(find_events(PRAGUE), interests, travellers, most)
    assert sum(event.price * travellers for event in chosen) <= most
    days = [event.on for event in chosen]
    assert days == sorted(set(days))


def test_what_interests_comes_before_what_is_cheap() -> None:
    chosen = choose_events(find_events(PRAGUE), ["music"], 1, Decimal(100))
    assert [event.theme for event in chosen] == ["music", "music"]


def test_the_same_key_books_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "agency.db")
    hold = ledger.hold(Decimal("10.00"), key="a")
    assert ledger.hold(Decimal("10.00"), key="a") == hold
    booking = ledger.book(hold, key="b")
    assert ledger.book(hold, key="b") == booking
    assert Ledger(ledger.path).book(hold, key="b") == booking
    assert (ledger.count_bookings(), ledger.state(hold)) == (1, "booked")


def test_a_released_hold_cannot_be_booked(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "agency.db")
    hold = ledger.hold(Decimal(1), key="a")
    assert ledger.release(hold) is None
    assert ledger.release(hold) is None
    with pytest.raises(BookingRefusedError, match="no hold"):
        ledger.book(hold, key="b")
    assert (ledger.state(hold), ledger.count_bookings()) == ("released", 0)


def test_a_booking_outlasts_a_release(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "agency.db")
    hold = ledger.hold(Decimal(1), key="a")
    booking = ledger.book(hold, key="b")
    assert ledger.release(hold) == booking
    assert ledger.state(hold) == "booked"


def test_a_refusing_office_leaves_the_hold_alone(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "agency.db", refusing=True)
    hold = ledger.hold(Decimal(1), key="a")
    with pytest.raises(BookingRefusedError):
        ledger.book(hold, key="b")
    assert ledger.state(hold) == "held"
