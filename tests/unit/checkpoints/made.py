"""Checkpoints made for tests, as LangGraph makes them."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from langgraph.checkpoint.base.id import uuid6


def config(thread: Any = "t", namespace: str = "", checkpoint: str | None = None) -> Any:
    place = {"thread_id": thread, "checkpoint_ns": namespace}
    return {"configurable": place | ({"checkpoint_id": checkpoint} if checkpoint else {})}


def checkpoint(
    values: dict[str, Any] | None = None, versions: dict[str, Any] | None = None, **more: Any
) -> Any:
    values = values or {}
    made = empty_checkpoint() | {"id": str(uuid6()), "channel_values": values}
    return made | {"channel_versions": versions or dict.fromkeys(values, "1.0")} | more


def put(
    saver: BaseCheckpointSaver[Any],
    at: Any,
    values: dict[str, Any] | None = None,
    *,
    new: Any = None,
    versions: Any = None,
    step: int = 0,
    **more: Any,
) -> Any:
    """Put a checkpoint below the one that `at` names; the config that names the new one."""
    made = checkpoint(values, versions)
    metadata: Any = {"source": "loop", "step": step, "parents": {}} | more
    return saver.put(at, made, metadata, made["channel_versions"] if new is None else new)


def values_at(saver: BaseCheckpointSaver[Any], at: Any) -> dict[str, Any]:
    """The channel values of the checkpoint that `at` names."""
    found = saver.get_tuple(at)
    assert found is not None
    return found.checkpoint["channel_values"]


def writes_at(saver: BaseCheckpointSaver[Any], at: Any) -> list[Any]:
    """The pending writes of the checkpoint that `at` names."""
    found = saver.get_tuple(at)
    assert found is not None
    assert found.pending_writes is not None
    return found.pending_writes


def plain(found: Any) -> Any:
    """A checkpoint tuple by names, for a readable difference."""
    return found and {
        "config": found.config,
        "checkpoint": found.checkpoint,
        "metadata": found.metadata,
        "parent": found.parent_config,
        "writes": found.pending_writes,
    }
