"""`run_graph` and its kin: one turn of a graph, or going on with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from langgraph.types import Command

from agentgraph.compile.door import ContractGraph
from agentgraph.compile.graph import compile_graph
from agentgraph.declare.graph import Graph
from agentgraph.errors import Problem, ResumeError
from agentgraph.model.contract import Json
from agentgraph.observe.events import Sink
from agentgraph.remember.ports import Memory
from agentgraph.run.context import run_context
from agentgraph.run.result import Counting, RunResult, question_of
from agentgraph.run.thread import (
    Standing,
    answers_by_id,
    check_going_on,
    check_new_turn,
    standing_of,
)

NOTHING: Final[Any] = object()
"""No input, no answer: None is a JSON value of its own."""


def run_graph(
    graph: Graph,
    input: Any,  # noqa: A002  # the user's word for it
    *,
    thread: str | None = None,
    memory: Memory | None = None,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    sink: Sink | None = None,
    abandon: bool = False,
) -> RunResult:
    """One turn of the graph on `input` (a JSON object, or an instance of the input class).

    With `thread` and `memory` the turn is remembered, and can be gone on with after a crash
    or when a person answers. `context` is what agents see as `ctx.context`; left out, the
    declared type is made without arguments. `abandon` drops what the thread left unfinished.

    ResumeError: the thread has unfinished work. ContractViolation: the input does not fit.
    What an agent's body raises passes through.
    """
    run = _Run(graph, thread, memory, models, sink)
    if run.remembers and not abandon:
        check_new_turn(run.thread, run.standing())
    return run.turn(input, context)


def resume_graph(
    graph: Graph,
    answer: Json = NOTHING,
    *,
    thread: str,
    memory: Memory,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    sink: Sink | None = None,
) -> RunResult:
    """Go on with a thread's unfinished turn; agents that had finished do not run again.

    `answer` is for the person it waits for (several: an object by agent). Without one, a
    thread that waits for a person is left waiting, and the questions are returned.

    ResumeError: no such thread, nothing unfinished, an answer for nobody, or a state that
    does not fit this version of the graph.
    """
    run = _Run(graph, thread, memory, models, sink)
    standing = run.standing()
    check_going_on(thread, standing)
    if answer is not NOTHING:
        return run.turn(Command(resume=answers_by_id(standing.questions, answer)), context)
    if standing.questions:
        return RunResult("waiting", thread, questions=standing.questions)
    return run.turn(None, context)


async def arun_graph(
    graph: Graph,
    input: Any,  # noqa: A002  # the user's word for it
    *,
    thread: str | None = None,
    memory: Memory | None = None,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    sink: Sink | None = None,
    abandon: bool = False,
) -> RunResult:
    """`run_graph`, awaited."""
    run = _Run(graph, thread, memory, models, sink)
    if run.remembers and not abandon:
        check_new_turn(run.thread, await run.astanding())
    return await run.aturn(input, context)


async def aresume_graph(
    graph: Graph,
    answer: Json = NOTHING,
    *,
    thread: str,
    memory: Memory,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    sink: Sink | None = None,
) -> RunResult:
    """`resume_graph`, awaited."""
    run = _Run(graph, thread, memory, models, sink)
    standing = await run.astanding()
    check_going_on(thread, standing)
    if answer is not NOTHING:
        return await run.aturn(Command(resume=answers_by_id(standing.questions, answer)), context)
    if standing.questions:
        return RunResult("waiting", thread, questions=standing.questions)
    return await run.aturn(None, context)


class _Run:
    """One compiled graph on one thread."""

    def __init__(
        self,
        graph: Graph,
        thread: str | None,
        memory: Memory | None,
        models: Mapping[str, Any] | None,
        sink: Sink | None,
    ) -> None:
        if (thread is None) != (memory is None):
            raise ResumeError(
                [
                    Problem(
                        "a thread needs a memory, and a memory a thread",
                        help="give both thread= and memory=, or neither",
                    )
                ]
            )
        self.thread = thread or ""
        self.remembers = memory is not None
        self._graph = graph
        self._counting = Counting(sink)
        saver = memory.saver if memory is not None else None
        self._compiled: ContractGraph = compile_graph(
            graph, checkpointer=saver, models=models, sink=self._counting
        )
        self._config: Any = {"configurable": {"thread_id": thread}} if thread is not None else {}

    def standing(self) -> Standing:
        """Where the thread stands."""
        return standing_of(self._compiled.get_state(self._config))

    async def astanding(self) -> Standing:
        """Where the thread stands."""
        return standing_of(await self._compiled.aget_state(self._config))

    def turn(self, given: Any, context: Any) -> RunResult:
        """Run until the turn ends or waits."""
        with run_context(self._graph, context) as passed:
            return self._result(
                self._compiled.invoke(
                    given, self._config, context=passed, durability=self._durability
                )
            )

    async def aturn(self, given: Any, context: Any) -> RunResult:
        """Run until the turn ends or waits."""
        with run_context(self._graph, context) as passed:
            return self._result(
                await self._compiled.ainvoke(
                    given, self._config, context=passed, durability=self._durability
                )
            )

    @property
    def _durability(self) -> Any:
        # Each superstep is stored before the next begins: what was paid for is kept.
        return "sync" if self.remembers else None

    def _result(self, result: Any) -> RunResult:
        thread = self.thread or None
        interrupts = result.get("__interrupt__", ()) if isinstance(result, dict) else ()
        if interrupts:
            return RunResult(
                "waiting",
                thread,
                questions=tuple(question_of(one) for one in interrupts),
                usage=self._counting.usage,
            )
        return RunResult("finished", thread, output=result, usage=self._counting.usage)
