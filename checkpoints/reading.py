"""Reading checkpoints back: builds the calls, and tuples from the replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    PendingWrite,
    writes_sort_key,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Trip, answer, call, check_format
from checkpoints.errors import CorruptPayloadError, LostValueError
from checkpoints.frames import EMPTY, Head, Typed, unseal, unseal_envelope
from checkpoints.keys import split_name, split_ref, unescape
from checkpoints.places import Place
from checkpoints.settings import Settings


@dataclass(frozen=True, slots=True)
class Envelope:
    """A checkpoint without its values: `rest` is what LangGraph's checkpoint holds besides channels."""

    name: str
    head: Head
    rest: dict[str, Any]
    metadata: CheckpointMetadata


@dataclass(frozen=True, slots=True)
class Write:
    """One stored write, taken apart but not decoded. `name` is all that stands before the payload."""

    task: str
    index: int
    channel: str
    path: str
    name: str
    payload: bytes


def get_tuple(
    settings: Settings, serde: SerializerProtocol, config: RunnableConfig
) -> Trip[CheckpointTuple | None]:
    """The checkpoint that a config names, the one with the greatest id where it names none."""
    place = Place.of(config)
    found = yield from read_tuples(settings, serde, place.thread, [place.which])
    for one in found:
        # The caller's own thread id, which need not be a string.
        one.config.get("configurable", {})["thread_id"] = place.thread_id
    return found[0] if found else None


def read_tuples(
    settings: Settings, serde: SerializerProtocol, thread: str, what: Sequence[str]
) -> Trip[list[CheckpointTuple]]:
    """The checkpoints named, whole, in order; those that are not there are left out."""
    ttl = settings.ttl if settings.refresh_on_read and settings.ttl else ""
    [reply] = yield [call("read", settings.keys(thread), ttl, "full", *what)]
    version, entries, fields, payloads = answer(thread, reply)
    check_format(thread, version)
    values = {field.decode(): payload for field, payload in zip(fields, payloads, strict=True)}
    return [
        _tuple(
            thread,
            envelope := _envelope(serde, thread, name, sealed),
            load_values(serde, thread, envelope, values),
            load_writes(serde, thread, writes),
        )
        for name, sealed, writes in entries
    ]


def read_envelopes(
    settings: Settings, serde: SerializerProtocol, thread: str, what: Sequence[str]
) -> Trip[list[Envelope]]:
    """The checkpoints named, without values and writes."""
    [reply] = yield [call("read", settings.keys(thread), "", "envelope", *what)]
    version, entries, _, _ = answer(thread, reply)
    check_format(thread, version)
    return [_envelope(serde, thread, name, envelope) for name, envelope, _ in entries]


def take_apart(thread: str, member: bytes) -> Write:
    """A member of `writes`: namespace/checkpoint/task/index/channel/path/payload.

    Raises `CorruptPayloadError` where the names in it are damaged.
    """
    try:
        _, _, task, index, channel, path, payload = member.split(b"/", 6)
        name = member[: len(member) - len(payload)].decode()
        return Write(
            unescape(task.decode()),
            int(index),
            unescape(channel.decode()),
            unescape(path.decode()),
            name,
            payload,
        )
    except ValueError as error:
        raise CorruptPayloadError(thread, "writes", f"{member[:80]!r} is no write") from error


def load_writes(
    serde: SerializerProtocol, thread: str, members: Sequence[bytes]
) -> list[PendingWrite]:
    """Stored writes in the order in which LangGraph applies them."""
    writes = sorted(
        (take_apart(thread, member) for member in members),
        key=lambda w: writes_sort_key(w.path, w.task, w.index),
    )
    return [
        (w.task, w.channel, serde.loads_typed(unseal(thread, w.name, w.payload))) for w in writes
    ]


def load_values(
    serde: SerializerProtocol, thread: str, envelope: Envelope, payloads: Mapping[str, bytes | None]
) -> dict[str, Any]:
    """The values of a checkpoint by channel, from payloads by name; raises `LostValueError`.

    Each checkpoint gets objects of its own, also where it shares payloads with another.
    """
    space = envelope.name.partition("/")[0]
    found: dict[str, Any] = {}
    for ref in envelope.head.stored:
        typed = unseal_value(thread, f"{space}/{ref}", payloads[f"{space}/{ref}"])
        if typed[0] != EMPTY:
            found[split_ref(ref)[0]] = serde.loads_typed(typed)
    return found


def unseal_value(thread: str, name: str, payload: bytes | None) -> Typed:
    """What is stored under `name`; raises `LostValueError` when there is nothing."""
    if payload is None:
        raise LostValueError(thread, name)
    return unseal(thread, name, payload)


def _envelope(serde: SerializerProtocol, thread: str, name: bytes, envelope: bytes) -> Envelope:
    head, body = unseal_envelope(thread, name.decode(), envelope)
    rest, metadata = serde.loads_typed(body)
    return Envelope(name.decode(), head, rest, metadata)


def _tuple(
    thread: str, envelope: Envelope, values: dict[str, Any], writes: list[PendingWrite]
) -> CheckpointTuple:
    namespace, checkpoint_id = split_name(envelope.name)
    head = envelope.head
    checkpoint: Checkpoint = {
        **envelope.rest,  # type: ignore[typeddict-item]  # what LangGraph's checkpoint held when it was stored
        "channel_values": values,
        "channel_versions": dict(map(split_ref, (*head.stored, *head.empty))),
    }

    def config(checkpoint_id: str) -> RunnableConfig:
        place = {"thread_id": thread, "checkpoint_ns": namespace, "checkpoint_id": checkpoint_id}
        return {"configurable": place}

    parent = unescape(head.parent)
    return CheckpointTuple(
        config=config(checkpoint_id),
        checkpoint=checkpoint,
        metadata=envelope.metadata,
        parent_config=config(parent) if parent else None,
        pending_writes=writes,
    )
