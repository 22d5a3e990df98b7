"""A thread from its first turn to its last: refused, waiting, answered, failed, gone on with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Map,
    Route,
    agent,
    aresume_graph,
    arun_graph,
    by_person,
    open_memory,
    resume_graph,
    run_graph,
)
from agentgraph.compile.graph import compile_graph
from agentgraph.errors import ContractViolation, ResumeError
from agentgraph.remember.ports import Memory
from agentgraph.run.history import thread_history


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Trip(BaseModel):
    city: str


class Approval(BaseModel):
    approved: bool
    limit: int = 100


class Booked(TypedDict):
    booking: str


@agent(writes="plan")
def draft(city: str) -> str:
    return f"three days in {city}"


@agent(asks="Approve this trip?")
def approve(plan: str) -> Approval:
    return by_person()


@agent(writes="booking")
def book(plan: str, limit: int) -> str:
    return f"{plan} for {limit}"


@agent(writes="booking")
def decline() -> str:
    return "none"


trip = Graph(
    "trip",
    version="1.0.0",
    input=Trip,
    output=Booked,
    edges=[
        Edge(START, draft),
        Edge(draft, approve),
        Route(approve, on="approved", to={True: book, False: decline}),
        Edge(book, END),
        Edge(decline, END),
    ],
)


def test_a_person_is_asked_answers_wrongly_is_told_and_answers_again(memory: Memory) -> None:
    waiting = run_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    assert waiting.status == "waiting"
    (question,) = waiting.questions
    assert (question.agent, question.asks) == ("approve", "Approve this trip?")
    assert question.shown == {"plan": "three days in Rome"}
    assert question.problems == ()
    assert isinstance(question.answer, dict)
    assert question.answer["properties"]["approved"] == {"type": "boolean"}

    again = resume_graph(trip, {"approved": "perhaps"}, thread="t", memory=memory)
    assert again.status == "waiting"
    (problem,) = again.questions[0].problems
    assert "$.approved" in problem

    asked = resume_graph(trip, thread="t", memory=memory)
    assert asked.questions[0].asks == "Approve this trip?"
    assert asked.questions[0].problems == again.questions[0].problems

    done = resume_graph(trip, {"approved": True, "limit": 7}, thread="t", memory=memory)
    assert done.status == "finished"
    assert done.output == {"booking": "three days in Rome for 7"}


def test_a_no_is_a_value_to_route_on(memory: Memory) -> None:
    run_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    done = resume_graph(trip, {"approved": False}, thread="t", memory=memory)
    assert done.output == {"booking": "none"}


def test_a_typed_answer_is_taken_as_json(memory: Memory) -> None:
    run_graph(trip, Trip(city="Oslo"), thread="t", memory=memory)
    done = resume_graph(trip, Approval(approved=True), thread="t", memory=memory)
    assert done.output == {"booking": "three days in Oslo for 100"}


def test_an_answer_without_json_form_is_refused_and_nothing_is_lost(memory: Memory) -> None:
    run_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    with pytest.raises(ContractViolation, match="JSON"):
        resume_graph(trip, {"approved": float("nan")}, thread="t", memory=memory)
    assert resume_graph(trip, thread="t", memory=memory).status == "waiting"


def test_new_input_on_unfinished_work_is_refused_unless_it_is_abandoned(memory: Memory) -> None:
    run_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    with pytest.raises(ResumeError) as refused:
        run_graph(trip, {"city": "Oslo"}, thread="t", memory=memory)
    assert "approve" in str(refused.value)
    assert "abandon" in str(refused.value)
    waiting = resume_graph(trip, thread="t", memory=memory)
    assert waiting.questions[0].shown == {"plan": "three days in Rome"}

    dropped = run_graph(trip, {"city": "Oslo"}, thread="t", memory=memory, abandon=True)
    assert dropped.questions[0].shown == {"plan": "three days in Oslo"}


def test_going_on_with_nothing_says_so(memory: Memory) -> None:
    with pytest.raises(ResumeError, match="there is no thread 'nobody'"):
        resume_graph(trip, thread="nobody", memory=memory)
    run_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    resume_graph(trip, {"approved": True}, thread="t", memory=memory)
    with pytest.raises(ResumeError, match="has finished"):
        resume_graph(trip, thread="t", memory=memory)
    with pytest.raises(ResumeError, match="has finished"):
        resume_graph(trip, {"approved": True}, thread="t", memory=memory)


def test_a_thread_needs_a_memory(memory: Memory) -> None:
    with pytest.raises(ResumeError, match="both thread= and memory="):
        run_graph(trip, {"city": "Rome"}, thread="t")
    with pytest.raises(ResumeError, match="both thread= and memory="):
        run_graph(trip, {"city": "Rome"}, memory=memory)


@pytest.mark.anyio
async def test_the_same_awaited(memory: Memory) -> None:
    waiting = await arun_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    assert waiting.status == "waiting"
    with pytest.raises(ResumeError, match="unfinished"):
        await arun_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    wrong = await aresume_graph(trip, 3, thread="t", memory=memory)
    assert wrong.questions[0].problems
    done = await aresume_graph(trip, {"approved": True}, thread="t", memory=memory)
    assert done.output == {"booking": "three days in Rome for 100"}
    with pytest.raises(ResumeError, match="there is no thread"):
        await aresume_graph(trip, thread="nobody", memory=memory)


class Pair(TypedDict):
    a: str
    b: str


@agent(asks="First?", writes="a")
def first_judge() -> str:
    return by_person()


@agent(asks="Second?", writes="b")
def second_judge() -> str:
    return by_person()


both = Graph(
    "both",
    output=Pair,
    edges=[
        Edge(START, first_judge),
        Edge(START, second_judge),
        Edge([first_judge, second_judge], END),
    ],
)


def test_several_people_are_asked_at_once_and_answer_one_by_one(memory: Memory) -> None:
    waiting = run_graph(both, {}, thread="t", memory=memory)
    assert {question.agent for question in waiting.questions} == {"first_judge", "second_judge"}
    with pytest.raises(ResumeError, match="several agents wait"):
        resume_graph(both, "yes", thread="t", memory=memory)
    with pytest.raises(ResumeError, match="'third_judge' waits for nothing"):
        resume_graph(both, {"third_judge": "yes"}, thread="t", memory=memory)
    half = resume_graph(both, {"second_judge": "no"}, thread="t", memory=memory)
    assert [question.agent for question in half.questions] == ["first_judge"]
    done = resume_graph(both, "yes", thread="t", memory=memory)
    assert done.output == {"a": "yes", "b": "no"}


class Cities(TypedDict):
    cities: list[str]


class Offers(TypedDict):
    offers: list[str]


@agent
def start_with(cities: list[str]) -> Cities:
    return {"cities": cities}


@agent(asks="How much?", writes="offer")
def ask_price(city: str) -> str:
    return by_person()


prices = Graph(
    "prices",
    input=Cities,
    output=Offers,
    edges=[
        Edge(START, start_with),
        Map(start_with, over="cities", each="city", to=ask_price, into="offers"),
        Edge(ask_price, END),
    ],
)


def test_one_question_per_element_of_a_map(memory: Memory) -> None:
    waiting = run_graph(prices, {"cities": ["Rome", "Oslo"]}, thread="t", memory=memory)
    assert [question.shown for question in waiting.questions] == [
        {"city": "Rome"},
        {"city": "Oslo"},
    ]
    half = resume_graph(prices, {"ask_price[1]": "low"}, thread="t", memory=memory)
    assert [question.shown for question in half.questions] == [{"city": "Rome"}]
    done = resume_graph(prices, "high", thread="t", memory=memory)
    assert done.output == {"offers": ["high", "low"]}


def test_questions_stand_in_the_order_in_which_answers_number_them(memory: Memory) -> None:
    cities = [f"city {number}" for number in range(12)]
    waiting = run_graph(prices, {"cities": cities}, thread="t", memory=memory)
    assert [question.shown["city"] for question in waiting.questions] == cities
    answers = {f"ask_price[{number}]": f"price {number}" for number in range(12)}
    done = resume_graph(prices, answers, thread="t", memory=memory)
    assert done.output == {"offers": [f"price {number}" for number in range(12)]}


def test_the_history_tells_what_ran_and_what_changed(memory: Memory) -> None:
    run_graph(trip, {"city": "Rome"}, thread="t", memory=memory)
    waiting = thread_history(memory, "t")[-1]
    assert waiting.waiting == ("Approve this trip?",)
    resume_graph(trip, {"approved": True}, thread="t", memory=memory)
    steps = thread_history(memory, "t")
    assert [step.ran for step in steps if step.ran] == [("draft",), ("approve",), ("book",)]
    assert steps[-1].changed == {"booking": "three days in Rome for 100"}
    assert {step.graph for step in steps} == {"trip"}
    assert {step.version for step in steps} == {"1.0.0"}
    with pytest.raises(ResumeError, match="there is no thread"):
        thread_history(memory, "nobody")


def test_the_history_names_the_target_of_a_map(memory: Memory) -> None:
    run_graph(prices, {"cities": ["Rome", "Oslo"]}, thread="t", memory=memory)
    answers = {"ask_price[0]": "a", "ask_price[1]": "b"}
    resume_graph(prices, answers, thread="t", memory=memory)
    ran = [step.ran for step in thread_history(memory, "t")]
    assert ("ask_price",) in ran


def test_langgraphs_own_face_does_the_same() -> None:
    app = compile_graph(trip, checkpointer=InMemorySaver())
    config: RunnableConfig = {"configurable": {"thread_id": "t"}}
    assert app.invoke({"city": "Rome"}, config)["__interrupt__"]
    assert app.get_state(config).next == ("approve",)
