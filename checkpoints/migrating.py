"""Bringing what is stored into the form that is written now: format, compression, encryption, key.

Payload by payload, while the thread is in use: each is put in its place only if what was read
still lies there, so nothing new is lost, and a migration that was cut off is just run again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha1

from checkpoints.calls import Argument, Trip, answer, call, check_format
from checkpoints.codec import Codec, resealed
from checkpoints.frames import REFERENCE, unseal
from checkpoints.journal import resealed_step
from checkpoints.packs import resealed_write
from checkpoints.settings import Settings

PAGE = 200
"""Payloads read in one round trip, about."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did to a thread: payloads looked at, and those that were put anew."""

    thread_id: str
    payloads: int
    rewritten: int


@dataclass(slots=True)
class _Page:
    """What is to be put in the place of one page: name, SHA-1, payload in turn; `blobs` before them."""

    codec: Codec
    thread: str
    blobs: list[Argument]
    puts: list[Argument]

    def put(self, name: bytes, was: bytes, now: bytes | None) -> None:
        if now is not None:
            self.puts += [name, sha1(was).hexdigest(), now]  # noqa: S324  # Redis offers no other


def migrate(settings: Settings, thread: str) -> Trip[Migrated]:
    """Bring a thread's payloads into the current form; raises what reading them raises.

    Where encryption is on, plain text is read too, this once.
    """
    codec = replace(settings.codec, plain_too=True)
    looked_at = rewritten = 0
    for part, look in _PARTS.items():
        cursor = b"0"
        while True:
            [reply] = yield [call("holdings", settings.keys(thread), part, cursor, PAGE)]
            version, cursor, items = answer(thread, reply)
            check_format(thread, version)
            page = _Page(codec, thread, [], [])
            for name, payload in zip(items[::2], items[1::2], strict=True):
                looked_at += 1
                look(page, name, payload)
            for where, puts in (("new blobs", page.blobs), (part, page.puts)):
                if puts:
                    [reply] = yield [
                        call("rewrite", settings.keys(thread), *settings.writing, where, *puts)
                    ]
                    rewritten += answer(thread, reply, settings.owner)[0]
            if cursor == b"0":
                break
    return Migrated(thread, looked_at, rewritten)


def _envelope(page: _Page, name: bytes, payload: bytes) -> None:
    codec, text = page.codec, name.decode()
    if not codec.is_current(unseal(page.thread, text, payload, envelope=True)):
        head, body = codec.unseal_envelope(page.thread, text, payload)
        page.put(name, payload, codec.seal_envelope(text, head, body))


def _value(page: _Page, name: bytes, payload: bytes) -> None:
    codec, text = page.codec, name.decode()
    frame = unseal(page.thread, text, payload)
    if codec.is_current(frame):
        return
    if frame.has(REFERENCE):
        page.put(name, payload, codec.referred_anew(page.thread, text, frame))
        return
    typed = codec.unseal(page.thread, text, payload)
    if len(typed[1]) < codec.big:
        page.put(name, payload, codec.seal(text, typed))
        return
    digest = codec.digest(typed)
    page.blobs += [digest, "", codec.seal(digest, typed)]
    page.put(name, payload, codec.refer(text, [digest]))


def _blob(page: _Page, name: bytes, payload: bytes) -> None:
    page.put(name, payload, resealed(page.codec, page.thread, name.decode(), payload))


def _write(page: _Page, member: bytes, _: bytes) -> None:
    page.put(member, member, resealed_write(page.codec, page.thread, member))


def _step(page: _Page, member: bytes, _: bytes) -> None:
    page.put(member, member, resealed_step(page.codec, page.thread, member))


def _run(page: _Page, name: bytes, numbered: bytes) -> None:
    number, _, payload = numbered.partition(b"/")
    now = resealed(page.codec, page.thread, name.decode(), payload)
    page.put(name, numbered, now and number + b"/" + now)


# Values before blobs: a value that becomes a reference brings its blob along.
_PARTS: dict[str, Callable[[_Page, bytes, bytes], None]] = {
    "checkpoints": _envelope,
    "values": _value,
    "blobs": _blob,
    "writes": _write,
    "journal": _step,
    "runs": _run,
}
