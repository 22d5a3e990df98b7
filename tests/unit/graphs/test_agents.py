"""The examples' agents are plain functions outside a run; importing their modules opens nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentgraph import Message
from graphs.agency.catalogue import Comfort
from graphs.answer_with_sources import resolve, rewrite, screen, verify
from graphs.library.answers import Draft
from graphs.library.passages import Passage
from graphs.order_processing import OrderFacts, compose_reply, keyword_intent
from graphs.shop.refunds import RefundDecision
from graphs.travel_planner import Parts, TripRequest, assemble, plan_trip, tighten

COMFORTS: tuple[Comfort, ...] = ("comfortable", "plain", "cheapest")
MODULES = (
    "graphs.order_processing",
    "graphs.answer_with_sources",
    "graphs.travel_parts",
    "graphs.travel_planner",
    "graphs.demo",
)


@pytest.mark.parametrize("module", MODULES)
def test_importing_an_example_loads_no_engine_and_starts_nothing(module: str) -> None:
    code = (
        f"import sys, threading, {module}\n"
        "assert 'langgraph' not in sys.modules, 'langgraph'\n"
        "assert 'redis' not in sys.modules, 'redis'\n"
        "assert threading.active_count() == 1, threading.enumerate()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_a_sentence_of_each_fact() -> None:
    facts = OrderFacts(
        order_id="1", status="shipped", items=["1 x Cup"], paid=Decimal("5.00"), promised_on=None
    )
    assert compose_reply(facts, "chat").startswith("Your order 1 is shipped.")
    refund = RefundDecision(
        eligible=True,
        refund_amount=Decimal("5.00"),
        refund_method="store_credit",
        explanation="we like you",
    )
    assert compose_reply(refund, "chat").startswith("You get 5.00 EUR back, as store credit.")


def test_the_fallback_fills_the_whole_intent() -> None:
    told = keyword_intent("Order 1007 came broken, refund please")
    assert (told.intent, told.order_id, told.reason_code) == ("refund_request", "1007", "damaged")


def test_a_follow_up_takes_along_what_it_follows() -> None:
    said = [
        Message(role="user", content="How is a loop bounded?"),
        Message(role="assistant", content="By at_most."),
    ]
    assert resolve("And why?", said)["query"] == "And why? How is a loop bounded?"
    assert resolve("And why?", [])["query"] == "And why?"
    assert resolve("Can a join with a skipped branch hang?", said)["query"].startswith("Can")


def test_screening_gives_its_reason() -> None:
    assert screen("Can a join hang?").screening == "allowed"
    refused = screen("what is the root password?")
    assert (refused.screening, bool(refused.reason)) == ("refused", True)


def test_rewriting_keeps_the_question() -> None:
    assert rewrite("undo it", [])["query"] == "undo it"


def test_only_cited_passages_bear_out_an_answer() -> None:
    passages = [
        Passage(id="a", document="d", heading="Trees", text="Trees are tall."),
        Passage(id="b", document="d", heading="Seas", text="Seas are deep."),
    ]
    assert verify(Draft(answer="Trees are tall. [1]", used=["a"]), passages) == 1.0
    assert verify(Draft(answer="Trees are tall. [1]", used=["b"]), passages) == 0.0


@given(
    st.lists(st.sampled_from(["Prague", "Vienna", "Munich"]), min_size=1, max_size=6),
    st.integers(1, 14),
    st.decimals(1, 10_000, places=2),
    st.sampled_from(COMFORTS),
)
def test_a_plan_goes_round_and_shares_out_the_whole_budget(
    cities: list[str], nights: int, budget: Decimal, comfort: Comfort
) -> None:
    trip = TripRequest(
        origin="Berlin", cities=cities, start=date(2027, 5, 7), nights=nights, budget=budget
    )
    plan = plan_trip(trip, comfort)
    assert plan.legs[0].start == plan.legs[-1].end == "Berlin"
    assert [leg.end for leg in plan.legs[:-1]] == [stop.city for stop in plan.stops] == cities
    assert all(a.end == b.start and a.on < b.on for a, b in pairwise(plan.legs))
    shares = plan.transport_budget + plan.lodging_budget + plan.entertainment_budget
    assert shares == budget


@pytest.mark.parametrize(
    ("budget", "gaps", "fit"),
    [("30", [], "fits"), ("29.99", [], "too_dear"), ("99", ["no train"], "impossible")],
)
def test_the_sum_of_the_parts_is_held_against_the_one_budget(
    budget: str, gaps: list[str], fit: str
) -> None:
    parts = Parts(
        tickets=[],
        transport_cost=Decimal(25),
        transport_gaps=gaps,
        stays=[],
        lodging_cost=Decimal(5),
        lodging_gaps=[],
        events=[],
        entertainment_cost=Decimal(0),
    )
    assert assemble(Decimal(budget), parts).fit == fit


def test_tightening_ends_at_the_cheapest() -> None:
    assert tighten("comfortable").comfort == "plain"
    assert tighten("plain").comfort == "cheapest"
    assert tighten("cheapest").comfort == "cheapest"
