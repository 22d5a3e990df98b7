"""A run is recorded before anything of it is stored: one that was cut off right then goes on with its input."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    agent,
    compile_graph,
    resume_graph,
    run_graph,
    stream_graph,
)
from agentgraph.compile.visit import LINEAGE
from agentgraph.errors import ResumeError
from agentgraph.remember.in_memory import InMemoryJournal
from agentgraph.remember.ports import Memory
from agentgraph.remember.records import RunRecord
from agentgraph.run.start import aresume_graph, arun_graph
from agentgraph.run.stream import astream_graph
from tests.unit.call.recording import DiedError, Number, World, one


class DyingSaver(InMemorySaver):
    """Its process dies before it stores anything, where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.dies = False

    def put(self, *given: Any, **named: Any) -> Any:
        if self.dies:
            raise DiedError
        return super().put(*given, **named)

    async def aput(self, *given: Any, **named: Any) -> Any:
        if self.dies:
            raise DiedError
        return await super().aput(*given, **named)


@pytest.fixture
def memory() -> Memory:
    return Memory(DyingSaver(), InMemoryJournal(), lambda: iter(()), "here")


@agent(writes="shown")
def show(n: int) -> str:
    return str(n)


GRAPH = one(show)


def cut_off(memory: Memory, n: int, *, awaited: bool, **how: Any) -> None:
    memory.saver.dies = True
    with pytest.raises(DiedError):
        if awaited:
            asyncio.run(arun_graph(GRAPH, {"n": n}, thread="t", memory=memory, **how))
        else:
            run_graph(GRAPH, {"n": n}, thread="t", memory=memory, **how)
    memory.saver.dies = False


def lineages(memory: Memory) -> list[str]:
    found = memory.saver.list({"configurable": {"thread_id": "t"}})
    return list(dict.fromkeys(one.metadata[LINEAGE] for one in found))


def resumed(memory: Memory, how: str) -> Any:
    if how == "resume":
        return resume_graph(GRAPH, thread="t", memory=memory)
    if how == "aresume":
        return asyncio.run(aresume_graph(GRAPH, thread="t", memory=memory))
    if how == "stream":
        return list(stream_graph(GRAPH, thread="t", memory=memory))[-1]

    async def last() -> Any:
        return [item async for item in astream_graph(GRAPH, thread="t", memory=memory)][-1]

    return asyncio.run(last())


@pytest.mark.parametrize("how", ["resume", "aresume", "stream", "astream"])
@pytest.mark.parametrize("turns", [0, 1])
def test_its_input_is_fed_again_into_the_history_that_it_had_begun(
    memory: Memory, how: str, turns: int
) -> None:
    for _ in range(turns):
        run_graph(GRAPH, {"n": 1}, thread="t", memory=memory)
    cut_off(memory, 7, awaited=how.startswith("a"))
    run, payload = memory.journal.newest_run("t") or ("", b"")
    record = RunRecord.from_bytes(payload)
    assert (record.lineage, record.thread, record.input) == (run, "t", {"n": 7})
    assert (record.base is None) == (turns == 0)
    assert resumed(memory, how).output == {"shown": "7"}
    assert lineages(memory)[0] == run
    assert len(lineages(memory)) == turns + 1
    with pytest.raises(ResumeError, match="has finished"):
        resumed(memory, how)


@pytest.mark.parametrize("awaited", [False, True])
def test_another_input_does_not_drop_it_silently(memory: Memory, awaited: bool) -> None:
    cut_off(memory, 7, awaited=awaited)

    def go(**how: Any) -> Any:
        if awaited:
            return asyncio.run(arun_graph(GRAPH, {"n": 8}, thread="t", memory=memory, **how))
        return run_graph(GRAPH, {"n": 8}, thread="t", memory=memory, **how)

    with pytest.raises(ResumeError, match="its last input was taken, and nothing has run on it"):
        go()
    with pytest.raises(ResumeError, match="nothing waits for an answer"):
        resume_graph(GRAPH, "yes", thread="t", memory=memory)
    assert go(abandon=True).output == {"shown": "8"}
    with pytest.raises(ResumeError, match="has finished"):
        resume_graph(GRAPH, thread="t", memory=memory)


def test_records_that_came_with_a_copy_are_none_of_its_own(memory: Memory) -> None:
    """A fork begins at the very checkpoint that another thread's next turn began at."""
    run_graph(GRAPH, {"n": 1}, thread="t", memory=memory)
    cut_off(memory, 7, awaited=False)
    newest = memory.journal.newest_run("t")
    assert newest is not None
    memory.journal.put_run("u", *newest)
    with pytest.raises(ResumeError, match="there is no thread 'u'"):
        resume_graph(GRAPH, thread="u", memory=memory)


def test_a_run_from_an_older_checkpoint_is_the_same_history_when_it_begins_once_more(
    memory: Memory,
) -> None:
    class Total(TypedDict):
        total: str

    world = World()

    @agent(writes="made")
    def make(ctx: Context[World], n: int) -> str:
        return ctx.step("make", str, n)

    @agent(writes="total")
    def total(made: str) -> str:
        return made + "!"

    edges = [Edge(START, make), Edge(make, total), Edge(total, END)]
    graph = Graph("two", input=Number, output=Total, context=World, edges=edges)
    app = compile_graph(graph, checkpointer=memory.saver, journal=memory.journal)
    config: Any = {"configurable": {"thread_id": "t"}}
    app.invoke({"n": 1}, config, context=world)
    older = next(one for one in app.get_state_history(config) if one.next == ("make",)).config
    for _ in range(2):
        memory.saver.dies = True
        with pytest.raises(DiedError):
            app.invoke(None, older, context=world, durability="sync")
        memory.saver.dies = False
    runs = memory.journal.get_runs("t")
    assert len(runs) == 2, "it began once more, and no third history"
    app.invoke(None, older, context=world, durability="sync")
    assert len(memory.journal.get_runs("t")) == 2
    app.invoke(None, older, context=world, durability="sync")
    assert len(memory.journal.get_runs("t")) == 3
