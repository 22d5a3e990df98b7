"""What a run came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from agentgraph.model.contract import Json, Schema
from agentgraph.observe.events import Emitted, Event, ModelAnswered, Sink, event_of


@dataclass(frozen=True, slots=True)
class Question:
    """What a waiting run asks a person: `answer` is the schema of what may be answered.

    `problems` say why the last answer was refused, where one was. `id` names the question
    where several wait at once.
    """

    id: str
    agent: str
    asks: str
    shown: Mapping[str, Json]
    answer: Schema
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Model calls and tokens of one run; a provider that reports no tokens counts as `unreported`.

    `cost` is what all of them cost; None where that of any is not known.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    unreported: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run that finished, with its `output` (a JSON object), or that waits for answers to `questions`."""

    status: Literal["finished", "waiting"]
    thread: str | None
    output: Mapping[str, Json] | None = None
    questions: tuple[Question, ...] = ()
    usage: Usage = field(default_factory=Usage)


class Counting:
    """A sink that counts model calls, and passes every event on."""

    def __init__(self, onward: Any = None) -> None:
        self._onward = onward
        self._answers: list[ModelAnswered] = []
        self.beside: Sink | None = None
        """Who is told too, for as long as a run lasts."""

    def __call__(self, event: Event) -> None:
        if self.beside is not None:
            self.beside(event)
        if isinstance(event, ModelAnswered):
            self._answers.append(event)
        if self._onward is not None:
            self._onward(event)

    @property
    def usage(self) -> Usage:
        """What was counted so far."""
        costs = [one.cost for one in self._answers]
        known = [cost for cost in costs if cost is not None]
        reported = [one for one in self._answers if one.input_tokens is not None]
        return Usage(
            calls=len(self._answers),
            input_tokens=sum(one.input_tokens or 0 for one in reported),
            output_tokens=sum(one.output_tokens or 0 for one in reported),
            unreported=len(self._answers) - len(reported),
            cost=sum(known) if len(known) == len(costs) else None,
        )


class Outcome:
    """What a run comes to, from what LangGraph gives: all at once, or chunk by chunk."""

    def __init__(self, thread: str | None, counting: Counting) -> None:
        self._thread = thread
        self._counting = counting
        self._values: Any = {}
        self._interrupts: list[Any] = []

    def whole(self, result: Any) -> RunResult:
        """The result of an `invoke`."""
        self._values = result
        if isinstance(result, dict):
            self._interrupts = list(result.get("__interrupt__", ()))
        return self.result()

    def take(self, path: tuple[str, ...], mode: str, chunk: Any) -> Iterator[Event]:
        """The event that a streamed chunk tells of, if it tells of one. `path`: the nested graphs that it is from."""
        if mode == "custom":
            yield event_of(chunk) or self._foreign(path, chunk)
        elif path:
            return
        elif mode == "values":
            self._values = chunk
        elif isinstance(chunk, dict):
            self._interrupts += chunk.get("__interrupt__", ())

    def result(self) -> RunResult:
        """What it came to."""
        if self._interrupts:
            questions = tuple(question_of(one) for one in self._interrupts)
            return RunResult(
                "waiting", self._thread, questions=questions, usage=self._counting.usage
            )
        return RunResult("finished", self._thread, output=self._values, usage=self._counting.usage)

    def _foreign(self, path: tuple[str, ...], chunk: Any) -> Event:
        """What a plain LangGraph graph inside ours streams of its own."""
        agent = ".".join(part.partition(":")[0] for part in path)
        return Emitted(agent=agent, thread=self._thread, name="custom", data=chunk)


def question_of(interrupt: Any) -> Question:
    """A question from a LangGraph interrupt; a foreign graph's own value is shown as it is."""
    value = interrupt.value
    if not isinstance(value, Mapping) or "asks" not in value:
        return Question(interrupt.id, "", str(value), {}, True)
    return Question(
        id=interrupt.id,
        agent=value.get("agent", ""),
        asks=value["asks"] or "",
        shown=value.get("shown", {}),
        answer=value.get("answer", True),
        problems=tuple(value.get("problems", ())),
    )
