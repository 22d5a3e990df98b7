"""Which agents of a turn were degraded, on its way through the engine: stored with the state, handed to graphs within."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from langchain_core.runnables import RunnableConfig

from agentgraph.call.marks import Marks
from agentgraph.compile.internals import CONF, CONFIG_KEY_READ, CONFIG_KEY_SEND
from agentgraph.model.contract import Json
from agentgraph.model.graph import GraphSpec

DEGRADED = "turn:degraded"
"""The hidden channel that names the agents in whose place something stood; START empties it."""
_AROUND = "__agentgraph_degraded"


def degrades(spec: GraphSpec) -> bool:
    """Whether something may stand in for an agent of the graph, or of one within it."""
    return any(
        agent.policies.fallbacks
        or _may_be_stale(agent.policies)
        or any(_may_be_stale(tool.policies) for tool in agent.tools)
        or (agent.graph is not None and degrades(agent.graph))
        for agent in spec.agents
    )


def joined(held: Json, new: Json) -> Json:
    """Names that are known, and new ones."""
    return list(dict.fromkeys([*held, *new]))


@dataclass(slots=True, eq=False)
class Around:
    """What a graph within another is handed, and what it hands back."""

    earlier: tuple[str, ...]
    within: dict[str, None] = field(default_factory=dict)


class Degrading:
    """One call of a graph: its marks. Where its graph does not degrade, it only tells of those around."""

    def __init__(self, config: RunnableConfig, label: str, *, marks: bool) -> None:
        self._conf: Mapping[str, Any] = config.get(CONF, {})
        self._label = label
        self._marking = marks
        self._around: Around | None = self._conf.get(_AROUND)
        self.marks = Marks(self.earlier)

    def earlier(self) -> tuple[str, ...]:
        """The agents that were degraded before this call began."""
        around = self._around.earlier if self._around is not None else ()
        return tuple(dict.fromkeys((*around, *self._own())))

    def within(self, config: RunnableConfig) -> RunnableConfig:
        """The config for a graph that runs within the call."""
        earlier = self.earlier()
        if not (self._marking or earlier):
            return config
        self._inner = Around(earlier)
        return {
            **config,
            "configurable": {**config.get("configurable", {}), _AROUND: self._inner},
        }

    def done(self) -> None:
        """Store what was degraded with the state that the call leaves."""
        if not self._marking:
            return
        new = list(self._inner.within) if self._inner is not None else []
        new += [self._label] if self.marks.degraded else []
        if self._around is not None:
            # Those of before a crash, too: nobody else remembers them.
            self._around.within.update(dict.fromkeys([*self._own(), *new]))
        if new:
            self._conf[CONFIG_KEY_SEND]([(DEGRADED, new)])

    _inner: Around | None = None

    def _own(self) -> list[str]:
        if not self._marking:
            return []
        held: Mapping[str, Json] = self._conf[CONFIG_KEY_READ]([DEGRADED], False)
        return list(held.get(DEGRADED, ()))


def _may_be_stale(policies: Any) -> bool:
    return policies.cache is not None and policies.cache.stale_if_error > 0
