"""What is asked of Redis, as plain data, and the shape that every operation has.

An operation is a generator: it yields calls that go out together, is sent their replies, and
returns its result. It neither waits nor knows whether someone does: `wire.py` drives it,
blocking or in an event loop, so that each operation is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any, TypeVar

from checkpoints.errors import LeaseLostError, LostValueError, UnsupportedFormatError
from checkpoints.keys import FORMAT

Argument = str | bytes | int
Reply = Any


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the digest under which a server remembers it."""

    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class Call:
    """One script call on the keys of one thread.

    Where `shared` is not 0, calls that agree on the first so many arguments and on all else
    may be sent as one: those arguments, then all the others one after the other. With
    `can_wait` it is worth a moment's wait for another one, and `expects` says whether such calls
    are to wait for the next one of this kind. `late` makes arguments that stand before the others, when it is sent, and is told (and tells)
    what big values are sent along; `note` is told the reply before the next is sent.
    """

    script: Script
    keys: tuple[str, ...]
    arguments: tuple[Argument, ...]
    shared: int = 0
    can_wait: bool = False
    expects: bool | None = None
    late: Callable[[set[str]], Sequence[Argument]] | None = None
    note: Callable[[Reply], None] | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """All keys that match a pattern, from every server of a cluster."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """Remove the keys of one thread."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A command about the server, put to each that holds threads, by its name: redis-py's form of the reply.

    None where the server does not permit it, as managed ones do not.
    """

    words: tuple[str, ...]


Request = Call | Scan | Unlink | Ask
Result = TypeVar("Result")
Trip = Generator[Sequence[Request], list[Reply], Result]
"""An operation: see the module."""


@cache
def script(name: str) -> Script:
    """The script in `scripts/<name>.lua`, with the `common.lua` of its folder before it."""
    folder, _, file = f"scripts/{name}".rpartition("/")
    texts = (files("checkpoints") / folder / one for one in ("common.lua", f"{file}.lua"))
    source = "".join(text.read_text("utf-8") for text in texts)
    return Script(source, sha1(source.encode()).hexdigest())  # noqa: S324  # Redis names scripts so


def call(name: str, keys: tuple[str, ...], *arguments: Argument) -> Call:
    """A call of the script in `scripts/<name>.lua`."""
    return Call(script(name), keys, arguments)


def write(
    keys: tuple[str, ...],
    writing: tuple[Argument, ...],
    orders: Sequence[Argument],
    *,
    can_wait: bool = False,
    expects: bool | None = None,
    late: Callable[[set[str]], Sequence[Argument]] | None = None,
    note: Callable[[Reply], None] | None = None,
) -> Call:
    """A call that stores something in a thread, as `scripts/write.lua` says."""
    arguments = (*writing, *orders)
    return Call(script("write"), keys, arguments, len(writing), can_wait, expects, late, note)


def answer(thread: str, reply: Reply, owner: str = "") -> list[Any]:
    """What follows the first word of a script's reply; raises what the word says.

    `UnsupportedFormatError` for a thread in a newer format, `LeaseLostError` for a writer
    whose lease, held as `owner`, was overtaken, `LostValueError` for what was evicted. Other
    words are the caller's to read.
    """
    word = reply[0]
    if word == b"FORMAT":
        raise UnsupportedFormatError(thread, reply[1].decode(), FORMAT)
    if word == b"LOST":
        raise LostValueError(thread, reply[1].decode())
    if word == b"FENCED":
        raise LeaseLostError(thread, owner)
    return list(reply[1:])


def moment(micros: bytes) -> datetime:
    """A time as scripts tell it, in microseconds."""
    return datetime.fromtimestamp(int(micros) / 1_000_000, UTC)


def check_format(thread: str, found: bytes | None) -> None:
    """Raise `UnsupportedFormatError` when a thread was written in a newer format."""
    if found is not None and int(found) > int(FORMAT):
        raise UnsupportedFormatError(thread, found.decode(), FORMAT)
