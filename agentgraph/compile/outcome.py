"""What a node's run hands to its writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig

from agentgraph.compile.internals import RunnableCallable
from agentgraph.compile.runner import Failure, Runner
from agentgraph.lower.refusals import RESERVED_KEY
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Json


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """One run of a Map's target: what it was given, its result, and the list that it joins."""

    into: str
    given: Mapping[str, Json]
    result: Mapping[str, Json] | Failure


def node_body(runner: Runner, *, mapped: bool) -> RunnableCallable:
    """The runner as LangGraph calls it. `mapped`: it may be started per element, too."""
    # No tracing of its own: the sequence around it is traced already, and it costs 10 to 20 %.
    run, arun = _mapped(runner) if mapped else _plain(runner)
    return RunnableCallable(run, arun, trace=False, recurse=False)


def item_value(agent: AgentSpec) -> Callable[[Mapping[str, Json]], Json]:
    """The element that one run's updates make.

    The produced value where the agent writes it whole to one field, else the object of its
    updates.
    """
    if len(agent.writes) == 1 and agent.writes[0].key is None:
        field = agent.writes[0].field
        return lambda updates: updates.get(field)
    return dict


def _plain(runner: Runner) -> tuple[Callable[..., Any], Callable[..., Any]]:
    invoke, ainvoke = runner.invoke, runner.ainvoke

    def run(given: dict[str, Json], config: RunnableConfig) -> Any:
        return invoke(given, config)

    async def arun(given: dict[str, Json], config: RunnableConfig) -> Any:
        return await ainvoke(given, config)

    return run, arun


def _mapped(runner: Runner) -> tuple[Callable[..., Any], Callable[..., Any]]:
    invoke, ainvoke = runner.invoke, runner.ainvoke

    def run(given: dict[str, Json], config: RunnableConfig) -> Any:
        if RESERVED_KEY not in given:
            return invoke(given, config)
        item, into = _opened(given)
        return ItemOutcome(into, item, invoke(dict(item), config))

    async def arun(given: dict[str, Json], config: RunnableConfig) -> Any:
        if RESERVED_KEY not in given:
            return await ainvoke(given, config)
        item, into = _opened(given)
        return ItemOutcome(into, item, await ainvoke(dict(item), config))

    return run, arun


def _opened(given: Mapping[str, Json]) -> tuple[dict[str, Json], str]:
    # `given` itself is what the checkpoint holds: it must stay as it is.
    item = {field: value for field, value in given.items() if field != RESERVED_KEY}
    return item, given[RESERVED_KEY]
