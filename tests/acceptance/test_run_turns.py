"""Turns of a thread: what fails and is gone on with, what is kept, what a key belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Message,
    agent,
    by_person,
    kept,
    open_memory,
    resume_graph,
    run_graph,
    upsert,
)
from agentgraph.errors import ResumeError
from agentgraph.remember.ports import Memory
from agentgraph.run.history import thread_history


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Number(TypedDict):
    n: int


class Switch:
    """Lets an agent fail until it is turned on, and counts who ran."""

    def __init__(self) -> None:
        self.on = False
        self.ran: list[str] = []
        self.keys: list[str] = []


@agent(writes="doubled")
def double(ctx: Context[Switch], n: int) -> int:
    ctx.context.ran.append("double")
    return 2 * n


@agent(writes="shown")
def show(ctx: Context[Switch], doubled: int) -> str:
    ctx.context.ran.append("show")
    ctx.context.keys.append(ctx.idempotency_key)
    if not ctx.context.on:
        raise ValueError("not yet")
    return str(doubled)


class Shown(TypedDict):
    shown: str


flaky = Graph(
    "flaky",
    input=Number,
    output=Shown,
    context=Switch,
    edges=[Edge(START, double), Edge(double, show), Edge(show, END)],
)


def test_a_failed_run_goes_on_where_it_failed(memory: Memory) -> None:
    switch = Switch()
    with pytest.raises(ValueError, match="not yet") as failed:
        run_graph(flaky, {"n": 4}, thread="t", memory=memory, context=switch)
    assert any("in agent show" in note for note in failed.value.__notes__)
    switch.on = True
    done = resume_graph(flaky, thread="t", memory=memory, context=switch)
    assert done.output == {"shown": "8"}
    assert switch.ran == ["double", "show", "show"]
    assert switch.keys[0] == switch.keys[1]


def test_an_idempotency_key_belongs_to_one_turn(memory: Memory) -> None:
    switch = Switch()
    switch.on = True
    for _ in range(2):
        run_graph(flaky, {"n": 4}, thread="t", memory=memory, context=switch)
    run_graph(flaky, {"n": 4}, thread="u", memory=memory, context=switch)
    run_graph(flaky, {"n": 4}, context=switch)
    run_graph(flaky, {"n": 4}, context=switch)
    assert len(set(switch.keys)) == 5


def test_an_abandoned_turns_keys_are_not_used_again(memory: Memory) -> None:
    """Step numbers start where the abandoned turn left off: they alone would repeat."""
    switch = Switch()
    for _ in range(3):
        with pytest.raises(ValueError, match="not yet"):
            run_graph(flaky, {"n": 4}, thread="t", memory=memory, context=switch, abandon=True)
    assert len(set(switch.keys)) == 3


def test_an_answer_where_nobody_waits_is_refused(memory: Memory) -> None:
    switch = Switch()
    with pytest.raises(ValueError, match="not yet"):
        run_graph(flaky, {"n": 1}, thread="t", memory=memory, context=switch)
    with pytest.raises(ResumeError, match="nothing waits"):
        resume_graph(flaky, {"x": 1}, thread="t", memory=memory, context=switch)


def test_the_history_tells_of_a_failure(memory: Memory) -> None:
    with pytest.raises(ValueError, match="not yet"):
        run_graph(flaky, {"n": 4}, thread="t", memory=memory, context=Switch())
    assert "not yet" in thread_history(memory, "t")[-1].failed[0]


@agent(asks="Second?", writes="b")
def second_judge() -> str:
    return by_person()


class Failing(TypedDict):
    shown: str
    b: str


mixed = Graph(
    "mixed",
    input=Number,
    output=Failing,
    context=Switch,
    edges=[
        Edge(START, double),
        Edge(double, show),
        Edge(double, second_judge),
        Edge([show, second_judge], END),
    ],
)


def test_what_failed_beside_a_question_is_tried_again_without_an_answer(memory: Memory) -> None:
    switch = Switch()
    with pytest.raises(ValueError, match="not yet"):
        run_graph(mixed, {"n": 4}, thread="t", memory=memory, context=switch)
    switch.on = True
    waiting = resume_graph(mixed, thread="t", memory=memory, context=switch)
    assert [question.agent for question in waiting.questions] == ["second_judge"]
    assert switch.ran == ["double", "show", "show"]
    done = resume_graph(mixed, "no", thread="t", memory=memory, context=switch)
    assert done.output == {"shown": "8", "b": "no"}
    assert switch.ran == ["double", "show", "show"]


class Talk(TypedDict):
    question: str


class Answer(TypedDict):
    answer: str
    seen: int


class TalkState(TypedDict, total=False):
    question: str
    fact: str
    answer: str
    seen: int
    messages: Annotated[list[Message], upsert, kept]


class Found(TypedDict, total=False):
    fact: str


@agent
def look(question: str) -> Found:
    return {"fact": "Rome"} if question == "capital" else {}


class Said(Answer):
    messages: list[Message]


@agent
def reply(question: str, messages: list[Message], fact: str = "nothing") -> Said:
    said = Message(role="user", content=question)
    return {"answer": fact, "seen": len(messages), "messages": [said]}


talk = Graph(
    "talk",
    input=Talk,
    output=Answer,
    state=TalkState,
    edges=[Edge(START, look), Edge(look, reply), Edge(reply, END)],
)


def test_a_new_turn_sees_nothing_of_the_last_but_what_is_kept(memory: Memory) -> None:
    first = run_graph(talk, {"question": "capital"}, thread="t", memory=memory)
    second = run_graph(talk, {"question": "weather"}, thread="t", memory=memory)
    third = run_graph(talk, {"question": "capital"}, thread="t", memory=memory)
    assert first.output == {"answer": "Rome", "seen": 0}
    assert second.output == {"answer": "nothing", "seen": 1}
    assert third.output == {"answer": "Rome", "seen": 2}
