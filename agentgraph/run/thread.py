"""Where a thread stands, and what may be done with it next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from langgraph.types import Command, StateSnapshot

from agentgraph.errors import Problem, ResumeError
from agentgraph.model.contract import Json
from agentgraph.run.result import Question, question_of
from agentgraph.run.unstarted import Again

NOTHING: Final[Any] = object()
"""No input, no answer: None is a JSON value of its own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A thread as it stands: `next` are the agents still to run, `questions` what it waits for.

    `exists` is False for a thread that nobody has written yet. `again` is the input of a turn that
    was cut off before anything of it was stored. `unfinished` tells whether
    there is anything to go on with: that can be so with no agent left in the last step that
    began, where a crash came before its results were put together. `only_waits`: nothing
    but answers can bring it forward.
    """

    exists: bool
    next: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    unfinished: bool = False
    only_waits: bool = False
    again: Again | None = None


def standing_of(snapshot: Any, lost: tuple[str, ...] = (), again: Again | None = None) -> Standing:
    """The standing from LangGraph's state snapshot, its subgraphs' states in it.

    `lost` are agents still to run that the graph at hand does not have: LangGraph sees none.
    """
    return Standing(
        exists=bool(snapshot.metadata),
        next=(*snapshot.next, *lost),
        questions=tuple(question_of(one) for one in _interrupts(snapshot)),
        unfinished=bool(snapshot.tasks or lost or again),
        only_waits=again is None and _only_waits(snapshot),
        again=again,
    )


def _interrupts(snapshot: Any) -> list[Any]:
    """What is asked, by the innermost graphs that ask.

    LangGraph leaves the question of an inner graph on the outer task after it was answered,
    where the inner graph has failed since.
    """
    found: list[Any] = []
    for task in snapshot.tasks:
        inner = _inner(task)
        found += task.interrupts if inner is None else _interrupts(inner)
    return found


def _only_waits(snapshot: Any) -> bool:
    """Whether all that is left to run waits for people: nothing failed, nothing was cut off."""
    waiting = [task for task in snapshot.tasks if task.interrupts and not task.error]
    inner = [found for task in waiting if (found := _inner(task)) is not None]
    return bool(waiting) and len(waiting) == len(snapshot.next) and all(map(_only_waits, inner))


def _inner(task: Any) -> Any:
    return task.state if isinstance(task.state, StateSnapshot) else None


def check_new_turn(thread: str, standing: Standing) -> None:
    """ResumeError: the thread has unfinished work, which a new input would drop."""
    if not standing.unfinished:
        return
    waits = ", ".join(question.agent for question in standing.questions)
    left = "its last step was not put together"
    if standing.again is not None:
        left = "its last input was taken, and nothing has run on it yet"
    elif waits:
        left = f"it waits for a person at {waits}"
    elif standing.next:
        left = f"{', '.join(standing.next)} had still to run"
    raise ResumeError(
        [
            Problem(
                f"thread {thread!r} has unfinished work: {left}",
                help="go on with it by giving no input (an answer, where it waits for one), or drop it on purpose (abandon)",
            )
        ],
        "a new input would drop unfinished work",
    )


def check_going_on(thread: str, standing: Standing) -> None:
    """ResumeError: there is nothing to go on with."""
    if not standing.exists and standing.again is None:
        raise ResumeError(
            [Problem(f"there is no thread {thread!r}", help="give an input to start one")]
        )
    if not standing.unfinished:
        raise ResumeError(
            [
                Problem(
                    f"thread {thread!r} has finished; nothing is left to do",
                    help="give an input to start a new turn",
                )
            ]
        )


def going_on(thread: str, standing: Standing, answer: Json) -> Any:
    """What to hand the engine to go on with a thread; NOTHING where it waits and no answer is given.

    ResumeError: there is nothing to go on with, or the answer is for nobody.
    """
    check_going_on(thread, standing)
    if standing.again is not None and answer is NOTHING:
        return standing.again
    if answer is not NOTHING:
        return Command(resume=answers_by_id(standing.questions, answer))
    return NOTHING if standing.only_waits else None


def answers_by_id(questions: tuple[Question, ...], answer: Json) -> dict[str, Json]:
    """The answer for each waiting question, by its id.

    One question takes the answer whole; several take an object by agent (all that wait,
    or some), or by `agent[0]`, `agent[1]` where an agent asks several times at once (a Map).
    ResumeError: nothing waits, or an answer is for nobody.
    """
    if not questions:
        raise ResumeError([Problem("nothing waits for an answer", help="go on without one")])
    if len(questions) == 1:
        return {questions[0].id: answer}
    by_agent = _names(questions)
    names = ", ".join(sorted(by_agent))
    if not isinstance(answer, Mapping):
        raise ResumeError(
            [
                Problem(
                    f"several agents wait ({names})",
                    help="answer with an object: one entry for each agent",
                )
            ]
        )
    unknown = [name for name in answer if name not in by_agent]
    if unknown:
        raise ResumeError(
            [Problem(f"{name!r} waits for nothing", help=f"waiting: {names}") for name in unknown]
        )
    return {by_agent[name]: value for name, value in answer.items()}


def _names(questions: tuple[Question, ...]) -> dict[str, str]:
    """The id of each question by its agent, numbered where an agent asks several."""
    agents = [question.agent for question in questions]
    names: dict[str, str] = {}
    for index, question in enumerate(questions):
        several = agents.count(question.agent) > 1
        number = agents[:index].count(question.agent)
        names[f"{question.agent}[{number}]" if several else question.agent] = question.id
    return names
