"""`run_graph` and its kin: one turn of a graph, or going on with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentgraph.call.stopping import Stop
from agentgraph.declare.graph import Graph
from agentgraph.model.contract import Json
from agentgraph.model.facts import ModelFacts
from agentgraph.model.policy import Policies
from agentgraph.observe.events import Sink
from agentgraph.remember.ports import Memory
from agentgraph.run.result import RunResult
from agentgraph.run.thread import check_new_turn, going_on
from agentgraph.run.turn import NOTHING, Told, Turn


def run_graph(
    graph: Graph,
    input: Any,  # noqa: A002  # the user's word for it
    *,
    thread: str | None = None,
    memory: Memory | None = None,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    facts: Mapping[str, ModelFacts] | None = None,
    sink: Sink | None = None,
    deadline: float | None = None,
    policies: Policies | None = None,
    stop: Stop | None = None,
    traceparent: str | None = None,
    abandon: bool = False,
) -> RunResult:
    """One turn of the graph on `input` (a JSON object, or an instance of the input class).

    With `thread` and `memory` the turn is remembered, and can be gone on with after a crash
    or when a person answers. `context` is what agents see as `ctx.context`; left out, the
    declared type is made without arguments. `models` are chat models by role, and `facts` what is
    known of them: a budget of `cost` is counted in their prices. `abandon` drops what the thread left unfinished.
    `policies` are the project's, for what has none nearer (`load_policies`). After `deadline` seconds whatever still runs is given up on.

    `stop` is a handle to stop the run with from outside; with it, blocking bodies run on threads of their
    own, which can be left behind. `traceparent` is what a caller's trace hands on (W3C): it stands in
    the run's first event.

    ResumeError: the thread has unfinished work. ThreadBusyError: another run writes the thread;
    ThreadTakenError: one took it over while this one was cut off. ContractViolation: the input does not fit.
    DeadlineError: its time was over; like what was done until then, the thread stays, to be gone on with.
    BudgetError: the turn has used up what `Graph(budget=)` allows. NoMemoryError: a person is to be
    asked, and there is no memory to wait in. RunStoppedError: it was stopped from outside; what finished
    is kept, and can be gone on with. What an agent's body raises passes through.
    """
    run = Turn(
        graph, thread, memory, Told(models, facts, sink, deadline, policies, stop, traceparent)
    )
    with run.holding():
        if run.remembers and not abandon:
            check_new_turn(run.thread, run.standing(going_on=False))
        return run.take(input, context)


def resume_graph(
    graph: Graph,
    answer: Json = NOTHING,
    *,
    thread: str,
    memory: Memory,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    facts: Mapping[str, ModelFacts] | None = None,
    sink: Sink | None = None,
    deadline: float | None = None,
    policies: Policies | None = None,
    stop: Stop | None = None,
    traceparent: str | None = None,
) -> RunResult:
    """Go on with a thread's unfinished turn; agents that had finished do not run again.

    `answer` is for the person it waits for (several: an object by agent). Without one, a
    thread that waits for a person is left waiting, and the questions are returned.

    ResumeError: no such thread, nothing unfinished, an answer for nobody, or a state that
    does not fit this version of the graph. ThreadBusyError, ThreadTakenError: as `run_graph`.
    A thread whose run was killed is free at once on the same machine; left by another, its
    lease has to run out, which takes seconds.
    """
    run = Turn(
        graph, thread, memory, Told(models, facts, sink, deadline, policies, stop, traceparent)
    )
    with run.holding():
        standing = run.standing(going_on=True)
        command = going_on(thread, standing, answer)
        if command is NOTHING:
            return RunResult("waiting", thread, questions=standing.questions)
        return run.take(command, context)


async def arun_graph(
    graph: Graph,
    input: Any,  # noqa: A002  # the user's word for it
    *,
    thread: str | None = None,
    memory: Memory | None = None,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    facts: Mapping[str, ModelFacts] | None = None,
    sink: Sink | None = None,
    deadline: float | None = None,
    policies: Policies | None = None,
    stop: Stop | None = None,
    traceparent: str | None = None,
    abandon: bool = False,
) -> RunResult:
    """`run_graph`, awaited."""
    run = Turn(
        graph, thread, memory, Told(models, facts, sink, deadline, policies, stop, traceparent)
    )
    async with run.aholding():
        if run.remembers and not abandon:
            check_new_turn(run.thread, await run.astanding(going_on=False))
        return await run.atake(input, context)


async def aresume_graph(
    graph: Graph,
    answer: Json = NOTHING,
    *,
    thread: str,
    memory: Memory,
    context: Any = None,
    models: Mapping[str, Any] | None = None,
    facts: Mapping[str, ModelFacts] | None = None,
    sink: Sink | None = None,
    deadline: float | None = None,
    policies: Policies | None = None,
    stop: Stop | None = None,
    traceparent: str | None = None,
) -> RunResult:
    """`resume_graph`, awaited."""
    run = Turn(
        graph, thread, memory, Told(models, facts, sink, deadline, policies, stop, traceparent)
    )
    async with run.aholding():
        standing = await run.astanding(going_on=True)
        command = going_on(thread, standing, answer)
        if command is NOTHING:
            return RunResult("waiting", thread, questions=standing.questions)
        return await run.atake(command, context)
