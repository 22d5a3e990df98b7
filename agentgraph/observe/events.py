"""The events of a run. Times are seconds since the epoch; durations are seconds; steps count from 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar

from agentgraph.model.contract import Json
from agentgraph.observe.clock import clock

VERSION = 1
"""Of the JSON form: a higher one where a field has changed its meaning. Fields and kinds are only added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the call of `agent` (its path in nested graphs, dotted) at time `at`.

    `run` names the run, where `run_graph` or its kin began it; `superstep` is the engine's step.
    """

    kind: ClassVar[str] = "event"
    agent: str
    thread: str | None = None
    run: str | None = None
    superstep: int | None = None
    at: float = field(default_factory=lambda: clock().time())

    def to_json(self) -> dict[str, Json]:
        """The event as JSON, its kind and the version of the form included."""
        made: dict[str, Json] = {"v": VERSION, "kind": self.kind}
        for one in fields(self):
            value = getattr(self, one.name)
            made[one.name] = list(value) if isinstance(value, tuple) else value
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStarted(Event):
    """A call has begun."""

    kind: ClassVar[str] = "agent_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFinished(Event):
    """A call has produced what its contract promises, after `seconds`; `wrote` names the state fields.

    `degraded`: something stood in for it, or for a tool that it called.
    """

    kind: ClassVar[str] = "agent_finished"
    seconds: float
    wrote: tuple[str, ...] = ()
    degraded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFailed(Event):
    """A call has given up; its failure edge is taken, or the run fails."""

    kind: ClassVar[str] = "agent_failed"
    seconds: float
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFailed(Event):
    """One attempt has failed; the next comes after `wait` seconds, None: there is none."""

    kind: ClassVar[str] = "attempt_failed"
    attempt: int
    error: str
    wait: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded(Event):
    """A fallback stands in: `by` names it, `because` says why."""

    kind: ClassVar[str] = "degraded"
    by: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitOpened(Event):
    """A dependency failed too often: it is left alone for `seconds`. `failed` of `calls` did, or a probe."""

    kind: ClassVar[str] = "circuit_opened"
    dependency: str
    seconds: float
    failed: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitProbed(Event):
    """A circuit was open for long enough: this call tries whether the dependency answers again."""

    kind: ClassVar[str] = "circuit_probed"
    dependency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitClosed(Event):
    """A probe succeeded: calls go through again."""

    kind: ClassVar[str] = "circuit_closed"
    dependency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitWaited(Event):
    """A call has waited `seconds` for its turn in `pool`."""

    kind: ClassVar[str] = "limit_waited"
    pool: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheAnswered(Event):
    """An answer was given again, `age` seconds after it was given first; of `tool`, or of the agent.

    `stale`: asking anew has failed, `because` says how.
    """

    kind: ClassVar[str] = "cache_answered"
    age: float
    stale: bool
    because: str | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardTripped(Event):
    """A guard has found what it looks for, at `paths` of the agent's (or `tool`'s) "input" or "output".

    `did` is "blocked", "redacted" or "allowed". What was found is not told.
    """

    kind: ClassVar[str] = "guard_tripped"
    guard: str
    did: str
    where: str
    paths: tuple[str, ...]
    tool: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAsked(Event):
    """A model is asked: so many messages, and the tools that it may call."""

    kind: ClassVar[str] = "model_asked"
    role: str
    messages: int
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswered(Event):
    """A model has answered; tokens are None where the provider reports none.

    `cost` is None where nobody knows it; `calls` are the functions that it called, `reasoning` what
    it says it thought.
    """

    kind: ClassVar[str] = "model_answered"
    role: str
    model: str | None
    seconds: float
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None = None
    calls: tuple[str, ...] = ()
    reasoning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRefused(Event):
    """An answer of a model or a person does not fit its contract; `problems` say where."""

    kind: ClassVar[str] = "answer_refused"
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmetered(Event):
    """The budget of `graph` cannot be held in its `bound` any more: nobody knows what the model of `role` took.

    Its provider reported no tokens, or its price is not known.
    """

    kind: ClassVar[str] = "unmetered"
    graph: str
    bound: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled(Event):
    """A tool is called; its arguments fit its contract."""

    kind: ClassVar[str] = "tool_called"
    tool: str
    arguments: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReturned(Event):
    """A tool has answered; `status` is "ok" or "error"."""

    kind: ClassVar[str] = "tool_returned"
    tool: str
    seconds: float
    status: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReplayed(Event):
    """A recorded step has answered, and nothing was called: `step` is its kind, `name` its tool, role or own name."""

    kind: ClassVar[str] = "step_replayed"
    step: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRefused(Event):
    """A tool was called that is not on the agent's list."""

    kind: ClassVar[str] = "tool_refused"
    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted(Event):
    """An agent's body called `ctx.emit(name, data)`."""

    kind: ClassVar[str] = "emitted"
    name: str
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved(Event):
    """A body has searched: `documents` are objects with `id`, `score` (or null), and whether it was `used`."""

    kind: ClassVar[str] = "retrieved"
    query: str
    documents: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAsked(Event):
    """The call waits for a person."""

    kind: ClassVar[str] = "person_asked"
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAnswered(Event):
    """A person has answered; whether it fits is not said yet."""

    kind: ClassVar[str] = "person_answered"
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(Event):
    """A run of `graph` has begun, or goes on (`goes_on`) with a turn. `traceparent` is what its caller handed on (W3C)."""

    kind: ClassVar[str] = "run_started"
    agent: str = ""
    graph: str
    version: str | None = None
    goes_on: bool = False
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(Event):
    """A run has come to its end, `status` "finished", or to a person that it waits for, "waiting".

    Tokens count the answers that report any; `cost` is None where that of any answer is not known.
    """

    kind: ClassVar[str] = "run_finished"
    agent: str = ""
    graph: str
    seconds: float
    status: str
    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed(Event):
    """A run has failed; what finished is kept, where it has a memory."""

    kind: ClassVar[str] = "run_failed"
    agent: str = ""
    graph: str
    seconds: float
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCancelled(Event):
    """A run was stopped from outside, for `reason`. `hard`: without waiting for what was under way."""

    kind: ClassVar[str] = "run_cancelled"
    agent: str = ""
    graph: str
    seconds: float
    reason: str
    hard: bool = False


Sink = Callable[[Event], None]
"""Takes each event as it happens, in the thread or task where it happens; must be quick and not raise."""


def event_of(data: Json) -> Event | None:
    """The event that `to_json` made `data` of; None where it is not one."""
    kind = _KINDS.get(data.get("kind")) if isinstance(data, dict) else None
    if kind is None:
        return None
    known = {one.name: one for one in fields(kind)}
    given = {name: value for name, value in data.items() if name in known}
    if not given.keys() >= {name for name, one in known.items() if _is_required(one)}:
        return None
    lists = {
        name: tuple(value)
        for name, value in given.items()
        if isinstance(value, list) and str(known[name].type).startswith("tuple")
    }
    return kind(**{**given, **lists})


def _is_required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


_KINDS: dict[Any, type[Event]] = {kind.kind: kind for kind in Event.__subclasses__()}
