"""Transport, lodging and entertainment: three small graphs that `travel_planner` puts together.

The lesson: a graph is its contract. Each takes its share of the money and gives what it found
and what that costs; how it searches is its own affair. `Map` searches all legs, or all stops,
at once.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Map, agent
from graphs.agency.catalogue import (
    Comfort,
    Event,
    Leg,
    Stay,
    Stop,
    Ticket,
    choose_events,
    find_events,
    find_stay,
    find_ticket,
)


class TransportRequest(BaseModel):
    legs: list[Leg]
    travellers: int
    comfort: Comfort
    transport_budget: Decimal


class TransportPlan(BaseModel):
    """`transport_gaps` names the legs on which no train goes."""

    tickets: list[Ticket]
    transport_cost: Decimal
    transport_gaps: list[str]


class LodgingRequest(BaseModel):
    stops: list[Stop]
    travellers: int
    comfort: Comfort
    lodging_budget: Decimal


class LodgingPlan(BaseModel):
    """`lodging_gaps` names the cities without a hotel."""

    stays: list[Stay]
    lodging_cost: Decimal
    lodging_gaps: list[str]


class EntertainmentRequest(BaseModel):
    stops: list[Stop]
    travellers: int
    interests: list[str]
    entertainment_budget: Decimal


class EntertainmentPlan(BaseModel):
    events: list[Event]
    entertainment_cost: Decimal


@agent(writes="ticket")
def search_train(
    leg: Leg, legs: list[Leg], comfort: Comfort, travellers: int, transport_budget: Decimal
) -> Ticket | None:
    """The ticket for one leg, within an equal part of the money for all of them."""
    return find_ticket(leg, comfort, travellers, transport_budget / len(legs))


@agent
def add_up_transport(legs: list[Leg], found: list[Ticket | None]) -> TransportPlan:
    """The tickets, their price, and the legs without one."""
    tickets = [ticket for ticket in found if ticket is not None]
    missing = [leg for leg, ticket in zip(legs, found, strict=True) if ticket is None]
    return TransportPlan(
        tickets=tickets,
        transport_cost=sum((ticket.price for ticket in tickets), Decimal(0)),
        transport_gaps=[f"no train from {leg.start} to {leg.end}" for leg in missing],
    )


@agent(writes="stay")
def search_hotel(
    stop: Stop, stops: list[Stop], comfort: Comfort, travellers: int, lodging_budget: Decimal
) -> Stay | None:
    """The stay for one stop, within an equal part of the money for all of them."""
    return find_stay(stop, comfort, travellers, lodging_budget / len(stops))


@agent
def add_up_lodging(stops: list[Stop], found: list[Stay | None]) -> LodgingPlan:
    """The stays, their price, and the cities without one."""
    stays = [stay for stay in found if stay is not None]
    missing = [stop for stop, stay in zip(stops, found, strict=True) if stay is None]
    return LodgingPlan(
        stays=stays,
        lodging_cost=sum((stay.price for stay in stays), Decimal(0)),
        lodging_gaps=[f"no hotel in {stop.city}" for stop in missing],
    )


@agent(writes="offer")
def search_events(stop: Stop) -> list[Event]:
    """What is on during one stop."""
    return find_events(stop)


@agent
def pick_events(
    found: list[list[Event]], interests: list[str], travellers: int, entertainment_budget: Decimal
) -> EntertainmentPlan:
    """One event a day, by interest, for all of the money together."""
    offered = [event for offer in found for event in offer]
    events = choose_events(offered, interests, travellers, entertainment_budget)
    cost = sum((event.price * travellers for event in events), Decimal(0))
    return EntertainmentPlan(events=events, entertainment_cost=cost)


transport = Graph(
    "transport",
    version="1.0.0",
    input=TransportRequest,
    output=TransportPlan,
    edges=[
        Map(START, over="legs", each="leg", to=search_train, into="found"),
        Edge(search_train, add_up_transport),
        Edge(add_up_transport, END),
    ],
)

lodging = Graph(
    "lodging",
    version="1.0.0",
    input=LodgingRequest,
    output=LodgingPlan,
    edges=[
        Map(START, over="stops", each="stop", to=search_hotel, into="found"),
        Edge(search_hotel, add_up_lodging),
        Edge(add_up_lodging, END),
    ],
)

entertainment = Graph(
    "entertainment",
    version="1.0.0",
    input=EntertainmentRequest,
    output=EntertainmentPlan,
    edges=[
        Map(START, over="stops", each="stop", to=search_events, into="found"),
        Edge(search_events, pick_events),
        Edge(pick_events, END),
    ],
)
