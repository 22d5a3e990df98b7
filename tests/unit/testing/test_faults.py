"""Stand-ins and faults: what a test puts between a call and its body, with every policy still in force."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Retry,
    Value,
    agent,
    arun_graph,
    by_model,
    run_graph,
    tool,
)
from agentgraph.call.drive import TimedOutError
from agentgraph.errors import ContractViolation, DeclarationError
from agentgraph.observe.events import AttemptFailed, ToolReturned
from agentgraph.testing import (
    Call,
    ScriptedModel,
    ScriptEndedError,
    answer_wrong,
    fail,
    faulty,
    hang,
    recorded,
    replaced,
    scripted,
    slow,
    virtual_clock,
)
from agentgraph.testing.faults import DIED

THRICE = Retry(attempts=3, wait=60, max_wait=600, jitter=0)


class Order(TypedDict):
    order: int


class Said(TypedDict):
    said: str


@tool(read_only=True, retry=THRICE, timeout=10)
def lookup(order: int, lang: str = "en") -> str:
    return f"{order} in {lang}"


@tool(read_only=True, retry=THRICE, timeout=10)
async def alookup(ctx: Context[Any], order: int) -> str:
    return f"{order} for {ctx.agent}"


@agent(tools=[lookup], writes="said")
def look(order: int) -> str:
    return lookup(order)


@agent(tools=[alookup], writes="said")
async def alook(order: int) -> str:
    found: str = await alookup(order)
    return found


def run(made: Any, **options: Any) -> Any:
    edges = [Edge(START, made), Edge(made, END)]
    graph = Graph("one", input=Order, output=Said, edges=edges, **options)
    return run_graph(graph, {"order": 1}).output


def arun(made: Any, **options: Any) -> Any:
    edges = [Edge(START, made), Edge(made, END)]
    graph = Graph("one", input=Order, output=Said, edges=edges, **options)
    return asyncio.run(arun_graph(graph, {"order": 1})).output


each_way = pytest.mark.parametrize("run", [run, arun])


@each_way
def test_a_stand_in_is_called_in_a_run_and_outside(run: Callable[..., Any]) -> None:
    with replaced(lookup, lambda order: f"fake {order}") as calls:
        assert run(look) == {"said": "fake 1"}
        assert lookup(2) == "fake 2"
    assert [call.arguments for call in calls] == [{"order": 1}, {"order": 2}]
    assert run(look) == {"said": "1 in en"}


@each_way
def test_an_async_tool_takes_a_sync_stand_in_and_one_with_the_context(
    run: Callable[..., Any],
) -> None:
    with replaced(alookup, lambda order: f"fake {order}"):
        assert run(alook) == {"said": "fake 1"}

    async def fake(ctx: Context[Any]) -> str:
        return ctx.agent

    with replaced(alookup, fake):
        assert run(alook) == {"said": "alook"}


def test_the_tool_s_contracts_hold_for_its_stand_in() -> None:
    broken = pytest.raises(ContractViolation, match="lookup returned something else")
    with virtual_clock(), replaced(lookup, lambda order: 7), broken:
        run(look)

    @agent(tools=[lookup], writes="said")
    def ask_wrongly(order: int) -> str:
        return lookup("x")  # type: ignore[arg-type]  # on purpose

    refused = pytest.raises(ContractViolation, match="lookup cannot take")
    with replaced(lookup, lambda order: "fine") as calls, refused:
        run(ask_wrongly)
    assert calls == []


def test_results_in_turn_and_an_end_that_is_told() -> None:
    with virtual_clock(), replaced(lookup, scripted(OSError("down"), TimeoutError, "third")):
        assert run(look) == {"said": "third"}
        with pytest.raises(ScriptEndedError, match="has 3 answers"):
            run(look)


def test_a_model_s_tool_calls_reach_the_stand_in() -> None:
    @agent(tools=[lookup], writes="said", prompt="{order}")
    def by_itself(order: int) -> str:
        return by_model()

    edges = [Edge(START, by_itself), Edge(by_itself, END)]
    graph = Graph("one", input=Order, output=Said, edges=edges)
    models = {"default": ScriptedModel([Call("lookup", {"order": 4}), "done"])}
    with replaced(lookup, lambda order, lang="de": f"{order}{lang}") as calls:
        run_graph(graph, {"order": 1}, models=models)
    assert [call.arguments for call in calls] == [{"order": 4}]


def test_a_stand_in_that_cannot_stand_in_is_refused_at_once() -> None:
    refused = pytest.raises(DeclarationError, match="asks for 'colour', which lookup does not have")
    with refused, replaced(lookup, lambda colour: ""):
        raise AssertionError("not reached")

    async def fake() -> str:
        return ""

    with pytest.raises(DeclarationError, match="the tool is sync"), replaced(lookup, fake):
        raise AssertionError("not reached")


@each_way
@pytest.mark.parametrize(("made", "used"), [(look, lookup), (alook, alookup)])
def test_a_tool_that_fails_twice_is_tried_again(
    run: Callable[..., Any], made: Any, used: Any
) -> None:
    with virtual_clock() as now, recorded() as events, faulty(used, fail(2)):
        assert run(made)["said"].startswith("1")
        assert now.elapsed == 60 + 120
    assert [event.attempt for event in events.of(AttemptFailed)] == [1, 2]
    assert [event.status for event in events.of(ToolReturned)] == ["ok"]


@each_way
@pytest.mark.parametrize("fault", [hang(), slow(11)])
@pytest.mark.parametrize(("made", "used"), [(look, lookup), (alook, alookup)])
def test_a_tool_that_is_too_slow_or_hangs_is_given_up_on(
    run: Callable[..., Any], fault: Any, made: Any, used: Any
) -> None:
    with virtual_clock() as now, faulty(used, fault):
        with pytest.raises(TimedOutError):
            run(made)
        assert now.elapsed == 10 + 60 + 10 + 120 + 10


@each_way
def test_slow_but_in_time(run: Callable[..., Any]) -> None:
    with virtual_clock() as now, faulty(lookup, slow(9.5)):
        assert run(look) == {"said": "1 in en"}
        assert now.elapsed == 9.5


def test_the_wrong_answer_breaks_the_contract_once() -> None:
    with virtual_clock(), recorded() as events, faulty(lookup, answer_wrong(7, times=1)):
        assert run(look) == {"said": "1 in en"}
    (failed,) = events.of(AttemptFailed)
    assert "lookup returned something else than it promises" in failed.error


def test_only_the_call_of_a_number_is_hit() -> None:
    seen: list[int] = []

    @agent(writes="said")
    def count(order: int) -> str:
        seen.append(order)
        return "x"

    with faulty(count, fail(at=2, error=KeyError("second"))):
        run(count)
        with pytest.raises(KeyError, match="second"):
            run(count)
        run(count)
    assert len(seen) == 2


def test_a_lost_answer_comes_after_the_effect() -> None:
    effects: list[int] = []

    @agent(writes="said", fallback=Value("lost"))
    def act(order: int) -> str:
        effects.append(order)
        return "done"

    with faulty(act, fail(1, after=True)):
        assert run(act) == {"said": "lost"}
    assert effects == [1]


def test_faults_and_stand_ins_go_together() -> None:
    with (
        virtual_clock() as now,
        replaced(lookup, lambda order: "fake"),
        faulty(lookup, fail(1), slow(2)),
    ):
        assert run(look) == {"said": "fake"}
        assert now.elapsed == 60 + 2 + 2


def test_at_and_times_exclude_each_other() -> None:
    with pytest.raises(TypeError, match="give one of them"):
        fail(2, at=1)


CHILD = """
from pathlib import Path
from typing import TypedDict
from agentgraph import END, START, Edge, Graph, agent, run_graph
from agentgraph.testing import die, faulty

class Order(TypedDict):
    order: int

class Said(TypedDict):
    said: str

@agent(writes="said")
def act(order: int) -> str:
    Path("effect").write_text("done")
    return "x"

graph = Graph("one", input=Order, output=Said, edges=[Edge(START, act), Edge(act, END)])
with faulty(act, die(after={after})):
    run_graph(graph, {{"order": 1}})
"""


@pytest.mark.parametrize("after", [False, True])
def test_a_process_dies_before_or_after_the_effect(after: bool, tmp_path: Path) -> None:
    code = CHILD.format(after=after)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=os.environ, check=False)
    assert done.returncode == DIED
    assert (tmp_path / "effect").exists() is after
