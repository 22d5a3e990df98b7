"""What a call needs done for it: the call itself is a generator that yields these.

The pipeline is written once; `drive.py` carries the effects out, blocking or awaiting
(the way of psycopg's generators).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Invoke:
    """Run user code: `sync` or, where it is a coroutine function, `async_`; both where there is a choice.

    `timeout` is seconds, None: no limit.
    """

    sync: Callable[[], Any] | None
    async_: Callable[[], Awaitable[Any]] | None = None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait for `seconds`."""

    seconds: float


Effect = Invoke | Sleep
Steps = Generator[Effect, Any, T]
"""A computation that yields effects, is sent their results, and returns a T."""
