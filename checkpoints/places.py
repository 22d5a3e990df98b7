"""Which checkpoint of which thread a config means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig

from checkpoints.keys import checkpoint_name, escape


@dataclass(frozen=True, slots=True)
class Place:
    """Thread, namespace and checkpoint of a config.

    `thread_id` is the caller's, not always a string; `namespace` None means any namespace,
    `checkpoint` None the newest one.
    """

    thread_id: Any
    namespace: str | None
    checkpoint: str | None

    @classmethod
    def of(cls, config: RunnableConfig) -> Place:
        """The place that a config names; raises `KeyError` where it names no thread."""
        said: dict[str, Any] = config.get("configurable") or {}
        return cls(said["thread_id"], said.get("checkpoint_ns"), said.get("checkpoint_id") or None)

    @property
    def thread(self) -> str:
        """The thread as part of a key."""
        return str(self.thread_id)

    @property
    def space(self) -> str:
        """The namespace; the root where none is given."""
        return self.namespace or ""

    def name(self, checkpoint: str) -> str:
        """The name of a checkpoint in this place's namespace."""
        return checkpoint_name(self.space, checkpoint)

    @property
    def which(self) -> str:
        """How scripts are told which checkpoint is meant: see `resolve` in common.lua."""
        return f"={self.name(self.checkpoint)}" if self.checkpoint else f">{escape(self.space)}/"
