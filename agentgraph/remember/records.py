"""What a journal holds, as typed and versioned JSON: recorded steps, and the runs that they belong to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from agentgraph.errors import Problem, ResumeError
from agentgraph.model.contract import Json

VERSION = 1
T = TypeVar("T", bound="Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One payload of a journal. `v` is the version of its form, and `record` says which it is."""

    record: ClassVar[str]

    def to_bytes(self) -> bytes:
        """The record as JSON, what stands at its default left out."""
        made: dict[str, Json] = {"v": VERSION, "record": self.record}
        kind: Any = type(self)
        for name, default in _defaults(kind):
            value = getattr(self, name)
            if value is not default and (value != default or type(value) is not type(default)):
                made[name] = value
        text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8", "surrogatepass")

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """The record that was made `payload`. ResumeError: a newer agentgraph wrote it, or it is none."""
        data = _read(payload)
        known = {one.name: one for one in fields(cls)}
        given = {name: value for name, value in data.items() if name in known}
        needed = {name for name, one in known.items() if one.default is MISSING}
        if data.get("record") != cls.record or not needed <= given.keys():
            raise _unreadable(f"it is no {cls.record}: {payload[:80]!r}")
        return cls(**given)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord(Record):
    """One step of a call, done once: what it was, and what came of it.

    `kind` is "tool", "model", "step", "now" or "random"; `name` the tool's, the model's role, the
    step's. `digest` is the hash of its arguments, `occurrence` counts those with the same, from 1.
    `agent` asked for it in its `attempt` (from 1), which `scope` tells from those of what stands in
    for it, of the call's `round` (from 1: another one begins when the call has failed for good and
    is gone on with). `after` is the step before it in
    the same strand of the body, and `own` says that this strand made that one itself;
    `nth` counts those with the same arguments that follow it. `result` is
    its result as `codec` has it, unless there is an `error`. `tokens` are those of input and
    output, `cost` is money; None: nobody knows. `start` and `end` are seconds since the epoch.
    """

    record: ClassVar[str] = "step"

    kind: str
    name: str
    digest: str
    occurrence: int = 1
    agent: str
    attempt: int = 1
    scope: str = ""
    round: int = 1
    after: str = ""
    own: bool = True
    nth: int = 1
    codec: str = "json"
    result: Json = None
    error: Mapping[str, Json] | None = None
    tokens: list[int] | None = None
    cost: float | None = None
    start: float
    end: float

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRound(Record):
    """A call has failed for good in its `round`: what had failed in it is tried again, once it is gone on with.

    `conversations` counts those with a model that led nowhere, and are not told again either.
    """

    record: ClassVar[str] = "failed"

    round: int
    conversations: int = 0
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord(Record):
    """A run of `thread`, from before anything of it is done.

    `lineage` names the history that it makes. `base` is the newest checkpoint that the thread had
    then, None: none; as long as it is the newest, nothing of the run has been stored. `input` is
    the input of a new turn as JSON; for a run that began from an older checkpoint, `origin` names
    that one. `at` is seconds since the epoch.
    """

    record: ClassVar[str] = "run"

    lineage: str
    thread: str
    input: Json = None
    origin: str | None = None
    base: str | None = None
    at: float

    __hash__ = None  # type: ignore[assignment]


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((one.name, one.default) for one in fields(kind))


def record_of(payload: bytes) -> Record | None:
    """The record that a payload holds, whichever it is; None for a kind that this version does not know."""
    kinds: dict[Any, type[Record]] = {kind.record: kind for kind in Record.__subclasses__()}
    kind = kinds.get(_read(payload).get("record"))
    return kind.from_bytes(payload) if kind is not None else None


def _read(payload: bytes) -> dict[str, Json]:
    try:
        data = json.loads(payload.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise _unreadable(f"it is not JSON: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("v"), int):
        raise _unreadable(f"it has no version: {payload[:80]!r}")
    if data["v"] > VERSION:
        raise _unreadable(f"a newer agentgraph wrote it (form {data['v']}, known is {VERSION})")
    return data


def _unreadable(message: str) -> ResumeError:
    return ResumeError([Problem(message, where="journal")], "a record cannot be read")
