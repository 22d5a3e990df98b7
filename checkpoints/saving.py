"""Storing checkpoints and writes: builds the calls, reads the answers, waits for nothing."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
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

from checkpoints.calls import Argument, Trip, answer, write
from checkpoints.codec import Codec
from checkpoints.errors import LostValueError, NotStorableError
from checkpoints.frames import EMPTY, Head, Typed
from checkpoints.keys import escape, value_ref
from checkpoints.lists import in_parts
from checkpoints.packs import Write, alone, packed
from checkpoints.places import Place
from checkpoints.reading import read_envelopes
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
    stamped = get_checkpoint_metadata(config, metadata)
    store = partial(_put, settings, serde, place, checkpoint, stamped=stamped)
    try:
        yield from store(new_versions=new_versions)
    except LostValueError:
        late = yield from _rebuilt_since(settings, serde, place, checkpoint)
        if not late:
            raise
        yield from store(new_versions={**new_versions, **late})
    return {
        "configurable": {
            "thread_id": place.thread_id,
            "checkpoint_ns": place.space,
            "checkpoint_id": checkpoint["id"],
        }
    }


def _put(
    settings: Settings,
    serde: SerializerProtocol,
    place: Place,
    checkpoint: Checkpoint,
    *,
    stamped: CheckpointMetadata,
    new_versions: ChannelVersions,
) -> Trip[None]:
    name = place.name(checkpoint["id"])
    changed = _changed(
        settings.codec, serde, place.space, checkpoint["channel_values"], new_versions
    )
    order: list[Argument] = [
        name,
        settings.codec.seal_envelope(
            name,
            _head(place.checkpoint, checkpoint),
            _dumped(serde, "metadata", (_rest(checkpoint), stamped)),
        ),
        str(stamped.get("run_id") or ""),
        # Its delta channels are rebuilt from its ancestors.
        "1" if place.checkpoint and stamped.get("counters_since_delta_snapshot") else "",
        len(changed.values) // 2,
        *changed.values,
        *changed.empties,
    ]
    yield from _store(settings, place.thread, changed.blobs, _order("checkpoint", order))


def _rebuilt_since(
    settings: Settings, serde: SerializerProtocol, place: Place, checkpoint: Checkpoint
) -> Trip[ChannelVersions]:
    """The channels that were empty at this version in the parent, and have a value now.

    So it is where a graph had a delta channel and has an ordinary one now: LangGraph rebuilds
    its value, and hands it out under the version that it had.
    """
    if not place.checkpoint:
        return {}
    parents = yield from read_envelopes(settings, serde, place.thread, [place.which])
    empty = {ref for parent in parents for ref in parent.head.empty}
    versions, values = checkpoint["channel_versions"], checkpoint["channel_values"]
    return {c: v for c, v in versions.items() if c in values and value_ref(c, v) in empty}


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
    beginning = f"{place.name(place.checkpoint or '')}/{escape(task)}/"
    regular: list[Write] = []
    orders: list[Argument] = []
    for position, (channel, value) in enumerate(writes):
        index = WRITES_IDX_MAP.get(channel, position)
        one = Write(task, index, channel, path, _dumped(serde, channel, value))
        if index >= 0:
            regular.append(one)
        else:
            orders += _order("alone", alone(settings.codec, beginning, one))
    blobs: dict[str, Typed] = {}
    if regular:
        pack = packed(settings.codec, beginning, path, regular)
        blobs = pack.blobs
        orders += _order("pack", (beginning, pack.indices, pack.rest))
    # Most often the checkpoint that these writes lead to follows at once; what a person is
    # asked, an answer and an error are told without delay.
    can_wait = len(regular) == len(writes)
    yield from _store(settings, place.thread, blobs, orders, can_wait=can_wait)


def _store(
    settings: Settings,
    thread: str,
    blobs: Mapping[str, Typed],
    orders: Sequence[Argument],
    *,
    can_wait: bool = False,
) -> Trip[None]:
    """Carry out orders, together with the big values that they refer to and Redis may not have."""
    keys, known, codec = settings.keys(thread), settings.known, settings.codec
    for again in (False, True):
        there = [digest for digest in blobs if not again and known.has(keys[0], digest)]
        brought: list[Argument] = []
        for digest, typed in blobs.items():
            if digest not in there:
                brought += [digest, codec.seal(digest, typed)]
        [reply] = yield [
            write(
                keys,
                settings.writing,
                *_order("needs", there),
                *_order("blobs", brought),
                *orders,
                can_wait=can_wait,
                alone=again,
            )
        ]
        if reply[0] in {b"MISSING", b"LOST"} and not again:
            # Here, or with whom this was sent together: nothing was stored.
            known.forget(keys[0], there)
            continue
        answer(thread, reply, settings.owner)
        known.add(keys[0], blobs)
        return


def next_version(current: str | float | None) -> str:
    """The version after `current`: a number that grows, and a random part.

    The random part keeps the values of two forks of one checkpoint apart: values are stored
    by channel and version, and both forks count on from the same number.
    """
    number = 0 if current is None else int(str(current).split(".", maxsplit=1)[0])
    return f"{number + 1:010d}.{random.getrandbits(40):010x}"


def _order(kind: str, arguments: Sequence[Argument]) -> list[Argument]:
    """Something for the script to store; nothing where there is nothing."""
    return [kind, len(arguments), *arguments] if arguments else []


@dataclass(frozen=True, slots=True)
class _Changed:
    """Fields with payloads, alternating: of channels that have a value, and of those that have none; big values."""

    values: list[Argument] = field(default_factory=list)
    empties: list[Argument] = field(default_factory=list)
    blobs: dict[str, Typed] = field(default_factory=dict)


def _changed(
    codec: Codec,
    serde: SerializerProtocol,
    namespace: str,
    values: dict[str, Any],
    new_versions: ChannelVersions,
) -> _Changed:
    found = _Changed()
    for channel, version in new_versions.items():
        name = f"{escape(namespace)}/{value_ref(channel, version)}"
        if channel not in values:
            found.empties.extend((name, codec.seal(name, (EMPTY, b""))))
            continue
        typed = _dumped(serde, channel, values[channel])
        if len(typed[1]) < codec.big:
            found.values.extend((name, codec.seal(name, typed)))
            continue
        parts = in_parts(values[channel], typed, partial(_dumped, serde, channel))
        digests = [codec.digest(part) for part in parts or [typed]]
        found.values.extend((name, codec.refer(name, digests, in_parts=bool(parts))))
        found.blobs.update(zip(digests, parts or [typed], strict=True))
    return found


def _head(parent: str | None, checkpoint: Checkpoint) -> Head:
    values, versions = checkpoint["channel_values"], checkpoint["channel_versions"]
    return Head(
        parent=escape(parent or ""),
        stored=tuple(value_ref(c, v) for c, v in versions.items() if c in values),
        empty=tuple(value_ref(c, v) for c, v in versions.items() if c not in values),
    )


def _rest(checkpoint: Checkpoint) -> dict[str, Any]:
    """What a checkpoint holds besides its channels."""
    channels = {"channel_values", "channel_versions"}
    return {key: part for key, part in checkpoint.items() if key not in channels}


def _dumped(serde: SerializerProtocol, name: str, value: Any) -> Typed:
    try:
        return serde.dumps_typed(value)
    except Exception as error:
        raise NotStorableError(name, type(value).__qualname__, str(error)) from error
