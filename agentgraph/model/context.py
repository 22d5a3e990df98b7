"""What an agent's body can ask of the run that it is part of."""

from __future__ import annotations

from typing import Protocol, TypeVar

from agentgraph.model.contract import Json

DepsT_co = TypeVar("DepsT_co", covariant=True)


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
    def idempotency_key(self) -> str:
        """A key for effects of this call, the same over its retries and resumes.

        It names the thread, the step and the node; a run without a thread gets a key of its own.
        """
        ...

    def emit(self, kind: str, data: Json) -> None:
        """Hand an event to whoever streams the run. Outside a run it goes nowhere."""
