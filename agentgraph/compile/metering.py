"""A turn's meter on its way through the engine: made at the door, asked before each agent, stored with the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig

from agentgraph.call.meter import Meter, Spent
from agentgraph.compile.internals import CONF, CONFIG_KEY_SEND
from agentgraph.model.contract import Json
from agentgraph.model.policy import Budget

USAGE = "usage:turn"
"""The hidden channel that holds what a turn has taken; START empties it."""
METER = "__agentgraph_meter"
"""Where the meter of the graph around a run stands in its configurable."""


@dataclass(frozen=True, slots=True)
class Metering:
    """Of a graph with a budget, or within one: what its door needs to make a meter."""

    graph: str
    budget: Budget | None

    def begin(self, configurable: Mapping[str, Any], stored: Any) -> Meter:
        """The meter of one run; `stored` is the checkpoint that it goes on from, None: a new turn."""
        return Meter(self.graph, self.budget, configurable.get(METER), _stored(stored))


def merged(held: Json, new: Json) -> Json:
    """What a turn has taken, and one call more."""
    return {
        "tokens": held["tokens"] + new["tokens"],
        "cost": held["cost"] + new["cost"],
        "seconds": max(held["seconds"], new["seconds"]),
        "began": held["began"],
    }


class Metered:
    """One call on its turn's meter. BudgetError: it may not start. Without a budget anywhere it does nothing."""

    def __init__(self, config: RunnableConfig, label: str) -> None:
        self._conf: Mapping[str, Any] = config.get(CONF, {})
        self._turn: Meter | None = self._conf.get(METER)
        self.meter = self._turn.call() if self._turn is not None else None
        if self._turn is not None:
            self._turn.hold(label, config.get("metadata", {}).get("langgraph_step", 0))

    def within(self, config: RunnableConfig) -> RunnableConfig:
        """The config for a graph that runs within the call: what it takes is the call's."""
        if self.meter is None:
            return config
        return {**config, "configurable": {**config.get("configurable", {}), METER: self.meter}}

    def done(self) -> None:
        """Store what the call took with the state that it leaves."""
        if self._turn is None or self.meter is None:
            return
        own, turn = self.meter.spent, self._turn.spent
        record = Spent(own.tokens, own.cost, turn.seconds, turn.began)
        self._conf[CONFIG_KEY_SEND]([(USAGE, asdict(record))])


def _stored(found: Any) -> Spent | None:
    # Where only the input is stored, what the channel holds is the turn's before.
    if found is None or found.metadata.get("source") == "input":
        return None
    records = [found.checkpoint["channel_values"].get(USAGE)]
    records += [value for _, channel, value in found.pending_writes or () if channel == USAGE]
    whole: Json = None
    for record in records:
        if record is not None:
            whole = record if whole is None else merged(whole, record)
    return None if whole is None else Spent(**whole)
