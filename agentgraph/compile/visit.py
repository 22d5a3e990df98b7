"""A run as it begins: what it is given, where it stands, whether it goes on with something."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from agentgraph.compile.internals import (
    CONF,
    CONFIG_KEY_CHECKPOINTER,
    CONFIG_KEY_RESUMING,
    CONFIG_KEY_STREAM,
    CONFIG_KEY_TASK_ID,
    ensure_config,
)

LINEAGE = "agentgraph_lineage"
"""Which history of its thread a run belongs to; in the metadata of every checkpoint."""
CHAIN = "agentgraph_chain"
"""The calls that a nested run is inside of, outermost first; in its metadata."""
AGAIN = "__agentgraph_again"
"""The lineage of a run that is fed its recorded input again, in its configurable."""
RUN = "__agentgraph_run"
"""In the configurable: the run's own name, which stands on its events."""
HIDDEN = "__agentgraph_hidden"
"""In the configurable: the labelled values that the run has met."""
LIMIT = "__agentgraph_limit"
"""In the configurable: when the run has to end."""
LISTENS = "__agentgraph_listens"
"""Set in the configurable of a run whose events somebody streams."""
DEADLINE = "__agentgraph_deadline"
"""When a run must be done, by `Clock.monotonic`, in its configurable."""

_COORDINATES = ("thread_id", "checkpoint_ns", "checkpoint_id")


@dataclass(frozen=True, slots=True)
class Visit:
    """One run at the door. `nested`: it is part of a node's run in another graph.

    `going_on`: its input is nothing, a command, or what the outer run is resumed with.
    """

    configurable: Mapping[str, Any]
    metadata: Mapping[str, Any]
    nested: bool
    going_on: bool

    @classmethod
    def of(cls, given: Any, own: RunnableConfig | None, config: RunnableConfig | None) -> Visit:
        """The run on `given`, with the graph's own config and the caller's."""
        whole = ensure_config(own, config)
        configurable = whole.get(CONF, {})
        nested = CONFIG_KEY_TASK_ID in configurable
        resumed = nested and bool(configurable.get(CONFIG_KEY_RESUMING))
        going_on = given is None or isinstance(given, Command) or resumed
        return cls(configurable, whole.get("metadata") or {}, nested, going_on)

    def saver(self, own: Any) -> Any:
        """The saver that the run will use: handed down to a nested run, else the graph's own."""
        handed = self.configurable.get(CONFIG_KEY_CHECKPOINTER)
        if own is False or not self.configurable:
            return None
        return handed or (own if own not in (None, True) else None)

    def where(self) -> RunnableConfig:
        """The checkpoint that it starts from."""
        at = {key: self.configurable[key] for key in _COORDINATES if key in self.configurable}
        return {CONF: {"checkpoint_ns": "", **at}}

    @property
    def lineage(self) -> str | None:
        """The lineage that the run had before it was cut off, where it begins once more."""
        return None if self.nested else self.configurable.get(AGAIN)

    @property
    def names_checkpoint(self) -> bool:
        """Whether the caller names the checkpoint to start from: perhaps not the newest one."""
        return not self.nested and "checkpoint_id" in self.configurable

    def head(self) -> RunnableConfig:
        """The newest checkpoint of its thread."""
        found = self.where().get(CONF, {})
        return {CONF: {key: value for key, value in found.items() if key != "checkpoint_id"}}

    def stamp(self, stored: Any, *, older: bool) -> dict[str, str]:
        """What to write on its checkpoints beside the graph's stamp; `stored`: the one it starts from.

        New input, or an `older` checkpoint, begins a lineage, unless it is one that begins once
        more. Going on keeps it; after an update from outside there is a new one, the same each time.
        """
        if self.nested:
            outer = self.metadata.get(CHAIN, "")
            chain = {CHAIN: f"{outer}{step_of(self.metadata)}/"}
            if LINEAGE in self.metadata:
                return {LINEAGE: self.metadata[LINEAGE], **chain}
        else:
            chain = {CHAIN: ""}
        if not self.going_on or stored is None or older:
            return {LINEAGE: self.lineage or uuid.uuid4().hex, **chain}
        known = stored.metadata.get(LINEAGE)
        after = uuid.uuid5(uuid.NAMESPACE_OID, stored.checkpoint["id"]).hex
        return {LINEAGE: known or after, **chain}

    def listens(self, modes: Any) -> bool:
        """Whether somebody streams the run's events: it, or the run around it, has mode "custom"."""
        outer = self.configurable.get(CONFIG_KEY_STREAM)
        return "custom" in (modes or ()) or "custom" in getattr(outer, "modes", ())


def step_of(metadata: Mapping[str, Any]) -> str:
    """The call that LangGraph's metadata tells of: its step, node, and index where it is one of several."""
    path: list[Any] = list(metadata.get("langgraph_path") or ())
    pushed = len(path) > 1 and path[0] == "__pregel_push" and isinstance(path[1], int)
    index = f":{path[1]}" if pushed else ""
    return f"{metadata.get('langgraph_step', 0)}:{metadata.get('langgraph_node', '')}{index}"
