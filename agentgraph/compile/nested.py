"""Agents that are graphs: one of ours, or a plain LangGraph graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig

from agentgraph.call.attempts import describe_error
from agentgraph.call.ports import updates
from agentgraph.compile.degrading import Degrading
from agentgraph.compile.engine import Runner
from agentgraph.compile.metering import Metered
from agentgraph.compile.nodes import SIGNALS, Surroundings, services_of, settling
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Json
from agentgraph.observe.clock import clock
from agentgraph.observe.events import AgentFailed, AgentFinished, AgentStarted


def nested_runner(
    spec: AgentSpec,
    inner: Any,
    label: str,
    surroundings: Surroundings,
    *,
    may_fail: bool,
    marks: bool,
) -> Runner:
    """The runner of an agent that is a graph; `inner` takes and gives JSON objects. `marks`: see `body_runner`."""

    def invoke(values: dict[str, Json], config: RunnableConfig) -> dict[str, Json]:
        telling = _Telling(label, config, surroundings, values)
        with telling:
            metered = Metered(config, label)
            degrading = Degrading(config, label, marks=marks)
            config = degrading.within(metered.within(config))
            result = inner.invoke(arguments(spec, label, values), config)
            metered.done()
            degrading.done()
            return telling.wrote(updates(spec, result))

    async def ainvoke(values: dict[str, Json], config: RunnableConfig) -> dict[str, Json]:
        telling = _Telling(label, config, surroundings, values)
        with telling:
            metered = Metered(config, label)
            degrading = Degrading(config, label, marks=marks)
            config = degrading.within(metered.within(config))
            result = await inner.ainvoke(arguments(spec, label, values), config)
            metered.done()
            degrading.done()
            return telling.wrote(updates(spec, result))

    reads = tuple(read.field for read in spec.reads)
    subgraph = getattr(inner, "graph", inner)
    if may_fail:
        settled, asettled = settling(invoke, ainvoke)
        return Runner(reads=reads, invoke=settled, ainvoke=asettled, subgraph=subgraph)
    return Runner(reads=reads, invoke=invoke, ainvoke=ainvoke, subgraph=subgraph)


def arguments(spec: AgentSpec, label: str, values: Mapping[str, Json]) -> dict[str, Json]:
    """The inner graph's input. ContractViolation: a field that it needs is absent."""
    missing = [read.field for read in spec.reads if read.required and read.field not in values]
    if missing:
        problems = [
            Problem(f"the state has no {name!r}", where=f"{label}.{name}") for name in missing
        ]
        raise ContractViolation(problems, f"{label} cannot take what reaches it")
    return {read.parameter: values[read.field] for read in spec.reads if read.field in values}


class _Telling:
    """Tells of a nested call's begin and end."""

    def __init__(
        self,
        label: str,
        config: RunnableConfig,
        surroundings: Surroundings,
        values: Mapping[str, Json],
    ) -> None:
        self._services = services_of(config, label, surroundings, values)
        self._label = label
        self._wrote: tuple[str, ...] = ()

    def wrote(self, update: dict[str, Json]) -> dict[str, Json]:
        """Remember what was written; the update itself."""
        self._wrote = tuple(update)
        return update

    def __enter__(self) -> None:
        self._started = clock().monotonic()
        self._services.tell(AgentStarted, self._label)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        seconds = clock().monotonic() - self._started
        tell = self._services.tell
        if error is None:
            tell(AgentFinished, self._label, seconds=seconds, wrote=self._wrote)
        elif isinstance(error, Exception) and not isinstance(error, SIGNALS):
            told = describe_error(error, self._services.hidden)
            tell(AgentFailed, self._label, seconds=seconds, error=told)
            if self._services.hidden is not None:
                self._services.hidden.error(error)
