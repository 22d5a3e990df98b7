"""One recorded step: answered from its record, or done and recorded, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentgraph.call.effects import Steps
from agentgraph.call.known import Asked
from agentgraph.call.raised import made_error, told_error
from agentgraph.call.recorder import Recorder
from agentgraph.call.strands import stand
from agentgraph.errors import ContractViolation, Problem, ResumeError
from agentgraph.model.contract import Json
from agentgraph.observe.clock import clock
from agentgraph.observe.events import StepReplayed
from agentgraph.remember.records import StepRecord

if TYPE_CHECKING:
    from agentgraph.call.running import Running


@dataclass(frozen=True, slots=True)
class Form:
    """How a result is recorded and read back; `name` says so in the record."""

    name: str
    read: Callable[[Json], Any]


@dataclass(frozen=True, slots=True)
class Done:
    """What a step came to, as JSON; tokens and cost where it took any."""

    result: Json
    tokens: list[int] | None = None
    cost: float | None = None

    __hash__ = None  # type: ignore[assignment]


def recorded(
    running: Running,
    recorder: Recorder,
    asked: Asked,
    form: Form,
    once: Callable[[], Steps[Done]],
) -> Steps[tuple[Any, StepRecord | None]]:
    """The step's result, and the record that answered, None where `once` has done it now.

    What `once` raises is recorded for this attempt, if it can be told as JSON: the body takes the
    same way when it runs again.
    """
    recorder.check()
    found = recorder.find(asked)
    error = None if found is None or found.error is None else made_error(found.error)
    answered = found is not None and (found.error is None or error is not None)
    if not answered:
        yield from recorder.may_begin(asked)
        yield from recorder.written()
        found = yield from _done(running, recorder, Origin(asked, form), once)
    stand(running.services, asked.key if error is None else failed(asked))
    if answered:
        running.services.tell(StepReplayed, asked.agent, step=asked.kind, name=asked.name)
    if error is not None:
        raise error
    return _read(recorder, asked, form, found), found if answered else None


def drawn(running: Running, recorder: Recorder, asked: Asked, draw: Callable[[], float]) -> float:
    """A number that cost nothing, as a step: written down before the next one begins, else not at all."""
    recorder.check()
    found = recorder.find(asked)
    if found is None:
        recorder.hold(asked)
        found = Origin(asked, _NUMBER).record(recorder, clock().time(), result=draw())
        recorder.later(asked, found)
    stand(running.services, asked.key)
    number: float = _read(recorder, asked, _NUMBER, found)
    return number


_NUMBER = Form("number", float)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a step's record comes from."""

    asked: Asked
    form: Form

    def record(self, recorder: Recorder, start: float, **outcome: Any) -> StepRecord:
        """The record of what came of it."""
        asked = self.asked
        return StepRecord(
            kind=asked.kind,
            name=asked.name,
            digest=asked.digest,
            occurrence=asked.occurrence,
            agent=asked.agent,
            attempt=asked.attempt,
            scope=asked.scope,
            round=recorder.round,
            after=asked.after,
            own=asked.own,
            nth=asked.nth,
            codec=self.form.name,
            start=start,
            end=clock().time(),
            **outcome,
        )


def failed(asked: Asked) -> str:
    """The step that one stands behind where `asked` has raised: another way may be taken from there."""
    return f"{asked.key}!"


def _done(
    running: Running, recorder: Recorder, origin: Origin, once: Callable[[], Steps[Done]]
) -> Steps[StepRecord]:
    start = clock().time()
    try:
        done = yield from once()
    except running.services.signals:
        raise
    except Exception as error:
        stand(running.services, failed(origin.asked))
        told = None if running.ended else told_error(error)
        if told is not None:
            record = origin.record(recorder, start, error=told)
            yield from recorder.keep(origin.asked, record)
        raise
    running.check(origin.asked.name)  # the result of an attempt that is over comes too late
    outcome = {"result": done.result, "tokens": done.tokens, "cost": done.cost}
    return (yield from recorder.keep(origin.asked, origin.record(recorder, start, **outcome)))


def _read(recorder: Recorder, asked: Asked, form: Form, record: StepRecord | None) -> Any:
    try:
        return form.read(record.result if record is not None else None)
    except ContractViolation as error:
        problems = [
            Problem(problem.message, f"{asked.agent} {asked.name} {problem.where}".strip())
            for problem in error.problems
        ]
        headline = "what was recorded does not fit what the step gives now"
        raise recorder.end(ResumeError(problems, headline)) from None
