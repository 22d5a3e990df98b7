"""Checkpoints read outside of a graph: the lists that grew put together, as a run would find them.

Which fields they are, and by which reducer, stands in the checkpoint's metadata: no graph is
needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple

from agentgraph.compile.growing import begun_list, combined, stored_list
from agentgraph.compile.internals import MISSING, DeltaSnapshot
from agentgraph.declare.markers import BUILT_IN
from agentgraph.model.contract import Json

GROWING = "agentgraph_growing"
"""In the metadata of a checkpoint: the lists of which steps stored what they added, with their reducers."""


def reducers_told(reducers: Mapping[str, str | None]) -> str:
    """The reducer of each list, as the metadata tells it: LangGraph stores texts and numbers there."""
    return json.dumps(reducers, sort_keys=True) if reducers else ""


def rebuilt(saver: Any, found: CheckpointTuple) -> CheckpointTuple:
    """A checkpoint with all its values, as they were."""
    lacking = _lacking(found)
    if not lacking:
        return _filled(found, {})
    told = saver.get_delta_channel_history(config=found.config, channels=[*lacking])
    return _filled(found, _lists(lacking, told))


async def arebuilt(saver: Any, found: CheckpointTuple) -> CheckpointTuple:
    """`rebuilt`, awaited."""
    lacking = _lacking(found)
    if not lacking:
        return _filled(found, {})
    told = await saver.aget_delta_channel_history(config=found.config, channels=[*lacking])
    return _filled(found, _lists(lacking, told))


def all_rebuilt(stored: Sequence[CheckpointTuple]) -> Iterator[CheckpointTuple]:
    """All checkpoints of a thread, oldest first, each with its values: nothing more is read."""
    done: dict[str, CheckpointTuple] = {}
    for one in stored:
        parent = done.get(_parent(one))
        lists: dict[str, Json] = {}
        for field, reducer in _lacking(one).items():
            before, writes = _before(parent, field)
            value = combined(BUILT_IN[reducer], before, writes)
            if value is not MISSING:
                lists[field] = value
        done[one.checkpoint["id"]] = whole = _filled(one, lists)
        yield whole


def told_growing(found: CheckpointTuple) -> dict[str, str]:
    """The lists of which the graph that left the checkpoint stored what steps added, each with its reducer."""
    told: str = found.metadata.get(GROWING, "")  # type: ignore[assignment]  # ours, beside LangGraph's
    return json.loads(told) if told else {}


def _lacking(found: CheckpointTuple) -> dict[str, str]:
    """The lists that the checkpoint has and does not hold, each with its reducer."""
    growing = told_growing(found)
    versions, values = found.checkpoint["channel_versions"], found.checkpoint["channel_values"]
    return {name: how for name, how in growing.items() if name in versions and name not in values}


def _lists(lacking: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, Json]:
    lists = {}
    for field, reducer in lacking.items():
        history = told[field]
        seed = begun_list(history.get("seed", MISSING))
        value = combined(BUILT_IN[reducer], seed, [write for _, _, write in history["writes"]])
        if value is not MISSING:
            lists[field] = value
    return lists


def _before(parent: CheckpointTuple | None, field: str) -> tuple[Any, list[Any]]:
    """What the list was at the checkpoint before, and what was written to it there."""
    if parent is None:
        return [], []
    writes = [value for _, channel, value in parent.pending_writes or () if channel == field]
    return parent.checkpoint["channel_values"].get(field, []), writes


def _parent(one: CheckpointTuple) -> str:
    configurable = (one.parent_config or {}).get("configurable", {})
    return str(configurable.get("checkpoint_id", ""))


def _filled(found: CheckpointTuple, lists: Mapping[str, Json]) -> CheckpointTuple:
    values = {**_whole_values(found), **lists}
    return found._replace(checkpoint={**found.checkpoint, "channel_values": values})


def _whole_values(found: CheckpointTuple) -> dict[str, Any]:
    values = found.checkpoint["channel_values"]
    return {
        name: stored_list(value) if isinstance(value, DeltaSnapshot) else value
        for name, value in values.items()
    }
