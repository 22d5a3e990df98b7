"""Reading checkpoints back: builds the calls, and tuples from the replies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
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
from checkpoints.codec import Codec
from checkpoints.errors import LostValueError
from checkpoints.frames import EMPTY, Head, Typed
from checkpoints.keys import split_name, split_ref, unescape
from checkpoints.known import Facts
from checkpoints.lists import Divided, from_parts
from checkpoints.packs import unpacked
from checkpoints.places import Place
from checkpoints.settings import Settings


@dataclass(frozen=True, slots=True)
class Envelope:
    """A checkpoint without its values: `rest` is what LangGraph's checkpoint holds besides channels."""

    name: str
    head: Head
    rest: dict[str, Any]
    metadata: CheckpointMetadata


def get_tuple(
    settings: Settings, serde: SerializerProtocol, config: RunnableConfig
) -> Trip[CheckpointTuple | None]:
    """The checkpoint that a config names, the one with the greatest id where it names none."""
    place = Place.of(config)
    found = yield from read_tuples(settings, serde, place.thread, [place.which], noted=True)
    for one in found:
        # The caller's own thread id, which need not be a string.
        one.config.get("configurable", {})["thread_id"] = place.thread_id
    return found[0] if found else None


def read_tuples(
    settings: Settings,
    serde: SerializerProtocol,
    thread: str,
    what: Sequence[str],
    *,
    noted: bool = False,
) -> Trip[list[CheckpointTuple]]:
    """The checkpoints named, whole, in order; those that are not there are left out.

    `noted`: what comes after them is stored the faster.
    """
    ttl = settings.ttl if settings.refresh_on_read and settings.ttl else ""
    keys = settings.keys(thread)
    [reply] = yield [call("read", keys, ttl, "full", *what)]
    version, entries, values, blobs, state = answer(thread, reply)
    check_format(thread, version)
    divided: dict[str, Divided] | None = {} if noted else None
    stored = Stored(settings.codec, serde, thread, by_name(values), by_name(blobs), divided)
    opened = [(stored.envelope(name, sealed), writes) for name, sealed, writes in entries]
    found = [_tuple(stored, envelope, writes) for envelope, writes in opened]
    if divided is not None:
        for envelope, _ in opened:
            facts = Facts.of(envelope.name, envelope.head.stored, stored.blobs)
            settings.known.read(keys[0], facts, state)
        for name, one in divided.items():
            settings.grown.keep((keys[0], name.rpartition("/")[0]), one)
    return found


def read_envelopes(
    settings: Settings, serde: SerializerProtocol, thread: str, what: Sequence[str]
) -> Trip[list[Envelope]]:
    """The checkpoints named, without values and writes."""
    [reply] = yield [call("read", settings.keys(thread), "", "envelope", *what)]
    version, entries, *_ = answer(thread, reply)
    check_format(thread, version)
    stored = Stored(settings.codec, serde, thread)
    return [stored.envelope(name, sealed) for name, sealed, _ in entries]


@dataclass(frozen=True, slots=True)
class Stored:
    """What came from Redis for a thread: payloads by name, big ones by digest."""

    codec: Codec
    serde: SerializerProtocol
    thread: str
    payloads: Mapping[str, bytes | None] = field(default_factory=dict)
    blobs: Mapping[str, bytes | None] = field(default_factory=dict)
    divided: dict[str, Divided] | None = None
    """Where it is wanted: lists among the values that were looked at, by name, and how they are divided."""

    def envelope(self, name: bytes, sealed: bytes) -> Envelope:
        """An envelope, opened."""
        head, body = self.codec.unseal_envelope(self.thread, name.decode(), sealed)
        rest, metadata = self.serde.loads_typed(body)
        return Envelope(name.decode(), head, rest, metadata)

    def values(self, envelope: Envelope) -> dict[str, Any]:
        """The values of a checkpoint by channel; raises `LostValueError`.

        Each checkpoint gets objects of its own, also where it shares payloads with another.
        """
        space = envelope.name.partition("/")[0]
        found: dict[str, Any] = {}
        for ref in envelope.head.stored:
            typed = self.typed(f"{space}/{ref}", self.payloads[f"{space}/{ref}"])
            if typed[0] != EMPTY:
                found[split_ref(ref)[0]] = self.serde.loads_typed(typed)
        return found

    def typed(self, name: str, payload: bytes | None) -> Typed:
        """What is stored under `name`; raises `LostValueError` when there is nothing."""
        if payload is None:
            raise LostValueError(self.thread, name)
        told = None if self.divided is None else partial(self._divided, self.divided, name)
        return self.codec.unseal(self.thread, name, payload, self.blobs, told)

    @staticmethod
    def _divided(
        into: dict[str, Divided], name: str, digests: Sequence[str], parts: Sequence[Typed]
    ) -> None:
        found = from_parts(digests, parts)
        if found is not None:
            into[name] = found

    def writes(self, members: Sequence[bytes], only: Collection[str] = ()) -> list[PendingWrite]:
        """Stored writes in the order in which LangGraph applies them; all, or to these channels only."""
        writes = unpacked(self.codec, self.thread, members, self.blobs)
        return [
            (one.task, one.channel, self.serde.loads_typed(one.typed))
            for one in sorted(writes, key=lambda w: writes_sort_key(w.path, w.task, w.index))
            if not only or one.channel in only
        ]


def by_name(flat: Sequence[Any]) -> dict[str, bytes | None]:
    """Payloads by name, from a reply that has them in turn."""
    return {name.decode(): payload for name, payload in zip(flat[::2], flat[1::2], strict=True)}


def _tuple(stored: Stored, envelope: Envelope, writes: Sequence[bytes]) -> CheckpointTuple:
    namespace, checkpoint_id = split_name(envelope.name)
    head = envelope.head
    checkpoint: Checkpoint = {
        **envelope.rest,  # type: ignore[typeddict-item]  # what LangGraph's checkpoint held when it was stored
        "channel_values": stored.values(envelope),
        "channel_versions": dict(map(split_ref, (*head.stored, *head.empty))),
    }

    def config(checkpoint_id: str) -> RunnableConfig:
        place = {
            "thread_id": stored.thread,
            "checkpoint_ns": namespace,
            "checkpoint_id": checkpoint_id,
        }
        return {"configurable": place}

    parent = unescape(head.parent)
    return CheckpointTuple(
        config=config(checkpoint_id),
        checkpoint=checkpoint,
        metadata=envelope.metadata,
        parent_config=config(parent) if parent else None,
        pending_writes=stored.writes(writes),
    )
