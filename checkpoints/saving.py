"""Storing checkpoints and writes: builds the calls, reads the answers, waits for nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from checkpoints.errors import LostValueError, NotStorableError
from checkpoints.frames import EMPTY, Head, Typed
from checkpoints.keys import escape, value_ref
from checkpoints.known import NOTHING, Facts, Needs, relied_on
from checkpoints.lists import divide
from checkpoints.packs import Write, alone, packed
from checkpoints.places import Place
from checkpoints.reading import read_envelopes
from checkpoints.settings import Settings

Blobs = dict[str, Typed | Callable[[str], Typed]]
"""Big values by digest, or what makes one of the digest."""


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
    changed = _changed(settings, serde, place, checkpoint["channel_values"], new_versions)
    head = _head(place.checkpoint, checkpoint)
    # Its delta channels are rebuilt from its ancestors.
    has_deltas = bool(stamped.get("counters_since_delta_snapshot"))
    parent = place.name(place.checkpoint) if has_deltas and place.checkpoint else ""
    order: list[Argument] = [
        name,
        settings.codec.seal_envelope(
            name, head, _dumped(serde, "metadata", (_rest(checkpoint), stamped))
        ),
        str(stamped.get("run_id") or ""),
        "1" if parent else "",
        len(changed.values) // 2,
        *changed.values,
        *changed.empties,
    ]
    facts = Facts.of(name, head.stored, changed.blobs)
    needs = Needs(facts.space, parent, facts.values.difference(changed.refs))
    orders = _order("checkpoint", order)
    work = _Work(orders, changed.blobs, facts, needs, expects=not has_deltas)
    yield from _store(settings, place.thread, work)


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
    blobs: Blobs = {}
    if regular:
        pack = packed(settings.codec, beginning, path, regular)
        blobs = pack.blobs
        orders += _order("pack", (beginning, pack.indices, pack.rest))
    # Most often the checkpoint that these writes lead to follows at once; what a person is
    # asked, an answer and an error are told without delay.
    can_wait = len(regular) == len(writes)
    work = _Work(orders, blobs, Facts(blobs), can_wait=can_wait)
    yield from _store(settings, place.thread, work)


@dataclass(frozen=True, slots=True)
class _Work:
    """What one call is to store: orders, the big values that they refer to, what they need and what holds then."""

    orders: Sequence[Argument]
    blobs: Blobs
    facts: Facts
    needs: Needs = NOTHING
    can_wait: bool = False
    expects: bool | None = None


def _store(settings: Settings, thread: str, work: _Work) -> Trip[None]:
    """Carry it out, together with the big values that Redis may not have."""
    keys, known = settings.keys(thread), settings.known
    call = write(
        keys,
        settings.writing,
        work.orders,
        can_wait=work.can_wait,
        expects=work.expects,
        late=partial(_brought, settings, keys[0], work),
        note=partial(known.wrote, keys[0], work.facts),
    )
    [reply] = yield [call]
    if reply[0] in {b"MISSING", b"LOST"}:
        # Here, or with whom this was sent together: nothing was stored.
        known.forget(keys[0])
        brought = _brought(settings, "", work, set())
        [reply] = yield [
            replace(call, shared=0, arguments=(*settings.writing, *brought, *work.orders))
        ]
        known.wrote(keys[0], work.facts, reply)
    if not isinstance(reply, bytes):
        answer(thread, reply, settings.owner)


def _brought(settings: Settings, thread: str, work: _Work, along: set[str]) -> list[Argument]:
    """Big values that are not known to be there, and are not sent `along` already; what is known is told."""
    sight, blobs, brought = settings.known.of(thread), work.blobs, list[Argument]()
    wanted = blobs.keys() - along if blobs and along else blobs.keys()
    there = sight.digests if sight is not None else {}
    new = [digest for digest in wanted if digest not in there]
    for digest in new:
        blob = blobs[digest]
        brought += (digest, settings.codec.seal(digest, blob(digest) if callable(blob) else blob))
    along.update(new)
    seen = relied_on(sight, work.needs, blobs=len(new) < len(wanted))
    return [*seen, *_order("blobs", brought)]


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
    """What is new: fields with payloads, alternating, of channels that have a value, and of those that have none.

    `refs` are the names of those that have one, within their namespace; `blobs` the big values.
    """

    refs: list[str] = field(default_factory=list)
    values: list[Argument] = field(default_factory=list)
    empties: list[Argument] = field(default_factory=list)
    blobs: Blobs = field(default_factory=dict)


def _changed(
    settings: Settings,
    serde: SerializerProtocol,
    place: Place,
    values: Mapping[str, Any],
    new_versions: ChannelVersions,
) -> _Changed:
    found, codec, space = _Changed(), settings.codec, escape(place.space)
    thread = settings.keys(place.thread)[0]
    for channel, version in new_versions.items():
        ref = value_ref(channel, version)
        name = f"{space}/{ref}"
        if channel not in values:
            found.empties.extend((name, codec.seal(name, (EMPTY, b""))))
            continue
        found.refs.append(ref)
        typed = _dumped(serde, channel, values[channel])
        if len(typed[1]) < codec.big:
            found.values.extend((name, codec.seal(name, typed)))
            continue
        dump, key = partial(_dumped, serde, channel), (thread, f"{space}/{escape(channel)}")
        divided = divide(values[channel], typed, dump, codec.digest, settings.grown.get(key))
        if divided is None:
            digests = [codec.digest(typed)]
            found.blobs[digests[0]] = typed
        else:
            settings.grown.keep(key, divided)
            digests = divided.digests
            found.blobs.update(dict.fromkeys(digests, divided.typed))
        found.values.extend((name, codec.refer(name, digests, in_parts=len(digests) > 1)))
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
