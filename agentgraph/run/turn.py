"""One graph, compiled, on one thread: its standing, and one turn of it, whole or as it happens."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from langgraph.runtime import RunControl
from langgraph.types import Command

from agentgraph.call.stopping import Limit, Stop
from agentgraph.call.workers import WORKERS
from agentgraph.compile.door import ContractGraph
from agentgraph.compile.graph import compile_graph
from agentgraph.compile.visit import AGAIN, DEADLINE, LIMIT, RUN
from agentgraph.declare.graph import Graph
from agentgraph.errors import Problem, ResumeError, SettingsError
from agentgraph.model.facts import ModelFacts
from agentgraph.model.policy import Policies
from agentgraph.observe.clock import monotonic
from agentgraph.observe.events import Event, RunStarted, Sink
from agentgraph.remember.ports import Memory
from agentgraph.run.context import arun_context, run_context
from agentgraph.run.lease import aheld, held
from agentgraph.run.result import Counting, Outcome, RunResult
from agentgraph.run.telling import RunTelling
from agentgraph.run.thread import NOTHING, Standing, standing_of
from agentgraph.run.traces import Trace
from agentgraph.run.unstarted import Again, unstarted

__all__ = ["NOTHING", "Told", "Turn"]

_MODES = ["custom", "updates", "values"]


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller says of models, who is told of events, and when the run has to end; see `run_graph`.

    `deadline` are the seconds that the run may take; None: as long as it needs.
    """

    models: Mapping[str, Any] | None = None
    facts: Mapping[str, ModelFacts] | None = None
    sink: Sink | None = None
    deadline: float | None = None
    policies: Policies | None = None
    stop: Stop | None = None
    traceparent: str | None = None

    def check(self) -> None:
        """SettingsError: a deadline that is none."""
        if self.deadline is not None and not self.deadline > 0:
            problem = Problem(
                f"{self.deadline!r} s is no deadline", help="give seconds, more than 0"
            )
            raise SettingsError([problem], "the run has no deadline")

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """A run as the engine is handed it; `control` is what stops it between two steps, None: nothing."""

    given: Any
    config: Any
    control: Any


class Turn:
    """A graph on a thread. ResumeError: a thread without a memory, or a memory without a thread."""

    def __init__(
        self,
        graph: Graph,
        thread: str | None,
        memory: Memory | None,
        told: Told,
    ) -> None:
        if (thread is None) != (memory is None):
            help_ = "give both thread= and memory=, or neither"
            raise ResumeError(
                [Problem("a thread needs a memory, and a memory a thread", help=help_)]
            )
        self.thread = thread or ""
        self.remembers = memory is not None
        told.check()
        self._graph = graph
        self._told = told
        self._counting = Counting(told.sink)
        self._memory = memory
        self._traces = memory.traces if memory is not None else None
        self._saver: Any = memory.saver if memory is not None else None
        self._compiled: ContractGraph = compile_graph(
            graph,
            checkpointer=self._saver,
            journal=memory.journal if memory is not None else None,
            models=told.models,
            facts=told.facts,
            sink=self._counting,
            circuits=memory.circuits if memory is not None else None,
            policies=told.policies,
        )
        told_of: dict[str, Any] = {} if thread is None else {"thread_id": thread}
        if told.deadline is not None:
            told_of[DEADLINE] = monotonic() + told.deadline
        self._config: Any = {"configurable": told_of} if told_of else {}

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Nobody else writes the thread while the `with` lasts. ThreadBusyError, ThreadTakenError: see `held`."""
        if self._memory is None:
            yield
            return
        with held(self._memory, self.thread) as memory:
            self._write_through(memory)
            yield

    @asynccontextmanager
    async def aholding(self) -> AsyncIterator[None]:
        """`holding`, awaited."""
        if self._memory is None:
            yield
            return
        async with aheld(self._memory, self.thread) as memory:
            self._write_through(memory)
            yield

    def _write_through(self, memory: Memory) -> None:
        # Nested graphs get their saver from this one, and so its lease.
        self._saver = self._compiled.checkpointer = memory.saver
        self._compiled.journal = memory.journal
        self._traces = memory.traces

    def standing(self, *, going_on: bool) -> Standing:
        """Where the thread stands. ResumeError: it shall be gone on with, and does not fit this graph."""
        found = self._saver.get_tuple(self._config)
        snapshot = self._compiled.get_state(self._config, subgraphs=True)
        if self._compiled.stored is not None:
            found = self._compiled.stored.looked_at(self._saver, found)
        return self._standing(snapshot, found, self._unstarted(found), going_on=going_on)

    async def astanding(self, *, going_on: bool) -> Standing:
        """`standing`, awaited."""
        found = await self._saver.aget_tuple(self._config)
        snapshot = await self._compiled.aget_state(self._config, subgraphs=True)
        if self._compiled.stored is not None:
            found = await self._compiled.stored.alooked_at(self._saver, found)
        again = await asyncio.to_thread(self._unstarted, found)
        return self._standing(snapshot, found, again, going_on=going_on)

    def _unstarted(self, found: Any) -> Again | None:
        return unstarted(self._memory, self.thread, found) if self._memory is not None else None

    def _standing(
        self, snapshot: Any, found: Any, again: Again | None, *, going_on: bool
    ) -> Standing:
        stored = self._compiled.stored
        if stored is None:
            return standing_of(snapshot, again=again)
        if going_on and again is None:
            stored.check(found, going_on=True)
        return standing_of(snapshot, stored.lost(found) if again is None else (), again)

    def _begun(self, given: Any, run: str) -> _Begun:
        """What the engine is handed: a recorded input goes into the history it had begun."""
        configurable = {**self._config.get("configurable", {}), RUN: run}
        control = None
        if self._told.stop is not None:
            configurable[LIMIT] = Limit(self._told.stop)
            control = RunControl()
        if isinstance(given, Again):
            configurable[AGAIN] = given.lineage
            given = given.input
        return _Begun(given, {"configurable": configurable}, control)

    @contextmanager
    def _traced(self) -> Iterator[str]:
        """A run's name; what happens in it is kept, where there is a memory."""
        run = uuid.uuid4().hex
        trace = self._trace(run)
        try:
            yield run
        finally:
            if trace is not None:
                self._counting.beside = None
                trace.end()

    @asynccontextmanager
    async def _atraced(self) -> AsyncIterator[str]:
        """`_traced`, awaited."""
        run = uuid.uuid4().hex
        trace = self._trace(run)
        try:
            yield run
        finally:
            if trace is not None:
                self._counting.beside = None
                await asyncio.shield(asyncio.to_thread(trace.end))

    def _trace(self, run: str) -> Trace | None:
        if self._traces is None:
            return None
        made = self._counting.beside = Trace(self._traces, self.thread, run, WORKERS.submit)
        return made

    @contextmanager
    def _telling(self, run: str, given: Any) -> Iterator[tuple[RunTelling, _Begun, RunStarted]]:
        """A run on `given`, told of: with what the engine is handed."""
        telling = RunTelling(run, self._graph.spec, self.thread or None, self._counting)
        goes_on = given is None or isinstance(given, Again | Command)
        stop = self._told.stop
        with telling.telling(goes_on=goes_on, traceparent=self._told.traceparent) as started:
            begun = self._begun(given, telling.run)
            with nullcontext() if stop is None else stop.telling(lambda: _drain(begun, stop)):
                yield telling, begun, started

    def take(self, given: Any, context: Any) -> RunResult:
        """Run until the turn ends or waits."""
        with self._traced() as run, self._telling(run, given) as (telling, begun, _):
            with run_context(self._graph, context) as passed:
                result = self._compiled.invoke(
                    begun.given, begun.config, **self._how(passed, begun)
                )
            made = self._in_order(self._outcome().whole(result))
            telling.finished(made)
        return made

    async def atake(self, given: Any, context: Any) -> RunResult:
        """Run until the turn ends or waits."""
        async with self._atraced() as run:
            with self._telling(run, given) as (telling, begun, _):
                async with arun_context(self._graph, context) as passed:
                    how = self._how(passed, begun)
                    result = await self._compiled.ainvoke(begun.given, begun.config, **how)
                made = await self._ain_order(self._outcome().whole(result))
                telling.finished(made)
        return made

    def stream(self, given: Any, context: Any) -> Iterator[Event | RunResult]:
        """Each event as it happens, then the result."""
        outcome = self._outcome()
        with self._traced() as run, self._telling(run, given) as (telling, begun, started):
            yield started
            with run_context(self._graph, context) as passed:
                watched = self._watched(passed, begun)
                for chunk in self._compiled.stream(begun.given, begun.config, **watched):
                    yield from outcome.take(*chunk)
            made = self._in_order(self._held(outcome))
            finished = telling.finished(made)
        yield finished
        yield made

    async def astream(self, given: Any, context: Any) -> AsyncIterator[Event | RunResult]:
        """Each event as it happens, then the result."""
        outcome = self._outcome()
        async with self._atraced() as run:
            with self._telling(run, given) as (telling, begun, started):
                yield started
                async with arun_context(self._graph, context) as passed:
                    watched = self._watched(passed, begun)
                    async for chunk in self._compiled.astream(begun.given, begun.config, **watched):
                        for event in outcome.take(*chunk):
                            yield event
                made = await self._ain_order(self._held(outcome))
                finished = telling.finished(made)
        yield finished
        yield made

    def _how(self, context: Any, begun: _Begun) -> dict[str, Any]:
        # Each superstep is stored before the next begins: what was paid for is kept.
        durability = "sync" if self.remembers else None
        return {"context": context, "durability": durability, "control": begun.control}

    def _watched(self, context: Any, begun: _Begun) -> dict[str, Any]:
        keys = self._compiled.output_channels
        return {
            **self._how(context, begun),
            "stream_mode": _MODES,
            "subgraphs": True,
            "output_keys": keys,
        }

    def _outcome(self) -> Outcome:
        return Outcome(self.thread or None, self._counting)

    def _in_order(self, result: RunResult) -> RunResult:
        """With several questions in the thread's order, by which answers number them, not as they came."""
        if self._memory is None or len(result.questions) < 2:
            return result
        return _ordered(result, self.standing(going_on=False))

    async def _ain_order(self, result: RunResult) -> RunResult:
        """`_in_order`, awaited."""
        if self._memory is None or len(result.questions) < 2:
            return result
        return _ordered(result, await self.astanding(going_on=False))

    def _held(self, outcome: Outcome) -> RunResult:
        result = outcome.result()
        if result.output is not None:
            self._compiled.hold_output(result.output)
        return result


def _drain(begun: _Begun, stop: Stop) -> None:
    begun.control.request_drain(stop.reason or "cancelled")


def _ordered(result: RunResult, standing: Standing) -> RunResult:
    place = {question.id: number for number, question in enumerate(standing.questions)}
    last = len(place)
    questions = sorted(result.questions, key=lambda question: place.get(question.id, last))
    return replace(result, questions=tuple(questions))
