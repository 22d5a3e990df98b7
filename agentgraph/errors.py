"""Every exception that agentgraph raises on purpose.

One base, data in fields, and the sentence built from them. An error that can have several
causes at once carries them all (`problems`): a user mends one round, not ten.
Control-flow signals of the engine (interrupts, cancellation) stay outside this family.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class AgentgraphError(Exception):
    """Base of every error that agentgraph raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `message` says what, `where` is a path such as `graph.node.field`, `file` and `line`
    (from 1) say where it was written, and `help` the likely fix. Any but `message` may
    be empty or None.
    """

    message: str
    where: str = ""
    file: str | None = None
    line: int | None = None
    help: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file and self.line else ""
        what = f"{self.where}: {self.message}" if self.where else self.message
        return f"{place}{what}" + (f"\n    help: {self.help}" if self.help else "")


class ProblemsError(AgentgraphError):
    """Something has one or more problems; `problems` holds all of them, in order."""

    headline = "cannot go on"

    def __init__(self, problems: Iterable[Problem], headline: str | None = None) -> None:
        self.problems = tuple(problems)
        if headline is not None:
            self.headline = headline
        super().__init__(self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"{self.headline}: {self.problems[0]}"
        return "\n".join(
            [f"{self.headline}, {len(self.problems)} problems:"] + [f"  {p}" for p in self.problems]
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.problems, self.headline))


class DeclarationError(ProblemsError):
    """A declaration that cannot mean anything; found when the module is imported."""

    headline = "the declaration does not hold together"


class SchemaError(ProblemsError):
    """A schema that is not JSON Schema, or that needs something we refuse (a remote reference)."""

    headline = "not a usable JSON Schema"


class TypeNotJsonError(ProblemsError):
    """A Python type without a faithful JSON round trip; it cannot cross an edge."""

    headline = "the type has no faithful JSON form"


class ContractViolation(ProblemsError):  # noqa: N818  # the field's name for it
    """A value that its contract refuses."""

    headline = "the contract is not kept"


class TargetError(ProblemsError):
    """What was to be checked, drawn or run could not be loaded."""

    headline = "cannot load the target"


class SettingsError(ProblemsError):
    """`[tool.agentgraph]` or an argument says something that cannot be."""

    headline = "the settings do not hold"


class CheckFailedError(ProblemsError):
    """The checker proved errors; compilation is refused."""

    headline = "the graph does not check"


class ResumeError(ProblemsError):
    """A thread cannot go on: nothing to resume, another graph, or an answer that does not fit."""

    headline = "the thread cannot be resumed"


class ThreadBusyError(ProblemsError):
    """Another run writes the thread: two at once would undo each other's work."""

    headline = "the thread is busy"


class ThreadTakenError(ProblemsError):
    """A run lost its thread to another, or the thread was deleted; nothing was written since."""

    headline = "the run has lost its thread"


class MemoryWarning(UserWarning):
    """A Redis that is set up so that it can lose what it has acknowledged; the text says what to change."""


class MemoryUnavailableError(ProblemsError):
    """Memory (Redis, the embedded server) cannot be reached or started."""

    headline = "memory is not available"
