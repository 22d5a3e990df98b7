"""What can go wrong with the store for long-term memory, beside what can with all of `checkpoints`."""

from __future__ import annotations

from dataclasses import dataclass

from checkpoints.errors import (
    CheckpointsError,
    CorruptPayloadError,
    NotEncryptedError,
    UnknownKeyError,
    UnsupportedFormatError,
)


@dataclass(eq=False)
class CorruptItemError(CorruptPayloadError):
    """A stored item is truncated or was altered. `thread` holds its namespace, `name` its key."""

    def __str__(self) -> str:
        return f"item {self.name!r} of namespace {self.thread!r} cannot be read: {self.reason}"


@dataclass(eq=False)
class PlainItemError(NotEncryptedError):
    """A stored item is plain text, and the store was given a key. `thread` holds its namespace, `name` its key."""

    def __str__(self) -> str:
        return (
            f"item {self.name!r} of namespace {self.thread!r} is stored as plain text, and with an "
            "encryption key only encrypted items are read; read it without the key and put it again"
        )


@dataclass(eq=False)
class UnknownItemKeyError(UnknownKeyError):
    """A stored item is encrypted with a key that is not among those given. `thread` holds its namespace."""

    def __str__(self) -> str:
        where = "which is not among those given" if self.given else "and no key was given"
        return (
            f"item {self.name!r} of namespace {self.thread!r} is encrypted with the key {self.key}, "
            f"{where}; name all keys that are still in use: encryption=[new, old]"
        )


@dataclass(eq=False)
class UnsupportedStoreError(UnsupportedFormatError):
    """A namespace was written in a newer format than this version of `checkpoints` knows. `thread` holds it."""

    def __str__(self) -> str:
        return (
            f"namespace {self.thread!r} is stored in format {self.found}; this version of "
            f"checkpoints reads up to format {self.known}: update it"
        )


@dataclass(eq=False)
class NoVectorsError(CheckpointsError, NotImplementedError):
    """Something was asked that needs vectors: `asked` is "query" or "index"."""

    asked: str

    def __str__(self) -> str:
        return (
            f"`{self.asked}=` needs vectors, and a plain Redis has none; search by namespace, `filter=` "
            "and `limit=` instead, or keep what is to be found by meaning in a store with an index "
            "(PostgresStore, InMemoryStore)"
        )


@dataclass(eq=False)
class QueryError(CheckpointsError, ValueError):
    """A search or listing that has no answer: `part` names the argument, `reason` what is wrong with it."""

    part: str
    reason: str

    def __str__(self) -> str:
        return f"`{self.part}=` cannot be used: {self.reason}"


@dataclass(eq=False)
class WrongStoreError(CheckpointsError, NotImplementedError):
    """A synchronous method of `AsyncRedisStore` was called."""

    def __str__(self) -> str:
        return (
            "AsyncRedisStore serves `aget`, `aput`, `asearch` and the like; for `get` and `put`, and "
            "for nodes that are no coroutines, use RedisStore"
        )
