"""What those who watch see of a write: the list that it is, whatever form `growing` gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.types import StateSnapshot

from agentgraph.compile.growing import is_list_write

_WRITES = "$writes"  # LangGraph's, where one task wrote to a channel more than once
_TELLING = frozenset({"updates", "tasks", "checkpoints", "debug"})


def shown(chunk: Any, modes: str | Sequence[str]) -> Any:
    """A chunk of a stream with these modes, each list that was written a list again."""
    if isinstance(chunk, dict) and "ns" in chunk and chunk.get("type") in _TELLING:  # version="v2"
        return {**chunk, "data": _payload(chunk["type"], chunk["data"])}
    if isinstance(modes, str):
        # With `subgraphs` the place comes before: a tuple of texts, and no payload is a tuple.
        if isinstance(chunk, tuple):
            return (*chunk[:-1], _payload(modes, chunk[-1]))
        return _payload(modes, chunk)
    if isinstance(chunk, tuple) and len(chunk) > 1 and chunk[-2] in _TELLING:
        return (*chunk[:-1], _payload(chunk[-2], chunk[-1]))
    return chunk


def shown_state(snapshot: StateSnapshot) -> StateSnapshot:
    """A snapshot, the results of its tasks likewise."""
    if not any(task.result for task in snapshot.tasks):
        return snapshot
    tasks = tuple(task._replace(result=_update(task.result)) for task in snapshot.tasks)
    return snapshot._replace(tasks=tasks)


def _payload(mode: str, payload: Any) -> Any:
    if not isinstance(payload, dict):
        return payload
    if mode == "updates":
        return {node: _update(update) for node, update in payload.items()}
    if mode == "debug":
        inner = "checkpoints" if payload.get("type") == "checkpoint" else "tasks"
        return {**payload, "payload": _payload(inner, payload.get("payload"))}
    if mode == "tasks" and "result" in payload:
        return {**payload, "result": _update(payload["result"])}
    if mode == "checkpoints" and "tasks" in payload:
        return {**payload, "tasks": [_payload("tasks", task) for task in payload["tasks"]]}
    return payload


def _update(update: Any) -> Any:
    if isinstance(update, list):
        return [_update(one) for one in update]
    if not isinstance(update, Mapping):
        return update
    return {field: _value(value) for field, value in update.items()}


def _value(value: Any) -> Any:
    if is_list_write(value):
        return list(value)
    if isinstance(value, dict) and len(value) == 1 and _WRITES in value:
        return {_WRITES: [_value(one) for one in value[_WRITES]]}
    return value
