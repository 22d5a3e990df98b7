"""Where something stood in, agents later in the turn can tell, also after a crash and across nested graphs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Cache,
    Context,
    Edge,
    Graph,
    Value,
    agent,
    arun_graph,
    open_memory,
    resume_graph,
    run_graph,
)
from agentgraph.observe.events import AgentFinished, Event
from agentgraph.remember.ports import Memory
from agentgraph.run.state import state_at


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


class Mended:
    """A context: what is mended, works."""

    def __init__(self, *mended: str) -> None:
        self.mended = mended


@agent(writes="a", fallback=Value(0))
def first(ctx: Context[Mended], n: int) -> int:
    if "first" not in ctx.context.mended:
        raise OSError("down")
    return n


@agent(writes="b")
def second(ctx: Context[Mended], a: int) -> str:
    return ",".join(ctx.degraded)


@agent(writes="shown")
def last(ctx: Context[Mended], b: str) -> str:
    if "last" not in ctx.context.mended:
        raise ValueError("broken")
    return f"{b}; {','.join(ctx.degraded)}"


LINE = [Edge(START, first), Edge(first, second), Edge(second, last), Edge(last, END)]
line = Graph("line", input=Number, output=Shown, context=Mended, edges=LINE)


def shown(graph: Graph, context: Any, awaited: bool = False, **options: Any) -> Any:
    if awaited:
        run: Any = asyncio.run(arun_graph(graph, {"n": 1}, context=context, **options))
    else:
        run = run_graph(graph, {"n": 1}, context=context, **options)
    return run.output["shown"]


@pytest.mark.parametrize("awaited", [False, True])
def test_agents_can_tell_who_was_degraded_before_them(awaited: bool) -> None:
    seen: list[Event] = []
    assert shown(line, Mended("last"), awaited, sink=seen.append) == "first; first"
    marked = {one.agent: one.degraded for one in seen if isinstance(one, AgentFinished)}
    assert marked == {"first": True, "second": False, "last": False}
    assert shown(line, Mended("first", "last"), awaited) == "; "


@pytest.fixture
def memory(short_folder: Path) -> Iterator[Memory]:
    with open_memory(folder=short_folder) as opened:
        yield opened


def test_it_outlives_a_crash_and_not_the_turn(memory: Memory) -> None:
    with pytest.raises(ValueError, match="broken"):
        shown(line, Mended(), thread="t", memory=memory)
    fine = Mended("first", "last")
    done = resume_graph(line, thread="t", memory=memory, context=fine)
    assert done.output == {"shown": "first; first"}
    assert shown(line, fine, thread="t", memory=memory) == "; "
    assert "turn:degraded" not in state_at(memory, "t", None).state


def test_graphs_within_know_of_those_around_and_the_other_way(memory: Memory) -> None:
    @agent(writes="n")
    def begin(n: int) -> int:
        return n

    @agent(writes="n", fallback=Value(5))
    def also(n: int) -> int:
        raise OSError("down")

    @agent(writes="end")
    def report(ctx: Context[Mended], shown: str) -> str:
        return f"{shown}; {','.join(ctx.degraded)}"

    class End(TypedDict):
        end: str

    outer = Graph(
        "outer",
        input=Number,
        output=End,
        context=Mended,
        edges=[
            Edge(START, begin),
            Edge(begin, also),
            Edge(also, line),
            Edge(line, report),
            Edge(report, END),
        ],
    )
    expected = "also,line.first; also,line.first; also,line.first"
    output = run_graph(outer, {"n": 1}, context=Mended("last")).output
    assert output == {"end": expected}
    with pytest.raises(ValueError, match="broken"):
        run_graph(outer, {"n": 1}, context=Mended(), thread="t", memory=memory)
    done = resume_graph(outer, thread="t", memory=memory, context=Mended("first", "last"))
    assert done.output == {"end": expected}


def test_a_stale_answer_degrades_its_step() -> None:
    down: list[int] = []

    @agent(writes="a", cache=Cache(ttl=1e-9, stale_if_error=60))
    def quoted(n: int) -> int:
        if down:
            raise OSError("down")
        return n

    graph = Graph(
        "quoted",
        input=Number,
        output=Shown,
        context=Mended,
        edges=[Edge(START, quoted), Edge(quoted, second), Edge(second, last), Edge(last, END)],
    )
    assert shown(graph, Mended("last")) == "; "
    down.append(1)
    assert shown(graph, Mended("last")) == "quoted; quoted"


def test_outside_a_run_nobody_is() -> None:
    @agent(writes="shown")
    def free(ctx: Context[Any], n: int) -> str:
        return str(ctx.degraded)

    assert free(1) == "()"
