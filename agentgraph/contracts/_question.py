"""The one question that all others are: a value that meets some schemas and breaks others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agentgraph.contracts._compiled import Compiled, TooMuchError
from agentgraph.contracts._shrink import shrunk
from agentgraph.contracts.solve.outcome import Outcome
from agentgraph.contracts.solve.search import Search
from agentgraph.errors import Problem
from agentgraph.model.contract import Json

DEFAULT_FUEL = 20_000
"""Steps of search that a question may cost; some hundred milliseconds where all are spent."""


_LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question ended. `goal` are the schemas as the search knows them, signed."""

    outcome: Outcome
    search: Search
    goal: tuple[int, ...]
    does: Callable[[Json], bool]


def ask(met: Sequence[Compiled], broken: Sequence[Compiled], fuel: int) -> Asked:
    """A value that all of `met` admit and none of `broken`, judged by validators and small.

    TooMuchError: they nest deeper than the search can follow.
    """
    search = Search(fuel)
    try:
        goal = tuple([search.add(s.schema) for s in met] + [-search.add(s.schema) for s in broken])
    except RecursionError:
        raise TooMuchError([Problem("it nests too deep")]) from None
    judge = _judge(met, broken)

    def does(value: Json) -> bool:
        return _is_small(value) and judge(value)

    outcome = search.answer(goal, does)
    if outcome.found:
        outcome = Outcome(found=True, value=shrunk(outcome.value, judge))
    return Asked(outcome, search, goal, does)


def _judge(met: Sequence[Compiled], broken: Sequence[Compiled]) -> Callable[[Json], bool]:
    """Whether a value does it, by the validators."""
    takes = [schema.engine.admits for schema in met]
    refuses = [schema.engine.admits for schema in broken]
    return lambda value: (
        all(takes_it(value) for takes_it in takes)
        and not any(refuses_it(value) for refuses_it in refuses)
    )


def _is_small(value: Json) -> bool:
    """Whether the value can be shown; one that is shared in itself may be of any size."""
    left, todo = _LARGEST, [value]
    while todo and left > 0:
        node = todo.pop()
        if isinstance(node, (dict, list)):
            left -= len(node)
            todo.extend(node.values() if isinstance(node, dict) else node)
    return left > 0
