"""Correct graphs with people and turns: approvals, queues, chats. Nothing is to be said."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import BaseModel

from agentgraph import (
    END,
    START,
    Budget,
    Edge,
    Graph,
    Message,
    Route,
    agent,
    append,
    by_person,
    field,
    kept,
    tool,
    upsert,
)
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="reply")
def answer(query: str) -> str:
    return query


@agent(writes="reply")
def apologise(query: str) -> str:
    return "sorry"


def said(graph: Graph) -> list[str]:
    return [str(finding) for finding in check_graph(graph)]


class Refund(BaseModel):
    order_id: str
    amount: float


@tool(idempotent=True, timeout=2)
def pay_back(order_id: str, amount: float) -> str:
    return f"{order_id} {amount}"


def test_a_person_approves_before_the_effect() -> None:
    @agent(writes="refund")
    def propose(query: str) -> Refund:
        return Refund(order_id=query, amount=1)

    @agent(asks="Pay this back?", writes="approved")
    def approve(refund: Refund) -> bool:
        return by_person()

    @agent(writes="reply", tools=[pay_back])
    def carry_out(refund: Refund) -> str:
        return pay_back(refund.order_id, refund.amount)

    graph = Graph(
        "refund",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, propose),
            Edge(propose, approve),
            Route(approve, on="approved", to={True: carry_out, False: apologise}),
            Edge(carry_out, END),
            Edge(apologise, END),
        ],
    )
    assert said(graph) == []


def test_a_person_corrects_until_it_is_right() -> None:
    class Opinion(TypedDict):
        fine: bool
        wish: NotRequired[str]

    @agent(writes="draft")
    def write(query: str, wish: str = "") -> str:
        return query + wish

    @agent(asks="Is this right?")
    def review(draft: str) -> Opinion:
        return by_person()

    @agent(writes="reply")
    def send(draft: str) -> str:
        return draft

    graph = Graph(
        "letter",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, write),
            Edge(write, review),
            Route(review, on="fine", to={True: send, False: write}),
            Edge(send, END),
        ],
    )
    assert said(graph) == []


class Talk(TypedDict, total=False):
    messages: Annotated[list[Message], upsert, kept]
    reply: str


class Said(TypedDict):
    messages: list[Message]


def test_a_chat_remembers_what_was_said() -> None:
    class Turn(TypedDict):
        messages: list[Message]
        reply: str

    @agent
    def respond(messages: list[Message]) -> Turn:
        reply = f"{len(messages)} so far"
        return {"messages": [Message(role="assistant", content=reply)], "reply": reply}

    graph = Graph(
        "chat",
        input=Said,
        output=Reply,
        state=Talk,
        edges=[Edge(START, respond), Edge(respond, END)],
    )
    assert said(graph) == []


def test_a_counter_goes_on_over_the_turns() -> None:
    class Counted(BaseModel):
        query: str
        turns: Annotated[int, kept] = 0
        reply: str

    @agent(writes="turns")
    def count(turns: int) -> int:
        return turns + 1

    @agent(writes="reply")
    def greet(query: str, turns: int) -> str:
        return query if turns > 1 else "welcome"

    graph = Graph(
        "greeting",
        input=Query,
        output=Reply,
        state=Counted,
        edges=[Edge(START, count), Edge(count, greet), Edge(greet, END)],
    )
    assert said(graph) == []


def test_a_profile_is_asked_for_once_and_known_from_then_on() -> None:
    class State(TypedDict, total=False):
        query: str
        name: Annotated[str, kept]
        reply: str

    @agent(asks="What is your name?", writes="name")
    def ask_name() -> str:
        return by_person()

    @agent(writes="reply")
    def greet(query: str, name: str) -> str:
        return name + query

    graph = Graph(
        "profile",
        input=Query,
        output=Reply,
        state=State,
        edges=[
            Route(START, cases=[(field("name").present, greet)], otherwise=ask_name),
            Edge(ask_name, greet),
            Edge(greet, END),
        ],
    )
    assert said(graph) == []


def test_a_field_for_the_page_may_be_read_by_nobody_within() -> None:
    class Progress(TypedDict):
        draft: str
        percent: int

    @agent
    def write(query: str) -> Progress:
        return {"draft": query, "percent": 50}

    @agent(writes="reply")
    def publish(draft: str) -> str:
        return draft

    graph = Graph(
        "page",
        input=Query,
        output=Reply,
        edges=[Edge(START, write), Edge(write, publish), Edge(publish, END)],
    )
    assert said(graph) == []


def test_a_queue_is_worked_off_one_by_one() -> None:
    class Work(TypedDict):
        todo: list[str]

    class Taken(TypedDict):
        more: bool
        todo: list[str]
        current: NotRequired[str]

    class State(TypedDict, total=False):
        todo: list[str]
        more: bool
        current: str
        done: Annotated[list[str], append]
        reply: str

    @agent
    def take(todo: list[str]) -> Taken:
        if not todo:
            return {"more": False, "todo": []}
        return {"more": True, "todo": todo[1:], "current": todo[0]}

    @agent(writes="done")
    def work(current: str = "") -> list[str]:
        return [current]

    @agent(writes="reply")
    def tell(done: list[str]) -> str:
        return ", ".join(done)

    graph = Graph(
        "queue",
        input=Work,
        output=Reply,
        state=State,
        budget=Budget(steps=100),
        edges=[
            Edge(START, take),
            Route(take, on="more", to={True: work, False: tell}),
            Edge(work, take),
            Edge(tell, END),
        ],
    )
    assert said(graph) == []


def test_a_field_is_refined_by_who_comes_later() -> None:
    class Level(TypedDict):
        urgency: Literal["low", "high"]

    @agent
    def triage(query: str) -> Level:
        return {"urgency": "low"}

    @agent(writes="urgency")
    def escalate(query: str) -> Literal["high"]:
        return "high"

    @agent(writes="reply")
    def hurry(urgency: Literal["high"]) -> str:
        return urgency

    graph = Graph(
        "urgent",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, triage),
            Route(triage, on="urgency", to={"low": escalate, "high": hurry}),
            Edge(escalate, hurry),
            Edge(hurry, END),
        ],
    )
    assert said(graph) == []
