"""The local carrier: quick, slow, failing, and gone."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest
from pydantic import TypeAdapter

from graphs.shop.carrier import PARCELS, CarrierError, CarrierServer, Parcel, fetch_parcel
from graphs.shop.orders import OrderBook
from graphs.shop.shop import Shop


def test_a_parcel_is_told() -> None:
    with CarrierServer() as carrier:
        parcel = fetch_parcel(carrier.url, "NX-5501")
        assert parcel is not None
        assert (parcel.status, parcel.events[-1].place) == ("in_transit", "Nuremberg")
        assert fetch_parcel(carrier.url, "NX-0000") is None
        assert carrier.asked == ["NX-5501", "NX-0000"]


def test_a_failing_carrier_fails_as_often_as_it_was_told() -> None:
    with CarrierServer(failures=2) as carrier:
        for _ in range(2):
            with pytest.raises(CarrierError, match="503"):
                fetch_parcel(carrier.url, "NX-5501")
        assert fetch_parcel(carrier.url, "NX-5501") is not None


def test_a_slow_carrier_is_given_up_and_does_not_hold_up_the_end() -> None:
    began = time.monotonic()
    with CarrierServer(delay=30) as carrier, pytest.raises(CarrierError, match="timed out"):
        fetch_parcel(carrier.url, "NX-5501", timeout=0.1)
    assert time.monotonic() - began < 5


def test_the_mood_changes_over_http() -> None:
    with CarrierServer() as carrier:
        put = urllib.request.Request(f"{carrier.url}/mood", b'{"failures": 1}', method="PUT")
        with urllib.request.urlopen(put, timeout=5) as reply:
            assert json.load(reply) == {"delay": 0.0, "failures": 1}
        with pytest.raises(CarrierError):
            fetch_parcel(carrier.url, "NX-5501")


def test_no_carrier_is_an_error_of_its_own() -> None:
    with CarrierServer() as carrier:
        url = carrier.url
    with pytest.raises(CarrierError, match="no usable answer"):
        fetch_parcel(url, "NX-5501", timeout=1)


def test_a_shop_asks_the_carrier_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARRIER_URL", "http://127.0.0.1:9")
    with Shop() as shop:
        assert shop.carrier_url == "http://127.0.0.1:9"
    monkeypatch.delenv("CARRIER_URL")
    with Shop() as shop:
        assert fetch_parcel(shop.carrier_url, "NX-5509") is not None


def test_the_parcels_are_those_of_the_books() -> None:
    parcels = TypeAdapter(dict[str, Parcel]).validate_json(PARCELS.read_bytes())
    book = OrderBook()
    sent = {}
    for number in range(1001, 1019):
        order = book.get(str(number))
        assert order is not None
        if order.tracking_code:
            sent[order.tracking_code] = order
    book.close()
    assert set(parcels) == set(sent)
    for code, parcel in parcels.items():
        assert (parcel.status == "delivered") == (sent[code].status == "delivered")
        assert [e.on for e in parcel.events] == sorted(e.on for e in parcel.events)
        assert parcel.events[0].on == sent[code].shipped_on
