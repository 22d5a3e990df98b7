"""What a saver or a journal was told: where its keys stand and how long they live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from checkpoints.calls import Argument
from checkpoints.codec import COMPRESS_ABOVE, PLAIN, Codec
from checkpoints.encryption import Key
from checkpoints.grown import Grown
from checkpoints.keys import FORMAT, check_prefix, thread_keys
from checkpoints.known import Known

Seconds = float | timedelta
"""A span of time: seconds, or a timedelta."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Key prefix, milliseconds to live (0: for ever), whether reading renews them, how payloads are made.

    `fence` is the lease's token and `owner` who holds it; both are empty without one.
    """

    prefix: str = ""
    ttl: int = 0
    refresh_on_read: bool = False
    fence: str = ""
    owner: str = ""
    codec: Codec = PLAIN
    known: Known = field(default_factory=Known, compare=False, repr=False)
    grown: Grown = field(default_factory=Grown, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        prefix: str,
        ttl: Seconds | None,
        *,
        refresh_on_read: bool = False,
        compress_above: int | None = COMPRESS_ABOVE,
        encryption: Key | Sequence[Key] | None = None,
    ) -> Settings:
        """Settings from what a user says; raises `PrefixError`, `ValueError` or as `Cipher.of` does."""
        return cls(
            check_prefix(prefix),
            0 if ttl is None else milliseconds(ttl),
            refresh_on_read,
            codec=Codec.of(compress_above, encryption),
        )

    def keys(self, thread: str) -> tuple[str, ...]:
        """The keys of a thread."""
        return thread_keys(self.prefix, thread)

    def held(self, token: str, owner: str) -> Settings:
        """These settings, writing only while the lease with `token` is `owner`'s."""
        return replace(self, fence=token, owner=owner)

    @property
    def writing(self) -> tuple[Argument, Argument, Argument]:
        """What every writing script is told first: format, fence, milliseconds to live."""
        return (FORMAT, self.fence, self.ttl)


def milliseconds(span: Seconds) -> int:
    """A span in whole milliseconds, at least 1; raises `ValueError` when it is not positive."""
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    if seconds <= 0:
        raise ValueError(f"a time to live is positive, not {seconds}")
    return max(1, round(seconds * 1000))
