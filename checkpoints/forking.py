"""A thread that begins with another's history, up to one of its checkpoints."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Trip, answer, call
from checkpoints.errors import CheckpointsError
from checkpoints.keys import checkpoint_name, split_name
from checkpoints.leases import release_lease, take_lease
from checkpoints.owners import new_owner
from checkpoints.reading import Envelope
from checkpoints.removing import keep_only
from checkpoints.settings import Settings
from checkpoints.threads import copy_thread, delete_threads

_SECONDS = 60.0
"""How long nobody else may write a thread that is being made."""


def fork_thread(
    settings: Settings,
    serde: SerializerProtocol,
    source: str,
    target: str,
    *,
    checkpoint: str,
    in_flight: bool,
) -> Trip[None]:
    """Make `target`: the history of `source` up to `checkpoint`, with what its subgraphs stored.

    `in_flight`: with all that was done after it too, writes of the step that has begun and the
    journal; else both are left behind, and what ran after it runs again. The source stays as it
    is. Raises `ThreadExistsError`.
    """
    yield from copy_thread(settings, source, target)
    name = checkpoint_name("", checkpoint)
    owner = str(new_owner())
    try:
        lease = yield from take_lease(settings, target, owner, _SECONDS)
        held = settings.held(lease.token, owner)
        later = "" if in_flight else name
        [reply] = yield [call("fork", held.keys(target), *held.writing[:2], later)]
        answer(target, reply, owner)

        def kept(envelopes: Mapping[str, Envelope]) -> Collection[str]:
            return _kept(envelopes, name, in_flight=in_flight)

        yield from keep_only(held, serde, target, kept, ())
        yield from release_lease(settings, lease)
    except CheckpointsError:
        yield from delete_threads(settings, [target])  # nobody asked for half of it
        raise


def _kept(envelopes: Mapping[str, Envelope], name: str, *, in_flight: bool) -> list[str]:
    """The checkpoint, its ancestors, and what subgraphs stored in the steps after each but the last.

    A subgraph's checkpoint says in which checkpoint's step it ran.
    """
    line = list(_line(envelopes, name))
    begun = {split_name(one)[1] for one in (line if in_flight else line[1:])}
    inner = [
        one
        for one, envelope in envelopes.items()
        if not one.startswith("/") and envelope.metadata.get("parents", {}).get("") in begun
    ]
    return [*line, *inner]


def _line(envelopes: Mapping[str, Envelope], name: str) -> Collection[str]:
    """A checkpoint and its ancestors, newest first, as far as they are stored."""
    line: dict[str, None] = {}
    while name in envelopes and name not in line:
        line[name] = None
        name = f"/{envelopes[name].head.parent}"
    return line
