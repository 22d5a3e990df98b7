"""Delta channels: their history in one walk, and the ancestors they cannot do without."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import DeltaChannelHistory, PendingWrite
from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Trip, answer, call, check_format
from checkpoints.keys import listed, split_ref, unescape
from checkpoints.places import Place
from checkpoints.reading import Envelope, Stored, by_name
from checkpoints.settings import Settings

WALK = 1000
"""Ancestors looked at in one round trip, so that a long chain does not hold up the server."""


def delta_history(
    settings: Settings, serde: SerializerProtocol, config: RunnableConfig, channels: Sequence[str]
) -> Trip[Mapping[str, DeltaChannelHistory]]:
    """For each channel, its nearest stored value before the checkpoint and all writes since, oldest first."""
    place = Place.of(config)
    thread, start = place.thread, place.which
    steps: list[list[PendingWrite]] = []
    seeds: dict[str, Any] = {}
    open_channels = list(dict.fromkeys(channels))
    while start and open_channels:
        names = [listed([channel]) for channel in open_channels]
        [reply] = yield [call("history", settings.keys(thread), start, WALK, *names)]
        version, more, found, blobs = answer(thread, reply)
        check_format(thread, version)
        stored = Stored(settings.codec, serde, thread, blobs=by_name(blobs))
        for writes, *values in found:
            steps.append(stored.writes(writes, open_channels))
            for channel, name, payload in values:
                typed = stored.typed(name.decode(), payload)
                seeds[unescape(channel.decode())] = serde.loads_typed(typed)
            # What came before the stored value is in it.
            open_channels = [channel for channel in open_channels if channel not in seeds]
        start = more.decode()
    return {channel: _history(channel, steps, seeds) for channel in channels}


def _history(
    channel: str, steps: Sequence[Sequence[PendingWrite]], seeds: Mapping[str, Any]
) -> DeltaChannelHistory:
    writes = [write for step in reversed(steps) for write in step if write[1] == channel]
    history: DeltaChannelHistory = {"writes": writes}
    if channel in seeds:
        history["seed"] = seeds[channel]
    return history


def needed_by(kept: Collection[str], envelopes: Mapping[str, Envelope]) -> set[str]:
    """The names of `kept`, and of the ancestors from which their delta channels are rebuilt.

    LangGraph counts in the metadata what each delta channel was given since it was last
    stored whole: those are the channels to look for, back to where they are.
    """
    needed = set(kept)
    for name in kept:
        missing = set(envelopes[name].metadata.get("counters_since_delta_snapshot") or ())
        missing -= _stored(envelopes[name])
        walked = {name}
        ancestor = _parent(envelopes[name])
        while missing and ancestor in envelopes and ancestor not in walked:
            walked.add(ancestor)
            missing -= _stored(envelopes[ancestor])
            ancestor = _parent(envelopes[ancestor])
        needed |= walked
    return needed


def _parent(envelope: Envelope) -> str:
    """The parent's name; one that no checkpoint has, where there is no parent."""
    return f"{envelope.name.partition('/')[0]}/{envelope.head.parent}"


def _stored(envelope: Envelope) -> set[str]:
    return {split_ref(ref)[0] for ref in envelope.head.stored}
