"""The travel example end to end: one purse, a person's word, booking once, letting go."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from agentgraph import compile_graph
from graphs.agency.agency import Agency
from graphs.agency.ledger import Ledger
from graphs.travel_parts import entertainment, lodging, transport
from graphs.travel_planner import graph

TRIP: dict[str, Any] = {
    "origin": "Berlin",
    "cities": ["Prague", "Vienna"],
    "start": "2027-05-07",
    "nights": 2,
    "travellers": 2,
    "budget": "900",
    "interests": ["music", "art"],
}
CONFIG: RunnableConfig = {"configurable": {"thread_id": "spring"}}


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    return Agency(file=tmp_path / "agency.db", refusing=False)


def asked(compiled: Any, agency: Agency, trip: dict[str, Any]) -> Any:
    """What the person is shown."""
    compiled.invoke(trip, CONFIG, context=agency)
    (interrupt,) = compiled.get_state(CONFIG).interrupts
    return interrupt.value


def test_a_trip_waits_for_a_person_and_is_booked_once(agency: Agency) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    question = asked(compiled, agency, TRIP)
    assert question["asks"] == "Shall this trip be booked?"
    assert Decimal(question["shown"]["itinerary"]["total"]) <= 900
    assert agency.ledger.count_bookings() == 0
    trip = compiled.invoke(Command(resume={"approved": True}), CONFIG, context=agency)
    assert trip["outcome"] == "booked"
    assert trip["booking_id"] in trip["summary"]
    assert agency.ledger.count_bookings() == 1
    assert [stay["stop"]["city"] for stay in trip["itinerary"]["stays"]] == ["Prague", "Vienna"]
    ways = [(t["leg"]["start"], t["leg"]["end"]) for t in trip["itinerary"]["tickets"]]
    assert ways == [("Berlin", "Prague"), ("Prague", "Vienna"), ("Vienna", "Berlin")]


def test_a_no_lets_the_hold_go(agency: Agency) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    asked(compiled, agency, TRIP)
    hold = compiled.get_state(CONFIG).values["hold_id"]
    assert agency.ledger.state(hold) == "held"
    answer = {"approved": False, "note": "too many trains"}
    trip = compiled.invoke(Command(resume=answer), CONFIG, context=agency)
    assert (trip["outcome"], trip["booking_id"]) == ("not_approved", None)
    assert "too many trains" in trip["summary"]
    assert agency.ledger.state(hold) == "released"


def test_a_booking_that_fails_lets_the_hold_go(agency: Agency) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    asked(compiled, agency, TRIP)
    hold = compiled.get_state(CONFIG).values["hold_id"]
    closed = Agency(file=agency.file, refusing=True)
    trip = compiled.invoke(Command(resume={"approved": True}), CONFIG, context=closed)
    assert (trip["outcome"], trip["booking_id"]) == ("booking_failed", None)
    assert agency.ledger.state(hold) == "released"
    assert agency.ledger.count_bookings() == 0


class Deaf(Ledger):
    """Books, but its first answer never comes: `lost` is raised in its place."""

    def __init__(self, path: Path, lost: BaseException) -> None:
        super().__init__(path)
        self.lost: BaseException | None = lost

    def book(self, hold_id: str, *, key: str) -> str:
        booking_id = super().book(hold_id, key=key)
        lost, self.lost = self.lost, None
        if lost is not None:
            raise lost
        return booking_id


class PowerCutError(BaseException):
    """The process ends here, for all that the run can tell."""


def test_a_crash_after_booking_books_once(agency: Agency) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    asked(compiled, agency, TRIP)
    agency.ledger = Deaf(agency.file, PowerCutError())
    with pytest.raises(PowerCutError):
        compiled.invoke(Command(resume={"approved": True}), CONFIG, context=agency)
    assert agency.ledger.count_bookings() == 1
    trip = compiled.invoke(None, CONFIG, context=agency)
    assert trip["outcome"] == "booked"
    assert agency.ledger.count_bookings() == 1


def test_a_booking_whose_answer_was_lost_is_not_denied(agency: Agency) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    asked(compiled, agency, TRIP)
    agency.ledger = Deaf(agency.file, ConnectionError("the line went dead"))
    trip = compiled.invoke(Command(resume={"approved": True}), CONFIG, context=agency)
    assert trip["outcome"] == "booked"
    assert agency.ledger.count_bookings() == 1


def test_a_wrong_answer_is_refused_and_can_be_given_again(agency: Agency) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    asked(compiled, agency, TRIP)
    compiled.invoke(Command(resume={"approved": "perhaps"}), CONFIG, context=agency)
    (again,) = compiled.get_state(CONFIG).interrupts
    assert again.value["problems"]
    trip = compiled.invoke(Command(resume={"approved": True}), CONFIG, context=agency)
    assert trip["outcome"] == "booked"


@pytest.mark.parametrize(("budget", "comfort"), [("900", "plain"), ("420", "cheapest")])
def test_a_dear_trip_is_planned_again_more_modestly(
    agency: Agency, budget: str, comfort: str
) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    shown = asked(compiled, agency, {**TRIP, "budget": budget})["shown"]
    assert Decimal(shown["itinerary"]["total"]) <= Decimal(budget)
    assert compiled.get_state(CONFIG).values["comfort"] in (comfort, "comfortable")


def test_a_trip_beyond_the_purse_is_declined_with_nothing_held(agency: Agency) -> None:
    trip = compile_graph(graph).invoke({**TRIP, "budget": "90"}, context=agency)
    assert (trip["outcome"], trip["booking_id"]) == ("too_dear", None)
    assert not agency.file.exists()


def test_a_trip_to_nowhere_is_impossible(agency: Agency) -> None:
    trip = compile_graph(graph).invoke({**TRIP, "cities": ["Atlantis"]}, context=agency)
    assert trip["outcome"] == "impossible"
    assert "Atlantis" in trip["summary"]


def test_each_part_runs_alone_and_an_empty_map_is_no_trouble() -> None:
    common = {"travellers": 2, "comfort": "plain"}
    tickets = compile_graph(transport).invoke({**common, "legs": [], "transport_budget": "100"})
    assert tickets == {"tickets": [], "transport_cost": "0", "transport_gaps": []}
    stop = {"city": "Prague", "arrive": "2027-05-07", "nights": 2}
    stays = compile_graph(lodging).invoke({**common, "stops": [stop], "lodging_budget": "300"})
    assert stays["lodging_cost"] == "236.00"
    found = compile_graph(entertainment).invoke(
        {"stops": [stop], "travellers": 1, "interests": [], "entertainment_budget": "0"}
    )
    assert [event["price"] for event in found["events"]] == ["0.00"]


def test_the_hold_carries_the_total(agency: Agency) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    question = asked(compiled, agency, TRIP)
    ledger = Ledger(agency.file)
    hold = compiled.get_state(CONFIG).values["hold_id"]
    assert ledger.hold(Decimal(0), key="another") != hold
    assert question["shown"]["itinerary"]["total"] == "768.60"
