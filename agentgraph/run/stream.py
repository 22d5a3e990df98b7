"""`stream_graph`: one turn of a graph, watched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from agentgraph.call.stopping import Stop
from agentgraph.declare.graph import Graph
from agentgraph.model.contract import Json
from agentgraph.model.facts import ModelFacts
from agentgraph.model.policy import Policies
from agentgraph.observe.events import Event, Sink
from agentgraph.remember.ports import Memory
from agentgraph.run.result import RunResult
from agentgraph.run.thread import NOTHING, Standing, check_new_turn, going_on
from agentgraph.run.turn import Told, Turn


def stream_graph(
    graph: Graph,
    input: Any = NOTHING,  # noqa: A002  # the user's word for it
    *,
    answer: Json = NOTHING,
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
) -> Iterator[Event | RunResult]:
    """Every event of a turn as it happens; the last item is the RunResult.

    With `input` as `run_graph`, without as `resume_graph` (with an `answer`, where a person
    is waited for); raises what they raise, from its first step on. To stop early, close it:
    the turn is left as a crash would leave it.
    """
    run = Turn(
        graph, thread, memory, Told(models, facts, sink, deadline, policies, stop, traceparent)
    )
    going = input is NOTHING
    with run.holding():
        standing = run.standing(going_on=going) if _looks(run, input, abandon) else None
        given = _given(run, standing, input, answer)
        if given is not NOTHING:
            yield from run.stream(given, context)
        elif standing is not None:
            yield RunResult("waiting", thread, questions=standing.questions)


async def astream_graph(
    graph: Graph,
    input: Any = NOTHING,  # noqa: A002  # the user's word for it
    *,
    answer: Json = NOTHING,
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
) -> AsyncIterator[Event | RunResult]:
    """`stream_graph`, awaited."""
    run = Turn(
        graph, thread, memory, Told(models, facts, sink, deadline, policies, stop, traceparent)
    )
    going = input is NOTHING
    async with run.aholding():
        standing = await run.astanding(going_on=going) if _looks(run, input, abandon) else None
        given = _given(run, standing, input, answer)
        if given is not NOTHING:
            async for item in run.astream(given, context):
                yield item
        elif standing is not None:
            yield RunResult("waiting", thread, questions=standing.questions)


def _looks(run: Turn, given: Any, abandon: bool) -> bool:
    return run.remembers and (given is NOTHING or not abandon)


def _given(run: Turn, standing: Standing | None, given: Any, answer: Json) -> Any:
    """What the engine is handed; NOTHING where the thread waits and is left waiting."""
    if given is NOTHING:
        return going_on(run.thread, standing or Standing(exists=False), answer)
    if standing is not None:
        check_new_turn(run.thread, standing)
    return given
