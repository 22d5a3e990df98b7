"""Tools inside a run: allowed, checked, approved, tried again, told apart."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Retry,
    agent,
    arun_graph,
    open_memory,
    resume_graph,
    run_graph,
    tool,
)
from agentgraph.call.drive import TimedOutError
from agentgraph.call.errors import CallAbandonedError, ToolDeniedError, ToolNotAllowedError
from agentgraph.errors import ContractViolation
from agentgraph.observe.events import Event, ToolRefused, ToolReturned
from agentgraph.remember.ports import Memory

SOON = Retry(attempts=3, wait=0.001, jitter=0)


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


class Order(BaseModel):
    number: int
    price: float = 1.0


def one(agent: Any, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


@tool(read_only=True)
def find(number: int, more: str = "") -> Order:
    return Order(number=number)


@tool
async def afind(ctx: Context[Any], number: int) -> Order:
    await asyncio.sleep(0)
    return Order(number=number, price=float(ctx.attempt))


def test_sync_and_async_bodies_call_sync_and_async_tools() -> None:
    @agent(writes="shown", tools=[find, afind])
    async def both(n: int) -> str:
        first, *rest = await asyncio.gather(afind(n), afind(n), afind(number=n + 1))
        return f"{find(n).number} {first.number} {rest[1].number}"

    @agent(writes="shown", tools=[find])
    def plain(n: int) -> str:
        return f"{find(n, more='x').number}"

    seen: list[Event] = []
    assert run_graph(one(both), {"n": 1}, sink=seen.append).output == {"shown": "1 1 2"}
    told = [(e.tool, e.status) for e in seen if isinstance(e, ToolReturned)]
    assert sorted(told) == [("afind", "ok")] * 3 + [("find", "ok")]
    assert asyncio.run(arun_graph(one(both), {"n": 1})).output == {"shown": "1 1 2"}
    assert asyncio.run(arun_graph(one(plain), {"n": 5})).output == {"shown": "5"}


def test_a_tool_that_is_not_on_the_list_is_refused_and_told() -> None:
    @tool(name="find")
    def other(number: int) -> Order:
        return Order(number=-number)

    @agent(writes="shown", tools=[afind])
    def sneaks(n: int) -> str:
        return str(find(n))  # agentgraph: ignore[AG601]

    @agent(writes="shown", tools=[find])
    def disguises(n: int) -> str:
        return str(other(n))  # agentgraph: ignore[AG601]

    for body in (sneaks, disguises):
        seen: list[Event] = []
        with pytest.raises(ToolNotAllowedError, match=f"{body.spec.name} may not call find"):
            run_graph(one(body), {"n": 1}, sink=seen.append)
        assert [event.tool for event in seen if isinstance(event, ToolRefused)] == ["find"]
    assert find(1).number == 1


def test_arguments_and_results_are_held_to_their_contracts() -> None:
    @tool
    def lies(number: int) -> Order:
        return "nothing"  # type: ignore[return-value]  # what the test is about

    @agent(writes="shown", tools=[find])
    def asks_wrongly(n: int) -> str:
        return str(find("one", 3))  # type: ignore[arg-type]  # as above

    @agent(writes="shown", tools=[lies])
    def is_lied_to(n: int) -> str:
        return str(lies(n))

    with pytest.raises(ContractViolation, match="find cannot take these arguments") as refused:
        run_graph(one(asks_wrongly), {"n": 1})
    assert [problem.where for problem in refused.value.problems] == ["find $.number", "find $.more"]
    with pytest.raises(ContractViolation, match="lies returned something else") as refused:
        run_graph(one(is_lied_to), {"n": 1})
    assert refused.value.problems[0].where == "lies -> return $"


def test_a_tool_is_tried_again_as_it_says_and_timed() -> None:
    tried: list[int] = []
    let_go = threading.Event()

    @tool(retry=SOON)
    def flaky(ctx: Context[Any], number: int) -> int:
        tried.append(ctx.attempt)
        if ctx.attempt < 3:
            raise OSError("gone")
        return number

    @tool(timeout=0.02)
    def stuck(number: int) -> int:
        let_go.wait(10)
        return number

    @agent(writes="shown", tools=[flaky, stuck])
    def body(n: int) -> str:
        return str(flaky(n) if n else stuck(n))

    assert run_graph(one(body), {"n": 3}).output == {"shown": "3"}
    assert tried == [1, 2, 3]
    seen: list[Event] = []
    with pytest.raises(TimedOutError):
        run_graph(one(body), {"n": 0}, sink=seen.append)
    let_go.set()
    (told,) = [event for event in seen if isinstance(event, ToolReturned)]
    assert (told.status, told.error) == ("error", "TimedOutError: no answer within 0.02 s")


class Keys:
    """Collects idempotency keys; fails until it is mended."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.mended = False


@tool(keyed=True, retry=SOON)
def pay(ctx: Context[Keys], amount: int) -> int:
    ctx.context.keys.append(ctx.idempotency_key)
    if ctx.attempt == 1:
        raise OSError("try again")
    return amount


@agent(writes="shown", tools=[pay])
def shop(ctx: Context[Keys], n: int) -> str:
    total = pay(n) + pay(n) + pay(n + 1)
    if not ctx.context.mended:
        raise ValueError("broken")
    return str(total)


def test_a_key_is_stable_over_retries_and_differs_between_calls(memory: Memory) -> None:
    keys = Keys()
    graph = one(shop, context=Keys)
    with pytest.raises(ValueError, match="broken"):
        run_graph(graph, {"n": 1}, thread="t", memory=memory, context=keys)
    first = keys.keys
    assert first[0] == first[1] != first[2] == first[3] != first[4] == first[5]
    assert len(set(first)) == 3
    keys.keys, keys.mended = [], True
    assert resume_graph(graph, thread="t", memory=memory, context=keys).output == {"shown": "4"}
    assert keys.keys == [], "what was paid for is not paid for again"


@tool(approval="Really delete it?")
def delete(number: int) -> str:
    return f"deleted {number}"


@agent(writes="shown", tools=[delete])
def deletes(n: int) -> str:
    return delete(n)


@agent(writes="shown", tools=[delete])
async def adeletes(n: int) -> str:
    return delete(n)


@pytest.mark.parametrize("body", [deletes, adeletes])
def test_a_person_approves_an_effect(memory: Memory, body: Any) -> None:
    graph = one(body)
    waiting = run_graph(graph, {"n": 7}, thread="t", memory=memory)
    (question,) = waiting.questions
    assert (question.agent, question.asks) == (body.spec.name, "Really delete it?")
    assert question.shown == {"tool": "delete", "arguments": {"number": 7}}
    wrong = resume_graph(graph, "yes", thread="t", memory=memory)
    assert wrong.questions[0].problems == ("answer true or false",)
    done = resume_graph(graph, True, thread="t", memory=memory)
    assert done.output == {"shown": "deleted 7"}

    run_graph(graph, {"n": 7}, thread="u", memory=memory)
    with pytest.raises(ToolDeniedError, match="did not approve"):
        resume_graph(graph, False, thread="u", memory=memory)


def test_a_body_that_was_given_up_on_calls_no_more_tools() -> None:
    let_go = threading.Event()
    outcome: list[BaseException] = []
    ended = threading.Event()
    called: list[int] = []

    @tool
    def effect(number: int) -> int:
        called.append(number)
        return number

    @agent(writes="shown", timeout=0.02, tools=[effect])
    def stuck(n: int) -> str:
        let_go.wait(10)
        try:
            effect(n)
        except CallAbandonedError as error:
            outcome.append(error)
        ended.set()
        return "late"

    with pytest.raises(TimedOutError):
        run_graph(one(stuck), {"n": 1})
    let_go.set()
    assert ended.wait(10)
    assert str(outcome[0]) == "stuck may call effect no more: this attempt is over"
    assert called == []


HANGS = """
import threading
from typing_extensions import TypedDict
from agentgraph import END, START, Edge, Graph, agent, run_graph

class Number(TypedDict):
    n: int

@agent(timeout=0.05)
def hangs(n: int) -> Number:
    threading.Event().wait()
    return {"n": n}

graph = Graph("g", input=Number, output=Number, edges=[Edge(START, hangs), Edge(hangs, END)])
try:
    run_graph(graph, {"n": 1})
except TimeoutError as error:
    print(error, flush=True)
"""


def test_a_body_that_hangs_does_not_hold_the_process(tmp_path: Path) -> None:
    program = tmp_path / "hangs.py"
    program.write_text(HANGS)
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "no answer within 0.05 s\n"


FORKS = """
import os
from agentgraph.call.workers import LOOP, WORKERS

async def answer():
    return 2

assert WORKERS.submit(lambda: 1).result(10) == 1
assert LOOP.submit(answer).result(10) == 2
child = os.fork()
if child == 0:
    worked = WORKERS.submit(lambda: 1).result(10) + LOOP.submit(answer).result(10)
    os._exit(worked)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_child_has_threads_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == "3\n"
