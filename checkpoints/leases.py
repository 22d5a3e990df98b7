"""The right to write a thread, for one at a time: taken, renewed, given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkpoints.calls import Call, Trip, answer, call
from checkpoints.errors import ThreadBusyError
from checkpoints.keys import FORMAT
from checkpoints.settings import Seconds, Settings, milliseconds


@dataclass(frozen=True, slots=True)
class Lease:
    """Held by `owner` on `thread` for `ttl` milliseconds after it was taken or last renewed.

    One that ran out is not lost before another is taken: renewed late, it goes on. The fencing `token` grows with each holder. What is written through `saver.holding(lease)`
    is refused once another holder came, however late it arrives.
    """

    thread: str
    owner: str
    token: str
    ttl: int


def take_lease(
    settings: Settings, thread: str, owner: str, ttl: Seconds, dead: str = ""
) -> Trip[Lease]:
    """The lease; raises `ThreadBusyError`, which names the holder, while another has it.

    From the holder `dead`, if that is who has it, it is taken over at once.
    """
    span = milliseconds(ttl)
    [reply] = yield [call("lease", settings.keys(thread), "take", FORMAT, owner, span, dead)]
    if reply[0] == b"HELD":
        raise ThreadBusyError(thread, reply[1].decode(), max(reply[2], 0) / 1000)
    [token] = answer(thread, reply, owner)
    return Lease(thread, owner, token.decode(), span)


def renew_lease(settings: Settings, lease: Lease) -> Trip[None]:
    """Let the lease run for its full time again; raises `LeaseLostError` when another came."""
    [reply] = yield [_renewal(settings, lease)]
    answer(lease.thread, reply, lease.owner)


def renew_leases(settings: Settings, leases: Sequence[Lease]) -> Trip[list[Lease]]:
    """Let several run for their full time again, in one round trip; those that were lost."""
    replies = yield [_renewal(settings, lease) for lease in leases]
    pairs = zip(leases, replies, strict=True)
    return [lease for lease, reply in pairs if reply[0] == b"FENCED"]


def release_lease(settings: Settings, lease: Lease) -> Trip[None]:
    """Give the lease back; one that ran out already is no error."""
    yield [call("lease", settings.keys(lease.thread), "release", lease.token)]


def _renewal(settings: Settings, lease: Lease) -> Call:
    keys = settings.keys(lease.thread)
    return call("lease", keys, "renew", lease.token, lease.ttl, lease.owner)
