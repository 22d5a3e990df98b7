"""What an agent's body can ask of the run that it is part of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from agentgraph.model.contract import Json
from agentgraph.model.retrieval import Document

DepsT_co = TypeVar("DepsT_co", covariant=True)
P = ParamSpec("P")
R = TypeVar("R")


class Context(Protocol[DepsT_co]):
    """The first parameter of an agent or tool that wants to know its run.

    Declared as `ctx: Context[Deps]`; it is not part of the contract, and callers do not see
    it. Implemented by the room `call`; outside a run a detached one stands in.
    """

    @property
    def context(self) -> DepsT_co:
        """What the caller of the run passed as `context=`: never stored, never in the state."""
        ...

    @property
    def thread(self) -> str | None:
        """The thread's name; None where the run has no memory."""

    @property
    def agent(self) -> str:
        """The node's name in its graph."""
        ...

    @property
    def attempt(self) -> int:
        """Which attempt of this call this is, from 1."""
        ...

    @property
    def deadline(self) -> float | None:
        """Seconds that are left for this attempt: its timeout, those around it, and the run's deadline.

        Hand it to a client as its timeout. None: it may take its time.
        """

    @property
    def degraded(self) -> tuple[str, ...]:
        """The agents before this one in the turn, by path, in whose place a fallback or a stale answer stood."""
        ...

    @property
    def idempotency_key(self) -> str:
        """A key for effects of this call, the same over its retries and resumes.

        It names the thread, the step and the node; in a tool, and in the function of a `step`, that
        call, too. A run without a thread gets a key of its own.
        """
        ...

    def step(self, name: str, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """What `function(*args, **kwargs)` gives, recorded: a run that is gone on with does not call it again.

        Where the function is async, it is to be awaited. Its result is read back as the type that it is
        annotated with; without one it has to be plain JSON. Calls are told apart by `name`, the
        arguments, and how often the body has asked for both. What the function raises is raised
        again when a body that was cut off runs anew; a retry calls it again. UnrecordableError: its
        arguments or its result have no JSON form.
        """
        ...

    def now(self) -> datetime:
        """The time in UTC, the same when the body runs again."""
        ...

    def random(self) -> float:
        """A random number from 0 up to 1, the same when the body runs again."""
        ...

    def emit(self, kind: str, data: Json) -> None:
        """Hand an event to whoever streams the run. Outside a run it goes nowhere."""

    def retrieved(
        self, query: str, documents: Iterable[Document], *, used: Iterable[str] | None = None
    ) -> None:
        """Tell what a search for `query` found, and the ids of what is `used` of it (None: all). As `emit`."""
