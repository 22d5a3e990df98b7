"""Storing checkpoints and writes: builds the calls, reads the answers, waits for nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Argument, Trip, answer, call
from checkpoints.errors import NotStorableError
from checkpoints.frames import EMPTY, Head, Typed, seal, seal_envelope
from checkpoints.keys import escape, value_ref
from checkpoints.places import Place
from checkpoints.settings import Settings


def put(
    settings: Settings,
    serde: SerializerProtocol,
    config: RunnableConfig,
    checkpoint: Checkpoint,
    *,
    metadata: CheckpointMetadata,
    new_versions: ChannelVersions,
) -> Trip[RunnableConfig]:
    """Store a checkpoint and the values of the channels in `new_versions`; an id stored before is written over."""
    place = Place.of(config)
    name = place.name(checkpoint["id"])
    stamped = get_checkpoint_metadata(config, metadata)
    values, empties = _changed(serde, place.space, checkpoint["channel_values"], new_versions)
    [reply] = yield [
        call(
            "put",
            settings.keys(place.thread),
            *settings.writing,
            name,
            _envelope(serde, name, place.checkpoint, checkpoint, stamped),
            str(stamped.get("run_id") or ""),
            len(values) // 2,
            *values,
            0,
            *empties,
        )
    ]
    answer(place.thread, reply, settings.owner)
    return {
        "configurable": {
            "thread_id": place.thread_id,
            "checkpoint_ns": place.space,
            "checkpoint_id": checkpoint["id"],
        }
    }


def put_writes(
    settings: Settings,
    serde: SerializerProtocol,
    config: RunnableConfig,
    writes: Sequence[tuple[str, Any]],
    *,
    task: str,
    path: str,
) -> Trip[None]:
    """Store what a task wrote for a checkpoint, which may be stored earlier or later."""
    if not writes:
        return
    place = Place.of(config)
    name = place.name(place.checkpoint or "")
    arguments: list[Argument] = []
    for position, (channel, value) in enumerate(writes):
        index = WRITES_IDX_MAP.get(channel, position)
        beginning = f"{name}/{escape(task)}/{index}/"
        rest = f"{escape(channel)}/{escape(path)}/"
        payload = seal(beginning + rest, _dumped(serde, channel, value))
        arguments += [beginning, rest.encode() + payload, "1" if index < 0 else "0"]
    [reply] = yield [call("put_writes", settings.keys(place.thread), *settings.writing, *arguments)]
    answer(place.thread, reply, settings.owner)


def next_version(current: str | float | None) -> str:
    """The version after `current`: a number that grows, and a random part.

    The random part keeps the values of two forks of one checkpoint apart: values are stored
    by channel and version, and both forks count on from the same number.
    """
    number = 0 if current is None else int(str(current).split(".", maxsplit=1)[0])
    return f"{number + 1:010d}.{random.getrandbits(40):010x}"


def _changed(
    serde: SerializerProtocol, namespace: str, values: dict[str, Any], new_versions: ChannelVersions
) -> tuple[list[Argument], list[Argument]]:
    """Fields with payloads, alternating: of changed channels that have a value, and of those that have none."""
    stored: list[Argument] = []
    empty: list[Argument] = []
    for channel, version in new_versions.items():
        field = f"{escape(namespace)}/{value_ref(channel, version)}"
        if channel in values:
            stored += [field, seal(field, _dumped(serde, channel, values[channel]))]
        else:
            empty += [field, seal(field, (EMPTY, b""))]
    return stored, empty


def _envelope(
    serde: SerializerProtocol,
    name: str,
    parent: str | None,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
) -> bytes:
    values, versions = checkpoint["channel_values"], checkpoint["channel_versions"]
    head = Head(
        parent=escape(parent or ""),
        stored=tuple(value_ref(c, v) for c, v in versions.items() if c in values),
        empty=tuple(value_ref(c, v) for c, v in versions.items() if c not in values),
    )
    rest = {
        key: part
        for key, part in checkpoint.items()
        if key not in {"channel_values", "channel_versions"}
    }
    return seal_envelope(name, head, _dumped(serde, "metadata", (rest, metadata)))


def _dumped(serde: SerializerProtocol, name: str, value: Any) -> Typed:
    try:
        return serde.dumps_typed(value)
    except Exception as error:
        raise NotStorableError(name, type(value).__qualname__, str(error)) from error
