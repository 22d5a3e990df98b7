"""Answers that are given again: fresh ones, those of equal calls under way, and stale ones in need."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Cache,
    Context,
    Edge,
    Graph,
    Retry,
    Value,
    agent,
    arun_graph,
    by_model,
    by_person,
    compile_graph,
    run_graph,
    tool,
)
from agentgraph.call.answers import LIBRARY, Answer, Answers
from agentgraph.errors import DeclarationError
from agentgraph.observe.events import CacheAnswered, Event


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


class Point(BaseModel):
    at: list[int]


def one(agent: Any, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


class Time:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(Answers.__init__, "__defaults__", (clock,))
    return clock


def runs(graph: Graph, n: int, awaited: bool, **options: Any) -> Any:
    if awaited:
        return asyncio.run(arun_graph(graph, {"n": n}, **options)).output
    return run_graph(graph, {"n": n}, **options).output


@pytest.mark.parametrize("awaited", [False, True])
def test_an_agents_answer_is_given_again_while_it_is_fresh(time: Time, awaited: bool) -> None:
    asked: list[int] = []

    @agent(writes="shown", cache=Cache(ttl=10))
    def ask(n: int) -> str:
        asked.append(n)
        return f"{n} at {time.now:g}"

    seen: list[Event] = []
    assert runs(one(ask), 1, awaited) == {"shown": "1 at 0"}
    time.now = 9.0
    assert runs(one(ask), 1, awaited, sink=seen.append) == {"shown": "1 at 0"}
    assert runs(one(ask), 2, awaited) == {"shown": "2 at 9"}
    time.now = 10.0
    assert runs(one(ask), 1, awaited) == {"shown": "1 at 10"}
    assert asked == [1, 2, 1]
    (told,) = [event for event in seen if isinstance(event, CacheAnswered)]
    assert (told.agent, told.age, told.stale, told.tool) == ("ask", 9.0, False, None)


def test_a_tools_result_comes_back_typed_and_untouched(time: Time) -> None:
    asked: list[int] = []

    @tool(read_only=True, cache=Cache(ttl=10))
    def look(n: int, more: str = "") -> Point:
        asked.append(n)
        return Point(at=[n])

    @agent(writes="shown", tools=[look])
    def ask(n: int) -> str:
        first = look(n)
        first.at.append(99)  # mine: nobody else's
        return f"{first.at} {look(n).at} {look(n, more='x').at}"

    seen: list[Event] = []
    assert run_graph(one(ask), {"n": 1}, sink=seen.append).output == {"shown": "[1, 99] [1] [1]"}
    assert asked == [1, 1]
    assert [event.tool for event in seen if isinstance(event, CacheAnswered)] == ["look"]
    assert look(1) == look(1)  # outside a run it is its function
    assert len(asked) == 4


def test_a_stale_answer_stands_in_for_an_error_and_not_for_ever(time: Time) -> None:
    down: list[bool] = []

    @agent(
        writes="shown",
        cache=Cache(ttl=10, stale_if_error=20),
        retry=Retry(attempts=2, wait=0, jitter=0),
        fallback=Value("fallback"),
    )
    def ask(n: int) -> str:
        if down:
            down.append(True)
            raise OSError("down")
        return "known"

    graph = one(ask)
    assert run_graph(graph, {"n": 1}).output == {"shown": "known"}
    down.append(True)
    time.now = 29.0
    seen: list[Event] = []
    assert run_graph(graph, {"n": 1}, sink=seen.append).output == {"shown": "known"}
    assert len(down) == 3  # it was tried as often as ever
    (told,) = [event for event in seen if isinstance(event, CacheAnswered)]
    assert (told.age, told.stale, told.because) == (29.0, True, "OSError: down")
    assert run_graph(graph, {"n": 2}).output == {"shown": "fallback"}
    time.now = 30.0
    assert run_graph(graph, {"n": 1}).output == {"shown": "fallback"}


CALLS = 20


def test_equal_calls_at_the_same_time_pay_once_awaited() -> None:
    asked: list[int] = []
    go = asyncio.Event()

    @agent(writes="shown", cache=Cache(ttl=60))
    async def ask(n: int) -> str:
        asked.append(n)
        await go.wait()
        return "paid"

    async def all_of_them() -> list[Any]:
        compiled = compile_graph(one(ask))
        tasks = [asyncio.create_task(compiled.ainvoke({"n": n % 2})) for n in range(CALLS)]
        while len(asked) < 2:
            await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(all_of_them()) == [{"shown": "paid"}] * CALLS
    assert sorted(asked) == [0, 1]


def test_equal_calls_at_the_same_time_pay_once_in_threads() -> None:
    asked: list[int] = []
    go = threading.Event()

    @tool(read_only=True, cache=Cache(ttl=60))
    def look(n: int) -> str:
        asked.append(n)
        go.wait(10)
        return "paid"

    @agent(writes="shown", tools=[look])
    def ask(n: int) -> str:
        return look(n)

    compiled = compile_graph(one(ask))
    with ThreadPoolExecutor(CALLS) as threads:
        runs = [threads.submit(compiled.invoke, {"n": 1}) for _ in range(CALLS)]
        go.set()
        assert [run.result(30) for run in runs] == [{"shown": "paid"}] * CALLS
    assert asked == [1]


def test_equal_calls_share_an_error_too() -> None:
    asked: list[int] = []
    inside, go = threading.Event(), threading.Event()

    @agent(writes="shown", cache=Cache(ttl=60))
    def ask(n: int) -> str:
        asked.append(n)
        inside.set()
        go.wait(10)
        raise OSError("down")

    compiled = compile_graph(one(ask))
    answers = LIBRARY.here().answers(ask.implementation.function, Cache(ttl=60))
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(compiled.invoke, {"n": 1})
        assert inside.wait(10)
        (coming,) = answers._coming.values()
        second = threads.submit(compiled.invoke, {"n": 1})
        while not coming._waiters:  # it waits for the first one
            pass
        go.set()
        for run in (first, second):
            with pytest.raises(OSError, match="down") as failed:
                run.result(10)
            assert len([one for one in failed.value.__notes__ if one.startswith("in agent")]) == 1
    assert asked == [1]
    with pytest.raises(OSError, match="down"):  # and the next one asks anew
        compiled.invoke({"n": 1})
    assert asked == [1, 1]


@pytest.mark.anyio
async def test_where_who_asks_first_is_cancelled_another_asks() -> None:
    asked: list[int] = []
    inside, go = asyncio.Event(), asyncio.Event()

    @agent(writes="shown", cache=Cache(ttl=60))
    async def ask(n: int) -> str:
        asked.append(n)
        inside.set()
        await go.wait()
        return "paid"

    compiled = compile_graph(one(ask))
    first = asyncio.create_task(compiled.ainvoke({"n": 1}))
    await asyncio.wait_for(inside.wait(), 10)
    others = [asyncio.create_task(compiled.ainvoke({"n": 1})) for _ in range(3)]
    for _ in range(20):
        await asyncio.sleep(0)
    others[0].cancel()  # who waits and is cancelled takes nobody along
    first.cancel()
    go.set()
    assert await asyncio.wait_for(asyncio.gather(*others[1:]), 10) == [{"shown": "paid"}] * 2
    assert asked == [1, 1]
    for gone in (first, others[0]):
        with pytest.raises(asyncio.CancelledError):
            await gone


def test_so_many_are_kept_and_no_more() -> None:
    answers = Answers(Cache(ttl=10, size=2))
    for name in ("a", "b"):
        answers.look((name,))
        answers.end((name,), answers.made(name, ()))
    assert isinstance(answers.look(("a",)), Answer)  # used again: the newest now
    answers.look(("c",))
    answers.end(("c",), answers.made("c", ()))
    found = [isinstance(answers.look((name,)), Answer) for name in ("a", "b", "c")]
    assert found == [True, False, True]


def test_what_an_answer_depends_on_beside_its_arguments_tells_it_apart() -> None:
    @agent(writes="shown", cache=Cache(ttl=60))
    def ask(ctx: Context[list[str]], n: int) -> str:
        return ctx.context[0]

    ann, bob = ["ann"], ["bob"]
    for who in (ann, bob, ann):
        output = run_graph(one(ask, context=list), {"n": 1}, context=who).output
        assert output == {"shown": who[0]}

    @agent(writes="shown", prompt="Say {n}.", cache=Cache(ttl=60))
    def say(n: int) -> str:
        return by_model()

    first, second = (FakeListChatModel(responses=[name, "again"]) for name in ("one", "two"))
    for model, expected in ((first, "one"), (second, "two"), (first, "one")):
        output = run_graph(one(say), {"n": 1}, models={"default": model}).output
        assert output == {"shown": expected}


def test_answers_go_with_the_function_that_gave_them() -> None:
    def declared() -> Any:
        @agent(writes="shown", cache=Cache(ttl=60))
        def ask(n: int) -> str:
            return "known"

        return ask

    gc.collect()
    before = len(LIBRARY.here()._answers)
    made = declared()
    run_graph(one(made), {"n": 1})
    assert len(LIBRARY.here()._answers) == before + 1
    del made
    gc.collect()
    assert len(LIBRARY.here()._answers) == before


def test_only_what_reads_may_be_cached() -> None:
    @tool(cache=Cache(ttl=60))
    def write(n: int) -> str:
        return ""

    @tool(read_only=True, approval="Sure?", cache=Cache(ttl=60))
    def allowed(n: int) -> str:
        return ""

    @tool
    def effect(n: int) -> str:
        return ""

    @agent(writes="shown", tools=[effect], cache=Cache(ttl=0, stale_if_error=-1, size=0))
    def acts(n: int) -> str:
        return effect(n)

    @agent(writes="shown", asks="Well?", cache=Cache(ttl=60))
    def asks(n: int) -> str:
        return by_person()

    def problems(thing: Any) -> list[tuple[str, str]]:
        with pytest.raises(DeclarationError) as refused:
            _ = thing.spec
        return [(problem.where, problem.message) for problem in refused.value.problems]

    cannot = "its results cannot be given again: it"
    assert problems(write) == [("write.cache", f"{cannot} is not read_only")]
    assert problems(allowed) == [("allowed.cache", f"{cannot} asks a person")]
    cannot = "its answers cannot be given again:"
    assert problems(acts) == [
        ("acts.cache", "ttl=0 keeps no answer"),
        ("acts.cache", "stale_if_error=-1 is no span"),
        ("acts.cache", "size=0 keeps no answer"),
        ("acts.cache", f"{cannot} effect is not read_only"),
    ]
    assert problems(asks) == [("asks.cache", f"{cannot} it asks a person")]
