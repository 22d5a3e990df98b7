"""A memory without a server, a process that dies in the middle of a body, and a journal that counts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, RunResult
from agentgraph import aresume_graph as aresume
from agentgraph import arun_graph as arun
from agentgraph import resume_graph as resume
from agentgraph import run_graph as run
from agentgraph.remember.in_memory import InMemoryJournal
from agentgraph.remember.ports import Memory
from agentgraph.remember.records import StepRecord, record_of


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


class DiedError(BaseException):
    """Ends a run as the death of its process does: nothing catches it, and nothing is stored of it."""


class World:
    """What is outside of a run: what was done to it, and whether the process dies `dies_at` a place in a body."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.dies_at: str = ""
        self.fails: set[str] = set()

    def do(self, what: Any) -> Any:
        self.done.append(what)
        return what

    def pass_by(self, place: str) -> None:
        if self.dies_at == place:
            raise DiedError(place)
        if place in self.fails:
            raise ValueError(place)


class CountingJournal(InMemoryJournal):
    """Counts its round trips; fails where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.trips: Counter[str] = Counter()
        self.broken: Exception | None = None

    def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        self._trip("record")
        return super().record(thread, place, key, payload)

    def read(self, thread: str, place: str) -> dict[str, bytes]:
        self._trip("read")
        return super().read(thread, place)

    def put_run(self, thread: str, run: str, payload: bytes) -> None:
        self._trip("put_run")
        super().put_run(thread, run, payload)

    def _trip(self, what: str) -> None:
        self.trips[what] += 1
        if self.broken is not None:
            raise self.broken

    def kept(self, thread: str = "t") -> list[StepRecord]:
        """The steps of a thread in the order of their recording."""
        found = [
            record_of(payload)
            for (of, _), steps in self._steps.items()
            for payload in steps.values()
            if of == thread
        ]
        return [one for one in found if isinstance(one, StepRecord)]


def new_memory() -> Memory:
    return Memory(InMemorySaver(), CountingJournal(), lambda: iter(()), "here")


def journal_of(memory: Memory) -> CountingJournal:
    assert isinstance(memory.journal, CountingJournal)
    return memory.journal


def one(agent: Any, **options: Any) -> Graph:
    return Graph(
        "one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)], **options
    )


class Driven:
    """Runs and resumes graphs, blocking or in an event loop: of their own, or that of a `runner`."""

    def __init__(self, *, awaited: bool, runner: asyncio.Runner | None = None) -> None:
        self.awaited = awaited
        self._await: Any = asyncio.run if runner is None else runner.run

    def run(self, graph: Graph, given: Any, **how: Any) -> RunResult:
        if not self.awaited:
            return run(graph, given, **how)
        result: RunResult = self._await(arun(graph, given, **how))
        return result

    def resume(self, graph: Graph, **how: Any) -> RunResult:
        if not self.awaited:
            return resume(graph, **how)
        result: RunResult = self._await(aresume(graph, **how))
        return result

    def cut_off(self, act: Callable[..., Any], *args: Any, **how: Any) -> None:
        """Do it until the process dies in it."""
        try:
            act(*args, **how)
        except DiedError:
            return
        raise AssertionError("it lived")


def places(journal: Any) -> list[tuple[tuple[str, str], str]]:
    """Where each step of a journal in memory is recorded: (thread, place), and its key."""
    return [(at, key) for at, steps in journal._steps.items() for key in steps]
