"""What can be booked: trains, hotels and events, from files, and which of them suits."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, TypeAdapter

DATA = Path(__file__).parents[1] / "data"

Comfort = Literal["comfortable", "plain", "cheapest"]


class Leg(BaseModel):
    """A way from one city to the next, on a day."""

    start: str
    end: str
    on: date


class Stop(BaseModel):
    """Some nights in a city."""

    city: str
    arrive: date
    nights: int

    @property
    def leave(self) -> date:
        return self.arrive + timedelta(days=self.nights)


class Train(BaseModel):
    train: str
    start: str
    end: str
    departs: str
    arrives: str
    second_class: Decimal
    first_class: Decimal


class Hotel(BaseModel):
    """`per_night` is for one room, which two share."""

    city: str
    name: str
    stars: int
    per_night: Decimal


class Event(BaseModel):
    city: str
    on: date
    title: str
    theme: str
    price: Decimal


class Ticket(BaseModel):
    """Seats for all travellers on one train."""

    train: str
    leg: Leg
    first_class: bool
    price: Decimal


class Stay(BaseModel):
    """Rooms for all travellers and all nights of a stop."""

    hotel: str
    stop: Stop
    price: Decimal


def find_ticket(leg: Leg, comfort: Comfort, travellers: int, most: Decimal) -> Ticket | None:
    """The best ticket for a leg; None: no train goes there.

    Comfortable is first class where it costs `most` at most; plain is the first train of the
    day, cheapest the cheapest.
    """
    going = [train for train in trains() if (train.start, train.end) == (leg.start, leg.end)]
    if not going:
        return None
    first = min(going, key=lambda train: train.departs)
    cheap = min(going, key=lambda train: (train.second_class, train.departs))
    if comfort == "comfortable" and first.first_class * travellers <= most:
        price = first.first_class * travellers
        return Ticket(train=first.train, leg=leg, first_class=True, price=price)
    chosen = cheap if comfort == "cheapest" else first
    price = chosen.second_class * travellers
    return Ticket(train=chosen.train, leg=leg, first_class=False, price=price)


def find_stay(stop: Stop, comfort: Comfort, travellers: int, most: Decimal) -> Stay | None:
    """The best stay for a stop; None: the city has no hotel.

    The hotel with the most stars that costs `most` at most (plain: four at most), the cheapest
    one where none does or where cheapest is asked for.
    """
    rooms = (travellers + 1) // 2
    stays = [
        (
            hotel.stars,
            Stay(hotel=hotel.name, stop=stop, price=hotel.per_night * rooms * stop.nights),
        )
        for hotel in hotels()
        if hotel.city == stop.city
    ]
    if not stays:
        return None
    ceiling = {"comfortable": 5, "plain": 4, "cheapest": 0}[comfort]
    fitting = [(stars, stay) for stars, stay in stays if stars <= ceiling and stay.price <= most]
    if fitting:
        return max(fitting, key=lambda pair: (pair[0], -pair[1].price))[1]
    return min((stay for _, stay in stays), key=lambda stay: stay.price)


def find_events(stop: Stop) -> list[Event]:
    """What is on in a city during a stop, the day of leaving excepted."""
    return [e for e in events() if e.city == stop.city and stop.arrive <= e.on < stop.leave]


def choose_events(
    offered: Iterable[Event], interests: Sequence[str], travellers: int, most: Decimal
) -> list[Event]:
    """At most one event a day that together cost `most` at most, in order of days.

    Themes of interest come first, in their order; then what is cheaper.
    """
    rank = {theme: place for place, theme in enumerate(interests)}
    by_worth = sorted(offered, key=lambda e: (rank.get(e.theme, len(rank)), e.price, e.title))
    chosen: list[Event] = []
    left = most
    for event in by_worth:
        price = event.price * travellers
        if price <= left and event.on not in {other.on for other in chosen}:
            chosen.append(event)
            left -= price
    return sorted(chosen, key=lambda event: event.on)


@functools.cache
def trains() -> list[Train]:
    """The timetable; it is the same on every day."""
    with (DATA / "trains.csv").open(encoding="utf-8", newline="") as file:
        return TypeAdapter(list[Train]).validate_python(list(csv.DictReader(file)))


@functools.cache
def hotels() -> list[Hotel]:
    return TypeAdapter(list[Hotel]).validate_json((DATA / "hotels.json").read_bytes())


@functools.cache
def events() -> list[Event]:
    return TypeAdapter(list[Event]).validate_json((DATA / "events.json").read_bytes())
