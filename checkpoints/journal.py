"""Recorded steps and run records beside the checkpoints: what was done once is not done again.

Payloads are bytes; what they mean is the caller's affair. They are sealed with a checksum,
and live, are copied and deleted with their thread. Needs no LangGraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from checkpoints.calls import Trip, answer, call, check_format
from checkpoints.codec import COMPRESS_ABOVE, Codec, resealed
from checkpoints.encryption import Key
from checkpoints.errors import CorruptPayloadError
from checkpoints.keys import escape, unescape
from checkpoints.leases import Lease
from checkpoints.settings import Seconds, Settings
from checkpoints.wire import AsyncClient, AsyncWire, SyncClient, Wire
from checkpoints.wired import AsyncWired, Wired

_KIND = "bytes"


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded step of a thread. `number` counts from 1 in the order of recording, and may skip."""

    number: int
    place: str
    key: str
    payload: bytes


def record(settings: Settings, thread: str, place: str, key: str, payload: bytes) -> Trip[bytes]:
    beginning = f"{escape(place)}/{escape(key)}/"
    sealed = settings.codec.seal(beginning, (_KIND, payload))
    [reply] = yield [call("record", settings.keys(thread), *settings.writing, beginning, sealed)]
    earlier = answer(thread, reply, settings.owner)
    return _step(settings.codec, thread, earlier[0]).payload if earlier else payload


def steps(settings: Settings, thread: str, place: str | None) -> Trip[list[Step]]:
    beginning = "" if place is None else f"{escape(place)}/"
    [reply] = yield [call("journal", settings.keys(thread), beginning)]
    version, members = answer(thread, reply)
    check_format(thread, version)
    return sorted(
        (_step(settings.codec, thread, member) for member in members), key=lambda step: step.number
    )


def put_run(settings: Settings, thread: str, run: str, payload: bytes) -> Trip[None]:
    sealed = settings.codec.seal(run, (_KIND, payload))
    [reply] = yield [call("put_run", settings.keys(thread), *settings.writing, run, sealed)]
    answer(thread, reply, settings.owner)


def get_runs(settings: Settings, thread: str, which: str = "") -> Trip[dict[str, bytes]]:
    [reply] = yield [call("runs", settings.keys(thread), which)]
    version, flat = answer(thread, reply)
    check_format(thread, version)
    found = []
    for run, numbered in zip(flat[::2], flat[1::2], strict=True):
        number, _, sealed = numbered.partition(b"/")
        payload = settings.codec.unseal(thread, run.decode(), sealed)[1]
        found.append((int(number), run.decode(), payload))
    return {run: payload for _, run, payload in sorted(found)}


def newest_run(settings: Settings, thread: str) -> Trip[tuple[str, bytes] | None]:
    found = yield from get_runs(settings, thread, "newest")
    return next(iter(found.items()), None)


def _step(codec: Codec, thread: str, member: bytes) -> Step:
    place, key, number, sealed = _parts(thread, member)
    payload = codec.unseal(thread, f"{place}/{key}/", sealed)[1]
    return Step(number, unescape(place), unescape(key), payload)


def _parts(thread: str, member: bytes) -> tuple[str, str, int, bytes]:
    """Place and key as they are written, number, and payload."""
    try:
        place, key, number, sealed = member.split(b"/", 3)
        return place.decode(), key.decode(), int(number), sealed
    except ValueError as error:
        raise CorruptPayloadError(thread, "journal", f"{member[:80]!r} is no step") from error


def resealed_step(codec: Codec, thread: str, member: bytes) -> bytes | None:
    """A member whose payload is in the form in which it would be made now; None where it is already."""
    place, key, number, sealed = _parts(thread, member)
    now = resealed(codec, thread, f"{place}/{key}/", sealed)
    return now and f"{place}/{key}/{number}/".encode() + now


class RedisJournal(Wired):
    """Recorded steps and run records of threads, blocking. Raises as `RedisSaver` does.

    A `place` is where in a thread's history a call stands. Leave the thread's own id out of it,
    so that a copied thread finds its steps again.
    """

    def __init__(self, wire: Wire, settings: Settings) -> None:
        """For `from_url` and `from_client`, which see."""
        self.wire = wire
        self.settings = settings

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        prefix: str = "",
        ttl: Seconds | None = None,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        **client_options: Any,
    ) -> Self:
        """A journal with connections of its own; as `RedisSaver.from_url`, whose settings it shares."""
        settings = Settings.of(prefix, ttl, compress_above=compress_above, encryption=encryption)
        return cls(Wire.to(url, **client_options), settings)

    @classmethod
    def from_client(
        cls,
        client: SyncClient,
        *,
        prefix: str = "",
        ttl: Seconds | None = None,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
    ) -> Self:
        """A journal over a redis-py client, which you close."""
        settings = Settings.of(prefix, ttl, compress_above=compress_above, encryption=encryption)
        return cls(Wire.over(client), settings)

    def holding(self, lease: Lease) -> Self:
        """A journal whose writes are refused, with `LeaseLostError`, once the lease passed to another."""
        return type(self)(self.wire, self.settings.held(lease.token, lease.owner))

    def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        """What is recorded under `key` at `place`: `payload`, or what an earlier writer recorded. One round trip."""
        return self.wire.run(record(self.settings, thread, place, key, payload))

    def read(self, thread: str, place: str) -> dict[str, bytes]:
        """All that is recorded at `place`, by key, in the order of recording. One round trip."""
        found = self.wire.run(steps(self.settings, thread, place))
        return {step.key: step.payload for step in found}

    def read_thread(self, thread: str) -> list[Step]:
        """All recorded steps of a thread, in the order of recording."""
        return self.wire.run(steps(self.settings, thread, None))

    def put_run(self, thread: str, run: str, payload: bytes) -> None:
        """Store the record of a run; a later one of the same run takes its place."""
        self.wire.run(put_run(self.settings, thread, run, payload))

    def get_runs(self, thread: str) -> dict[str, bytes]:
        """The run records of a thread by run, in the order in which each was first stored."""
        return self.wire.run(get_runs(self.settings, thread))

    def newest_run(self, thread: str) -> tuple[str, bytes] | None:
        """The run whose record was stored last, and the record; None where there is none. One round trip."""
        return self.wire.run(newest_run(self.settings, thread))


class AsyncRedisJournal(AsyncWired):
    """`RedisJournal` for an event loop: the same methods, awaited."""

    def __init__(self, wire: AsyncWire, settings: Settings) -> None:
        """For `from_url` and `from_client`, which see."""
        self.wire = wire
        self.settings = settings

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        prefix: str = "",
        ttl: Seconds | None = None,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
        **client_options: Any,
    ) -> Self:
        """See `RedisJournal.from_url`."""
        settings = Settings.of(prefix, ttl, compress_above=compress_above, encryption=encryption)
        return cls(AsyncWire.to(url, **client_options), settings)

    @classmethod
    def from_client(
        cls,
        client: AsyncClient,
        *,
        prefix: str = "",
        ttl: Seconds | None = None,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
    ) -> Self:
        """See `RedisJournal.from_client`."""
        settings = Settings.of(prefix, ttl, compress_above=compress_above, encryption=encryption)
        return cls(AsyncWire.over(client), settings)

    def holding(self, lease: Lease) -> Self:
        """A journal whose writes are refused, with `LeaseLostError`, once the lease passed to another."""
        return type(self)(self.wire, self.settings.held(lease.token, lease.owner))

    async def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        """See `RedisJournal.record`."""
        return await self.wire.run(record(self.settings, thread, place, key, payload))

    async def read(self, thread: str, place: str) -> dict[str, bytes]:
        """See `RedisJournal.read`."""
        found = await self.wire.run(steps(self.settings, thread, place))
        return {step.key: step.payload for step in found}

    async def read_thread(self, thread: str) -> list[Step]:
        """See `RedisJournal.read_thread`."""
        return await self.wire.run(steps(self.settings, thread, None))

    async def put_run(self, thread: str, run: str, payload: bytes) -> None:
        """See `RedisJournal.put_run`."""
        await self.wire.run(put_run(self.settings, thread, run, payload))

    async def get_runs(self, thread: str) -> dict[str, bytes]:
        """See `RedisJournal.get_runs`."""
        return await self.wire.run(get_runs(self.settings, thread))

    async def newest_run(self, thread: str) -> tuple[str, bytes] | None:
        """See `RedisJournal.newest_run`."""
        return await self.wire.run(newest_run(self.settings, thread))
