"""The order example end to end: every labelled question, a slow carrier, two turns on a thread."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from agentgraph import Graph, agent, compile_graph, run_graph
from graphs import order_processing
from graphs.order_processing import Intent, graph
from graphs.shop.carrier import CarrierServer
from graphs.shop.intents import tell_intent
from graphs.shop.shop import Shop

LINES = (Path(order_processing.__file__).parent / "data" / "questions.jsonl").read_text("utf-8")
QUESTIONS = [json.loads(line) for line in LINES.splitlines()]
LABELS = {
    question["query"]: Intent(
        intent=question["intent"],
        order_id=question["order_id"],
        reason_code=question.get("reason_code", "changed_mind"),
    )
    for question in QUESTIONS
}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop(carrier=None) as shop:
        yield shop


@agent
def read_label(query: str) -> Intent:
    """The labelled intent, so that what follows is tested whatever the words say."""
    return LABELS[query]


@pytest.fixture(scope="module")
def labelled() -> Graph:
    return graph.replace(classify_intent=read_label)


def test_every_question_is_answered_with_the_expected_facts(labelled: Graph, shop: Shop) -> None:
    compiled = compile_graph(labelled)
    for question in QUESTIONS:
        asked = {"query": question["query"], "customer_id": question["customer_id"]}
        answer = compiled.invoke(asked, context=shop)
        found = {key: answer["facts"].get(key, "absent") for key in question["facts"]}
        assert found == question["facts"], question["query"]
        assert answer["intent"] == question["intent"]
        assert answer["reply"]


def test_without_a_model_the_words_decide(shop: Shop) -> None:
    compiled = compile_graph(graph)
    for question in QUESTIONS[::9]:
        asked = {"query": question["query"], "customer_id": question["customer_id"]}
        answer = compiled.invoke(asked, context=shop)
        assert answer["intent"] == tell_intent(question["query"])


def test_the_context_is_made_and_closed_where_none_is_given() -> None:
    result = run_graph(graph, {"query": "Where is my order 1001?", "customer_id": "C-17"})
    assert result.status == "finished"
    assert result.output is not None
    assert result.output["facts"]["paid"] == "208.40"
    assert "2026-11-23" in result.output["reply"]


def test_no_customer_sees_the_order_of_another(shop: Shop) -> None:
    compiled = compile_graph(graph)
    for query in ("status of order 1005", "I want a refund for 1005, it is broken", "track 1005"):
        answer = compiled.invoke({"query": query, "customer_id": "C-17"}, context=shop)
        said = json.dumps(answer)
        assert "129" not in said
        assert "Cologne" not in said
        assert "no such order" in answer["reply"]


@pytest.mark.parametrize("channel", ["email", "chat", "sms"])
def test_the_reply_suits_its_channel(shop: Shop, channel: str) -> None:
    asked = {"query": "Where is order 1001?", "customer_id": "C-17", "channel": channel}
    reply = compile_graph(graph).invoke(asked, context=shop)["reply"]
    assert reply.startswith("Hello,") == (channel == "email")
    assert channel != "sms" or len(reply) <= 160


def test_one_failure_of_the_carrier_is_retried() -> None:
    with CarrierServer(failures=1) as carrier, Shop(carrier=carrier.url) as shop:
        asked = {"query": "Where is my parcel?", "customer_id": "C-17"}
        answer = compile_graph(graph).invoke(asked, context=shop)
        assert answer["facts"]["live"] is True
        assert carrier.asked == ["NX-5501", "NX-5501"]


@pytest.mark.parametrize("mood", [{"delay": 30.0}, {"failures": 99}])
def test_a_carrier_that_stays_silent_is_stood_in_for(mood: dict[str, float]) -> None:
    began = time.monotonic()
    with CarrierServer() as carrier, Shop(carrier=carrier.url) as shop:
        carrier.mood = carrier.mood.model_copy(update=mood)
        asked = {"query": "Where is my parcel?", "customer_id": "C-17"}
        answer = compile_graph(graph).invoke(asked, context=shop)
    assert answer["facts"]["live"] is False
    assert "our own record" in answer["reply"]
    assert time.monotonic() - began < 10


def test_a_second_question_on_a_thread_sees_nothing_of_the_first(shop: Shop) -> None:
    compiled = compile_graph(graph, checkpointer=InMemorySaver())
    config: RunnableConfig = {"configurable": {"thread_id": "T"}}
    first = {"query": "My vase from order 1007 is broken, refund!", "customer_id": "C-42"}
    second = {"query": "What's the status of order #1004?", "customer_id": "C-21"}
    assert compiled.invoke(first, config, context=shop)["facts"]["eligible"] is True
    compiled.invoke(second, config, context=shop)
    after = compiled.get_state(config).values
    assert "days_since_delivery" not in after
    assert after["facts"]["status"] == "processing"
