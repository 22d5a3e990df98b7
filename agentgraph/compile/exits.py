"""The exits of a node, made ready at build time: which fields they look at, and what they take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agentgraph.compile.asking import Question
from agentgraph.compile.choices import choose
from agentgraph.compile.guards import View, guard_test
from agentgraph.compile.routing import Routing
from agentgraph.compile.spreads import spread
from agentgraph.compile.tokens import Take, Tokens
from agentgraph.model.contract import Json
from agentgraph.model.plan import Choose, Exit, Go, Spread


@dataclass(frozen=True, slots=True)
class Exits:
    """All the exits of one node for one outcome.

    `needs` are the state fields and counters that they look at; `stored` those of them that
    the graph has (an item of a Map is handed others). `questions` are the route functions to ask
    first. `constant` holds what they take, where that never varies.
    """

    takes: tuple[Take, ...]
    needs: tuple[str, ...]
    stored: tuple[str, ...]
    questions: tuple[Question, ...]
    constant: Tokens | None

    __hash__ = None  # type: ignore[assignment]

    def take(self, view: View, answers: tuple[Json, ...]) -> Tokens:
        """What is set going, seen from `view`. RouteError: a decision leads nowhere."""
        tokens = Tokens(answers)
        for take in self.takes:
            take(view, tokens)
        return tokens


def ready_exits(exits: Sequence[Exit], owner: str, routing: Routing) -> Exits:
    """`exits` of the node `owner`, made ready."""
    takes: list[Take] = []
    needs: dict[str, None] = {}
    questions: list[Question] = []
    for exit_ in exits:
        match exit_:
            case Go():
                take, fields = go(exit_, owner, routing)
            case Choose():
                take, fields = choose(exit_, owner, routing, questions)
            case Spread():
                take, fields = spread(exit_, owner, routing, _exits_when_empty)
        takes.append(take)
        needs.update(dict.fromkeys(fields))
    stored = tuple(field for field in needs if field in routing.fields)
    ready = Exits(tuple(takes), tuple(needs), stored, tuple(questions), None)
    if not all(isinstance(exit_, Go) and is_certain(exit_) for exit_ in exits):
        return ready
    return replace(ready, constant=ready.take({}, ()))


def is_certain(exit_: Go) -> bool:
    """Whether it is taken every time."""
    return exit_.when is None and exit_.counter is None


def go(exit_: Go, owner: str, routing: Routing) -> tuple[Take, tuple[str, ...]]:
    """The exit made ready, and the fields it looks at."""
    take = routing.lead(exit_.target, owner)
    needs: tuple[str, ...] = ()
    if exit_.counter is not None:
        otherwise = routing.lead(exit_.otherwise, owner) if exit_.otherwise else None
        take = _counted(exit_.counter.field, exit_.counter.at_most, take, otherwise)
        needs = (exit_.counter.field,)
    if exit_.when is not None:
        take = _guarded(guard_test(exit_.when), take)
        needs += exit_.when.fields
    return take, needs


def _guarded(test: Callable[[View], bool], take: Take) -> Take:
    def guarded(view: View, tokens: Tokens) -> None:
        if test(view):
            take(view, tokens)

    return guarded


def _counted(field: str, at_most: int, take: Take, otherwise: Take | None) -> Take:
    def counted(view: View, tokens: Tokens) -> None:
        so_far = view.get(field, 0)
        if so_far < at_most:
            tokens.writes.append((field, so_far + 1))
            take(view, tokens)
        elif otherwise is not None:
            otherwise(view, tokens)

    return counted


def _exits_when_empty(target: str, routing: Routing) -> tuple[list[Take], list[str]]:
    """What a Map over nothing takes at once: its target's exits that look at no state.

    They leave the target, not the Map's source: that is whom a join waits for.
    """
    takes: list[Take] = []
    needs: list[str] = []
    for exit_ in routing.nodes[target].exits:
        if isinstance(exit_, Go) and exit_.when is None:
            take, fields = go(exit_, target, routing)
            takes.append(take)
            needs += fields
    return takes, needs
