"""Each node of a plan as a `Runner`: the call that carries it out, told where it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphBubbleUp
from langgraph.runtime import get_runtime
from langgraph.types import interrupt

from agentgraph.call.attempts import describe_error
from agentgraph.call.drive import adrive, drive
from agentgraph.call.effects import Steps
from agentgraph.call.pipeline import call_agent
from agentgraph.call.prepared import Prepared
from agentgraph.call.services import Place, Services
from agentgraph.compile.engine import Failure, Runner
from agentgraph.model.contract import Json
from agentgraph.observe.events import Event, Sink

Outcome = dict[str, Json] | Failure
SIGNALS: tuple[type[BaseException], ...] = (GraphBubbleUp,)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all calls of one compiled graph share: models by role, and who listens."""

    models: Mapping[str, Any]
    sink: Sink | None


def body_runner(agent: Prepared, surroundings: Surroundings, *, may_fail: bool) -> Runner:
    """The runner of an agent with a body. Where it `may_fail`, its last exception becomes a Failure."""

    def invoke(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        steps = call_agent(agent, values, services_of(config, agent.label, surroundings))
        return drive(_settled(steps) if may_fail else steps)

    async def ainvoke(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        steps = call_agent(agent, values, services_of(config, agent.label, surroundings))
        return await adrive(_settled(steps) if may_fail else steps)

    return Runner(
        reads=tuple(read.field for read in agent.spec.reads), invoke=invoke, ainvoke=ainvoke
    )


def settling(
    invoke: Callable[[dict[str, Json], RunnableConfig], dict[str, Json]],
    ainvoke: Callable[[dict[str, Json], RunnableConfig], Awaitable[dict[str, Json]]],
) -> tuple[Callable[..., Outcome], Callable[..., Awaitable[Outcome]]]:
    """The same two, their exceptions made Failures; the engine's signals pass."""

    def settled(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        try:
            return invoke(values, config)
        except SIGNALS:
            raise
        except Exception as error:  # noqa: BLE001  # a failure edge takes over
            return Failure(describe_error(error))

    async def asettled(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        try:
            return await ainvoke(values, config)
        except SIGNALS:
            raise
        except Exception as error:  # noqa: BLE001  # as above
            return Failure(describe_error(error))

    return settled, asettled


def services_of(config: RunnableConfig, label: str, surroundings: Surroundings) -> Services:
    """The run that a call is part of, from LangGraph's config."""
    metadata, configurable = config.get("metadata", {}), config.get("configurable", {})
    path = metadata.get("langgraph_path") or ()
    pushed = len(path) > 1 and path[0] == "__pregel_push" and isinstance(path[1], int)
    thread = configurable.get("thread_id")
    place = Place(
        thread=None if thread is None else str(thread),
        step=metadata.get("langgraph_step", 0),
        node=label,
        index=path[1] if pushed else None,
    )
    return Services(
        place=place,
        pause=interrupt,
        context=_context,
        models=surroundings.models,
        emit=_emitter(surroundings.sink),
        signals=SIGNALS,
    )


def _settled(steps: Steps[dict[str, Json]]) -> Steps[Outcome]:
    try:
        return (yield from steps)
    except SIGNALS:
        raise
    except Exception as error:  # noqa: BLE001  # a failure edge takes over
        return Failure(describe_error(error))


def _context() -> Any:
    return get_runtime().context


def _emitter(sink: Sink | None) -> Sink:
    """Events go to the sink, and to whoever streams LangGraph's "custom" mode."""
    write = get_runtime().stream_writer

    def emit(event: Event) -> None:
        if sink is not None:
            sink(event)
        write(event.to_json())

    return emit
