"""Recorded steps where something fails: tries again, errors that are caught, late results, a journal that is away."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Retry,
    agent,
    run_graph,
    tool,
)
from agentgraph.call.errors import CallAbandonedError
from agentgraph.errors import ResumeError
from agentgraph.remember.ports import Memory
from tests.unit.call.recording import (
    Driven,
    Number,
    Shown,
    World,
    journal_of,
    new_memory,
    one,
    places,
)
from tests.unit.call.test_steps import Order, buy

SOON = Retry(attempts=3, wait=0.001, jitter=0)


@pytest.fixture
def memory() -> Memory:
    return new_memory()


@pytest.fixture(params=["blocking", "awaited"])
def driven(request: pytest.FixtureRequest) -> Driven:
    return Driven(awaited=request.param == "awaited")


def test_retries_reuse_what_succeeded_and_try_what_failed(driven: Driven, memory: Memory) -> None:
    @tool
    def flaky(ctx: Context[World], number: int) -> int:
        ctx.context.do(("flaky", ctx.idempotency_key))
        if len(ctx.context.done) < 3:
            raise ConnectionError("not yet")
        return number

    @agent(writes="shown", tools=[buy, flaky], retry=SOON)
    def body(ctx: Context[World], n: int) -> str:
        buy(n)
        made = flaky(n)
        ctx.context.pass_by("end")
        return f"{made} at {ctx.attempt}"

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    driven.cut_off(driven.run, graph, {"n": 1}, **how)
    assert [what[0] for what in world.done] == ["buy", "flaky", "flaky"]
    assert world.done[1] == world.done[2], "one key over the retries"
    kept = [(record.name, record.attempt, record.error) for record in journal_of(memory).kept()]
    assert [one[:2] for one in kept] == [("buy", 1), ("flaky", 1), ("flaky", 2)]
    assert (kept[1][2] or {})["type"] == "builtins:ConnectionError"
    world.dies_at = ""
    assert driven.resume(graph, **how).output == {"shown": "1 at 2"}, "it fails as it had failed"
    assert len(world.done) == 3


class DeclinedError(Exception):
    def __init__(self, card: str, amount: int) -> None:
        self.card, self.amount = card, amount
        super().__init__(f"{card} declined {amount}")


def test_an_error_that_a_body_caught_is_raised_again_with_its_state(
    driven: Driven, memory: Memory
) -> None:
    @tool
    def charge(ctx: Context[World], card: str, amount: int) -> str:
        ctx.context.do(("charge", card))
        if card == "a":
            raise DeclinedError(card, amount)
        return card

    @agent(writes="shown", tools=[charge])
    def body(ctx: Context[World], n: int) -> str:
        try:
            card = charge("a", n)
        except DeclinedError as declined:
            card = charge("b", declined.amount)
        ctx.context.pass_by("end")
        return card

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    driven.cut_off(driven.run, graph, {"n": 1}, **how)
    world.dies_at = ""
    assert driven.resume(graph, **how).output == {"shown": "b"}
    assert world.done == [("charge", "a"), ("charge", "b")]


def test_a_call_that_failed_for_good_tries_again_what_failed_when_it_is_gone_on_with(
    driven: Driven, memory: Memory
) -> None:
    @tool
    def deliver(ctx: Context[World], number: int) -> str:
        ctx.context.do("deliver")
        ctx.context.pass_by("deliver")
        return "delivered"

    @agent(writes="shown", tools=[buy, deliver])
    def body(ctx: Context[World], n: int) -> str:
        buy(n)
        try:
            return deliver(n)
        except ValueError:
            ctx.step("complain", ctx.context.do, "complain")
            raise

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.fails = {"deliver"}
    with pytest.raises(ValueError, match="deliver"):
        driven.run(graph, {"n": 1}, **how)
    with pytest.raises(ValueError, match="deliver"):
        driven.resume(graph, **how)
    world.fails = set()
    assert driven.resume(graph, **how).output == {"shown": "delivered"}
    told = [what if isinstance(what, str) else what[0] for what in world.done]
    assert told == ["buy", "deliver", "complain", "deliver", "deliver"]
    assert {record.round for record in journal_of(memory).kept()} == {1, 2, 3}


def test_fallbacks_have_steps_of_their_own_and_share_tools(driven: Driven, memory: Memory) -> None:
    def spare(ctx: Context[World], n: int) -> str:
        made = buy(n).number
        text = ctx.step("same", ctx.context.do, "spare")
        ctx.context.pass_by("end")
        return f"{made} {text}"

    @agent(writes="shown", tools=[buy], fallback=spare)
    def body(ctx: Context[World], n: int) -> str:
        buy(n)
        ctx.step("same", ctx.context.do, "own")
        raise OSError("gives up")

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    driven.cut_off(driven.run, graph, {"n": 1}, **how)
    world.dies_at = ""
    assert driven.resume(graph, **how).output == {"shown": "1 spare"}
    assert [what if isinstance(what, str) else what[0] for what in world.done] == [
        "buy",
        "own",
        "spare",
    ]


def test_a_late_result_of_an_attempt_that_is_over_is_refused(memory: Memory) -> None:
    let_go, ended = threading.Event(), threading.Event()
    outcome: list[BaseException] = []

    @tool
    def slow(ctx: Context[World], number: int) -> int:
        ctx.context.do("slow")
        if len(ctx.context.done) == 1:
            let_go.wait(30)
        return number

    @agent(writes="shown", tools=[slow], timeout=0.05, retry=Retry(attempts=2, wait=0))
    def body(ctx: Context[World], n: int) -> str:
        try:
            return str(slow(n) + ctx.attempt)
        except BaseException as error:
            outcome.append(error)
            ended.set()
            raise

    world = World()
    done = run_graph(one(body, context=World), {"n": 1}, thread="t", memory=memory, context=world)
    assert done.output == {"shown": "3"}
    let_go.set()
    assert ended.wait(30)
    (late,) = outcome
    assert isinstance(late, CallAbandonedError)
    assert [record.attempt for record in journal_of(memory).kept()] == [2]
    assert world.done == ["slow", "slow"]


def test_nothing_is_asked_of_a_context_whose_attempt_is_over(memory: Memory) -> None:
    contexts: list[Context[Any]] = []

    @agent(writes="shown")
    def body(ctx: Context[Any], n: int) -> str:
        contexts.append(ctx)
        return "done"

    run_graph(one(body), {"n": 1}, thread="t", memory=memory)
    for ask in (contexts[0].now, contexts[0].random, lambda: contexts[0].step("s", int)):
        with pytest.raises(CallAbandonedError):
            ask()
    assert journal_of(memory).kept() == []


def test_of_two_runs_of_one_call_the_first_writer_wins(memory: Memory) -> None:
    journal = journal_of(memory)

    @agent(writes="shown")
    def body(ctx: Context[World], n: int) -> str:
        def told(who: str) -> str:
            return f"told by {who}"

        def race(number: int) -> str:
            if not ctx.context.done:
                ctx.context.do("raced")  # the other one records while this one still works
                other = run_graph(graph, {"n": 5}, thread="u", memory=memory, context=ctx.context)
                assert other.output == {"shown": "told by it"}
                (key,) = [key for at, key in places(journal) if at[0] == "u"]
                ((_, place),) = {at for at, _ in places(journal) if at[0] == "u"}
                payload = journal.read("u", place)[key]
                mine = next(iter(journal.get_runs("t")))
                ours = place.replace(next(iter(journal.get_runs("u"))), mine)
                journal.record("t", ours, key, payload)
                return told("me")
            return told("it")

        return ctx.step("race", race, 1)

    graph = one(body, context=World)
    done = run_graph(graph, {"n": 5}, thread="t", memory=memory, context=World())
    assert done.output == {"shown": "told by it"}


def test_a_journal_that_fails_ends_the_run_whatever_the_body_catches(
    driven: Driven, memory: Memory
) -> None:
    journal = journal_of(memory)

    class LostError(Exception):
        pass

    def spare(n: int) -> str:
        return "spare"

    @agent(writes="shown", retry=SOON, fallback=spare)
    def body(ctx: Context[World], n: int) -> str:
        if not ctx.context.done:
            journal.broken = LostError(ctx.context.do("breaks") and "no route")
        try:
            return ctx.step("s", str, n)
        except Exception:
            return "caught"

    @agent(writes="shown")
    def instead(n: int) -> str:
        return "instead"

    graph = Graph(
        "one",
        input=Number,
        output=Shown,
        edges=[
            Edge(START, body),
            Edge(body, END),
            Edge(body, instead, on_failure=True),
            Edge(instead, END),
        ],
    )
    world = World()
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    with pytest.raises(LostError, match="no route"):
        driven.run(graph, {"n": 1}, **how)
    assert world.done == ["breaks"]
    journal.broken = None
    assert driven.resume(graph, **how).output == {"shown": "1"}


def test_a_record_in_a_newer_form_or_of_another_type_is_refused_with_its_name(
    memory: Memory,
) -> None:
    kinds: list[Any] = [int]

    @agent(writes="shown")
    def body(ctx: Context[World], n: int) -> str:
        def made(number: int):
            return number

        made.__annotations__["return"] = kinds[-1]
        text = ctx.step("made", made, n)
        ctx.context.pass_by("end")
        return str(text)

    world, graph = World(), one(body, context=World)
    how: dict[str, Any] = {"thread": "t", "memory": memory, "context": world}
    world.dies_at = "end"
    Driven(awaited=False).cut_off(run_graph, graph, {"n": 1}, **how)
    world.dies_at = ""
    kinds.append(Order)
    with pytest.raises(
        ResumeError, match=r"was recorded does not fit what the step gives now: body made"
    ):
        Driven(awaited=False).resume(graph, **how)
    journal = journal_of(memory)
    ((at, key),) = places(journal)
    good = journal._steps[at][key]
    for bad, said in ((good.replace(b'"v":1', b'"v":9'), "newer agentgraph"), (b"{", "not JSON")):
        journal._steps[at][key] = bad
        with pytest.raises(ResumeError, match=said):
            Driven(awaited=False).resume(graph, **how)
    journal._steps[at][key] = good
    kinds.append(int)
    assert Driven(awaited=False).resume(graph, **how).output == {"shown": "1"}
