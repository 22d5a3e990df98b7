"""Plan a trip by train, ask whether it pleases, and book it.

The lesson: three graphs search side by side with one purse between them; a trip that is too
dear is planned again, more modestly, twice at most. A person decides before money moves. The
booking may be repeated after a crash without booking twice, and what was held is let go if the
person says no or the booking fails. A turn has a budget; what it is meant to take is held against
what each part is expected to.

    agentgraph run graphs/travel_planner.py --thread spring --input '{
        "origin": "Berlin", "cities": ["Prague", "Vienna"], "start": "2027-05-07",
        "nights": 2, "travellers": 2, "budget": "900", "interests": ["music", "art"]}'
    agentgraph run graphs/travel_planner.py --thread spring --resume '{"approved": true}'
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from agentgraph import (
    END,
    START,
    Budget,
    Context,
    Edge,
    Estimate,
    Fields,
    Graph,
    Objective,
    Retry,
    Route,
    agent,
    by_person,
    tool,
)
from graphs import travel_parts
from graphs.agency.agency import Agency
from graphs.agency.catalogue import Comfort, Event, Leg, Stay, Stop, Ticket

Outcome = Literal["booked", "not_approved", "booking_failed", "too_dear", "impossible"]

# Per cent of the budget for transport, lodging and entertainment. A part may cost more than its
# share if another leaves something over: only the sum is held against the budget.
_SHARES: dict[Comfort, tuple[int, int, int]] = {
    "comfortable": (40, 45, 15),
    "plain": (45, 45, 10),
    "cheapest": (50, 50, 0),
}


class TripRequest(BaseModel):
    """`nights` are spent in each of the cities; the trip ends where it began."""

    origin: str
    cities: Annotated[list[str], Field(min_length=1, max_length=6)]
    start: date
    nights: Annotated[int, Field(ge=1, le=14)] = 2
    travellers: Annotated[int, Field(ge=1, le=9)] = 1
    budget: Annotated[Decimal, Field(gt=0)]
    interests: list[str] = []


class Plan(BaseModel):
    """The legs and stops to search for, and how much of the budget each part may spend."""

    comfort: Comfort
    legs: list[Leg]
    stops: list[Stop]
    transport_budget: Decimal
    lodging_budget: Decimal
    entertainment_budget: Decimal


class Parts(BaseModel):
    """What the three graphs found, from as many fields of the state."""

    tickets: list[Ticket]
    transport_cost: Decimal
    transport_gaps: list[str]
    stays: list[Stay]
    lodging_cost: Decimal
    lodging_gaps: list[str]
    events: list[Event]
    entertainment_cost: Decimal


class Itinerary(BaseModel):
    tickets: list[Ticket]
    stays: list[Stay]
    events: list[Event]
    total: Decimal


class Assembly(BaseModel):
    """The trip as a whole, and what is to become of it."""

    itinerary: Itinerary
    fit: Literal["fits", "too_dear", "impossible"]
    problems: list[str]


class Tightened(BaseModel):
    comfort: Comfort


class Approval(BaseModel):
    """The person's answer."""

    approved: bool
    note: str = ""


class Ending(BaseModel):
    """`booking_id` is None where nothing was booked."""

    outcome: Outcome
    booking_id: str | None
    summary: str


class Trip(Ending):
    itinerary: Itinerary


@tool(
    open_world=False,
    destructive=False,
    idempotent=True,
    keyed=True,
    estimate=Estimate(p95=1),
    timeout=5,
)
def place_hold(ctx: Context[Agency], total: Decimal) -> str:
    """Keep seats and rooms for a while; the id of the hold."""
    return ctx.context.ledger.hold(total, key=ctx.idempotency_key)


@tool(
    destructive=True,
    idempotent=True,
    keyed=True,
    needs="booking-office",
    estimate=Estimate(p95=2),
    timeout=5,
    retry=Retry(attempts=2, on=("OSError",)),
)
def make_booking(ctx: Context[Agency], hold_id: str) -> str:
    """Book what is held; the id of the booking. Asked twice, it books once."""
    return ctx.context.ledger.book(hold_id, key=ctx.idempotency_key)


@tool(open_world=False, destructive=False, idempotent=True, timeout=5)
def end_hold(ctx: Context[Agency], hold_id: str) -> str | None:
    """Let go of what is held; the id of the booking, if it was booked after all."""
    return ctx.context.ledger.release(hold_id)


@agent
def plan_trip(trip: Fields[TripRequest], comfort: Comfort = "comfortable") -> Plan:
    """Which legs and stops the trip has, and what each part may cost; in comfort at first."""
    stops = [
        Stop(city=city, arrive=trip.start + timedelta(days=trip.nights * place), nights=trip.nights)
        for place, city in enumerate(trip.cities)
    ]
    days = [*(stop.arrive for stop in stops), stops[-1].leave]
    ways = zip([trip.origin, *trip.cities], [*trip.cities, trip.origin], days, strict=True)
    transport, lodging, entertainment = (trip.budget * part / 100 for part in _SHARES[comfort])
    return Plan(
        comfort=comfort,
        legs=[Leg(start=a, end=b, on=day) for a, b, day in ways],
        stops=stops,
        transport_budget=transport,
        lodging_budget=lodging,
        entertainment_budget=entertainment,
    )


@agent
def assemble(budget: Decimal, parts: Fields[Parts]) -> Assembly:
    """The three parts as one trip, and whether the one purse pays for it."""
    total = parts.transport_cost + parts.lodging_cost + parts.entertainment_cost
    gaps = parts.transport_gaps + parts.lodging_gaps
    return Assembly(
        itinerary=Itinerary(
            tickets=parts.tickets, stays=parts.stays, events=parts.events, total=total
        ),
        fit="impossible" if gaps else "fits" if total <= budget else "too_dear",
        problems=gaps or [f"it costs {total} of {budget}"],
    )


@agent
def tighten(comfort: Comfort) -> Tightened:
    """The next more modest way to travel."""
    return Tightened(comfort="plain" if comfort == "comfortable" else "cheapest")


@agent
def decline(fit: Literal["fits", "too_dear", "impossible"], problems: list[str]) -> Ending:
    """Why there is no such trip."""
    return Ending(
        outcome="impossible" if fit == "impossible" else "too_dear",
        booking_id=None,
        summary=f"No such trip: {', '.join(problems)}.",
    )


@agent(writes="hold_id", tools=[place_hold])
def hold_trip(itinerary: Itinerary) -> str:
    """Seats and rooms are kept until the person has decided."""
    return place_hold(itinerary.total)


@agent(asks="Shall this trip be booked?")
def approve(itinerary: Itinerary, budget: Decimal) -> Approval:  # noqa: ARG001  # the person reads them
    """A person's decision."""
    return by_person()


@agent(tools=[make_booking])
def book_trip(hold_id: str, itinerary: Itinerary) -> Ending:
    """The booking of what is held."""
    booking_id = make_booking(hold_id)
    return Ending(
        outcome="booked",
        booking_id=booking_id,
        summary=f"Booked as {booking_id} for {itinerary.total} EUR.",
    )


@agent(tools=[end_hold])
def release_hold(hold_id: str, approved: bool, note: str) -> Ending:
    """Nothing stays held: the person said no, or the booking failed.

    A booking can have been made although its answer never came: the ledger knows.
    """
    booking_id = end_hold(hold_id)
    if booking_id is not None:
        return Ending(outcome="booked", booking_id=booking_id, summary=f"Booked as {booking_id}.")
    why = "the booking failed" if approved else f"not approved{': ' + note if note else ''}"
    return Ending(
        outcome="booking_failed" if approved else "not_approved",
        booking_id=None,
        summary=f"Nothing is booked, and nothing is held: {why}.",
    )


graph = Graph(
    "travel_planner",
    version="1.0.0",
    input=TripRequest,
    output=Trip,
    context=Agency,
    budget=Budget(steps=20, seconds=60),
    objective=Objective(p95=5),
    edges=[
        Edge(START, plan_trip),
        Edge(plan_trip, travel_parts.transport),
        Edge(plan_trip, travel_parts.lodging),
        Edge(plan_trip, travel_parts.entertainment),
        Edge([travel_parts.transport, travel_parts.lodging, travel_parts.entertainment], assemble),
        Route(
            assemble, on="fit", to={"fits": hold_trip, "too_dear": tighten, "impossible": decline}
        ),
        Edge(tighten, plan_trip, at_most=2, otherwise=decline),
        Edge(hold_trip, approve),
        Route(approve, on="approved", to={True: book_trip, False: release_hold}),
        Edge(book_trip, release_hold, on_failure=True),
        Edge(book_trip, END),
        Edge(release_hold, END),
        Edge(decline, END),
    ],
)
