"""Each node of a plan as a `Runner`: the call that carries it out, told where it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphBubbleUp
from langgraph.types import interrupt

from agentgraph.call.attempts import describe_error
from agentgraph.call.drive import adrive, drive
from agentgraph.call.effects import Steps
from agentgraph.call.errors import BudgetError, DeadlineError, NoMemoryError
from agentgraph.call.marks import Marks
from agentgraph.call.meter import Meter, cost_of
from agentgraph.call.pipeline import call_agent
from agentgraph.call.prepared import Prepared
from agentgraph.call.recorder import CallEnded, Recorder
from agentgraph.call.services import Services
from agentgraph.call.stopping import RunStoppedError
from agentgraph.compile.degrading import Degrading
from agentgraph.compile.engine import Failure, Runner
from agentgraph.compile.internals import CONF, CONFIG_KEY_CHECKPOINTER, CONFIG_KEY_RUNTIME
from agentgraph.compile.metering import Metered
from agentgraph.compile.recording import place_of, recorder_of
from agentgraph.compile.visit import DEADLINE, HIDDEN, LIMIT, LISTENS, RUN
from agentgraph.errors import Problem, SettingsError
from agentgraph.model.contract import Json
from agentgraph.model.facts import ModelFacts
from agentgraph.model.graph import GraphSpec
from agentgraph.model.policy import Policies
from agentgraph.observe.events import Event, Sink
from agentgraph.observe.listening import sinks_here
from agentgraph.observe.redact import Hidden, Labels
from agentgraph.remember.ports import Circuits

Outcome = dict[str, Json] | Failure
SIGNALS: tuple[type[BaseException], ...] = (GraphBubbleUp,)
PASSING: tuple[type[BaseException], ...] = (
    *SIGNALS,
    BudgetError,
    DeadlineError,
    NoMemoryError,
    RunStoppedError,
)
"""What nothing takes over, no fallback and no failure edge: the turn itself cannot go on."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a call stores when it ends."""

    metered: Metered
    degrading: Degrading

    def done(self) -> None:
        self.metered.done()
        self.degrading.done()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all calls of one compiled graph share: models by role, and who listens.

    `context` names the type of the context that the graph's agents count on; None: on none.
    `facts` are what is known of the models, by role; `circuits` the breakers that are shared with
    other processes, `policies` those of the project. `by_step`: the saver can put lists together
    from what steps add to them.
    `labelled` has the labels that data bears in each graph, none where there are no labels at all,
    `labels` those of the graph at hand.
    """

    models: Mapping[str, Any]
    sink: Sink | None
    context: str | None = None
    facts: Mapping[str, ModelFacts] = field(default_factory=dict)
    circuits: Circuits | None = None
    by_step: bool = False
    policies: Policies = field(default_factory=Policies)
    labelled: Sequence[tuple[GraphSpec, Labels]] = ()
    labels: Labels | None = None

    def within(self, spec: GraphSpec) -> Surroundings:
        """The same, for the calls of this graph, which is among those that are compiled."""
        labels = next((labels for one, labels in self.labelled if one == spec), None)
        return replace(self, labels=labels)

    def hidden(self, values: Mapping[str, Json], beside: Hidden | None) -> Hidden | None:
        """What must not be told of a call on these values; None: nothing here bears a label.

        `beside` is what other calls of the run have met.
        """
        if self.labels is None:
            return None
        made = Hidden(self.labels, beside)
        made.learn(values)
        return made

    def cost(self, role: str, given: int | None, answered: int | None) -> float | None:
        """What an answer of the model that serves `role` cost; None: nobody knows."""
        serving = role if role in self.models else "default"
        return cost_of(self.facts.get(serving), given, answered)


def body_runner(
    agent: Prepared, surroundings: Surroundings, *, may_fail: bool, marks: bool
) -> Runner:
    """The runner of an agent with a body. Where it `may_fail`, its last exception becomes a Failure.

    `marks`: its graph tells which agents were degraded.
    """

    def begun(values: dict[str, Json], config: RunnableConfig) -> tuple[Steps[Outcome], _Ends]:
        metered = Metered(config, agent.label)
        degrading = Degrading(config, agent.label, marks=marks)
        recorder = recorder_of(config)
        services = services_of(
            config,
            agent.label,
            surroundings,
            values,
            metered=metered,
            recorder=recorder,
            marks=degrading.marks,
        )
        steps = call_agent(agent, values, services)
        return _settled(steps) if may_fail else steps, _Ends(metered, degrading)

    def invoke(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        steps, ends = begun(values, config)
        try:
            outcome = drive(steps, config.get(CONF, {}).get(LIMIT))
        except CallEnded as ended:
            error = ended.error
        else:
            ends.done()
            return outcome
        raise error

    async def ainvoke(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        steps, ends = begun(values, config)
        try:
            outcome = await adrive(steps, config.get(CONF, {}).get(LIMIT))
        except CallEnded as ended:
            error = ended.error
        else:
            ends.done()
            return outcome
        raise error

    return Runner(reads=agent.reads, invoke=invoke, ainvoke=ainvoke)


def settling(
    invoke: Callable[[dict[str, Json], RunnableConfig], dict[str, Json]],
    ainvoke: Callable[[dict[str, Json], RunnableConfig], Awaitable[dict[str, Json]]],
) -> tuple[Callable[..., Outcome], Callable[..., Awaitable[Outcome]]]:
    """The same two, their exceptions made Failures; the engine's signals pass."""

    def settled(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        try:
            return invoke(values, config)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001  # a failure edge takes over
            return Failure(describe_error(error))

    async def asettled(values: dict[str, Json], config: RunnableConfig) -> Outcome:
        try:
            return await ainvoke(values, config)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001  # as above
            return Failure(describe_error(error))

    return settled, asettled


def services_of(
    config: RunnableConfig,
    label: str,
    surroundings: Surroundings,
    values: Mapping[str, Json],
    *,
    metered: Metered | None = None,
    recorder: Recorder | None = None,
    marks: Marks | None = None,
) -> Services:
    """The run that a call on these values is part of, from LangGraph's config."""
    configurable = config.get(CONF, {})
    runtime = configurable[CONFIG_KEY_RUNTIME]
    thread = configurable.get("thread_id")
    return Services(
        thread=None if thread is None else str(thread),
        place=lambda: _place(config, label),
        pause=interrupt if configurable.get(CONFIG_KEY_CHECKPOINTER) else _no_memory(label),
        context=lambda: _context(runtime.context, label, surroundings.context),
        models=surroundings.models,
        cost=surroundings.cost,
        spend=_spending(surroundings, metered.meter if metered is not None else None),
        agent=label,
        recorder=recorder,
        circuits=surroundings.circuits,
        deadline=configurable.get(DEADLINE),
        marks=marks if marks is not None else Marks(),
        run=configurable.get(RUN),
        superstep=config.get("metadata", {}).get("langgraph_step"),
        hidden=surroundings.hidden(values, configurable.get(HIDDEN)),
        emit=_emitter(
            surroundings.sink, runtime.stream_writer if LISTENS in configurable else None
        ),
        signals=PASSING,
    )


def _no_memory(label: str) -> Callable[[Json], Json]:
    def pause(_: Json) -> Json:
        raise NoMemoryError(label)

    return pause


def _spending(
    surroundings: Surroundings, meter: Meter | None
) -> Callable[[str, int | None, int | None], list[tuple[str, str]]]:
    """Counts a model's answer on the call's meter, where there is one."""

    def spend(role: str, given: int | None, answered: int | None) -> list[tuple[str, str]]:
        if meter is None:
            return []
        tokens = None if given is None or answered is None else given + answered
        return meter.add(tokens, surroundings.cost(role, given, answered))

    return spend


def _context(given: Any, label: str, wanted: str | None) -> Any:
    if given is None and wanted is not None:
        problem = Problem(
            f"it counts on a {wanted}", where=f"{label} ctx.context", help="pass context="
        )
        raise SettingsError([problem], "the run was given no context")
    return given


def _place(config: RunnableConfig, label: str) -> str:
    thread = config.get(CONF, {}).get("thread_id", "")
    return f"{thread}/{place_of(config.get('metadata', {}))}/{label}"


def _settled(steps: Steps[dict[str, Json]]) -> Steps[Outcome]:
    try:
        return (yield from steps)
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001  # a failure edge takes over
        return Failure(describe_error(error))


def _emitter(sink: Sink | None, write: Callable[[Json], None] | None) -> Sink | None:
    """Events go to the sinks, and to whoever streams LangGraph's "custom" mode; None: to nobody."""
    sinks = sinks_here(sink)
    if write is None and len(sinks) < 2:
        return sinks[0] if sinks else None

    def emit(event: Event) -> None:
        for one in sinks:
            one(event)
        if write is not None:
            write(event.to_json())

    return emit
