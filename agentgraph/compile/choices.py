"""Routes made ready: exactly one branch is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agentgraph.compile.asking import Question
from agentgraph.compile.guards import View, guard_test
from agentgraph.compile.internals import MISSING
from agentgraph.compile.route_error import RouteError, shown
from agentgraph.compile.routing import Routing
from agentgraph.compile.tokens import Take, Tokens
from agentgraph.model.contract import Json
from agentgraph.model.plan import Choose


@dataclass(frozen=True, slots=True)
class _Decision:
    """`pick` finds the branch, or None; `fault` is the error where that is all there is."""

    pick: Callable[[View, Tokens], Take | None]
    fault: Callable[[View, Tokens], RouteError]
    needs: tuple[str, ...]


def choose(
    exit_: Choose, owner: str, routing: Routing, questions: list[Question]
) -> tuple[Take, tuple[str, ...]]:
    """The route made ready, and the fields it looks at.

    Its function, if it has one, is added to `questions`.
    """
    if exit_.by == "cases":
        decision = _by_cases(exit_, owner, routing)
    elif exit_.by == "field":
        decision = _by_field(exit_, owner, routing)
    else:
        decision = _by_function(exit_, owner, routing, questions)
    otherwise = routing.lead(exit_.otherwise, owner) if exit_.otherwise else None
    pick, fault = decision.pick, decision.fault

    def take(view: View, tokens: Tokens) -> None:
        branch = pick(view, tokens) or otherwise
        if branch is None:
            raise fault(view, tokens)
        branch(view, tokens)

    return take, decision.needs


def _by_cases(exit_: Choose, owner: str, routing: Routing) -> _Decision:
    guards = [branch.when for branch in exit_.branches if branch.when is not None]
    cases = [
        (guard_test(branch.when), routing.lead(branch.target, owner))
        for branch in exit_.branches
        if branch.when is not None
    ]
    labels = tuple(guard.text for guard in guards)

    def pick(view: View, _: Tokens) -> Take | None:
        return next((take for test, take in cases if test(view)), None)

    def fault(_: View, __: Tokens) -> RouteError:
        return RouteError(f"{routing.graph}.{owner}", "no case of its route holds", "", labels)

    needs = dict.fromkeys(field for guard in guards for field in guard.fields)
    return _Decision(pick, fault, tuple(needs))


def _by_field(exit_: Choose, owner: str, routing: Routing) -> _Decision:
    field = exit_.on or ""
    leads = _leads_by_label(exit_, owner, routing)
    where, labels = f"{routing.graph}.{owner}", _labels(exit_)

    def pick(view: View, _: Tokens) -> Take | None:
        return _find(leads, view.get(field, MISSING))

    def fault(view: View, _: Tokens) -> RouteError:
        if field not in view:
            return RouteError(where, f"its route looks at {field!r}, which is absent", "", labels)
        value = "" if field in routing.hidden else shown(view[field])
        return RouteError(
            where, f"its route on {field!r} has no branch for its value", value, labels
        )

    return _Decision(pick, fault, (field,))


def _by_function(
    exit_: Choose, owner: str, routing: Routing, questions: list[Question]
) -> _Decision:
    leads = _leads_by_label(exit_, owner, routing)
    targets = {branch.target: routing.lead(branch.target, owner) for branch in exit_.branches}
    where, labels = f"{routing.graph}.{owner}", _labels(exit_)
    number = len(questions)
    reads = tuple(read.field for read in exit_.reads)
    questions.append(Question(routing.functions[exit_.on or ""], reads, where))

    def pick(_: View, tokens: Tokens) -> Take | None:
        answer = tokens.answers[number]
        found = _find(leads, answer)
        if found is None and isinstance(answer, str):
            return targets.get(answer)
        return found

    def fault(_: View, tokens: Tokens) -> RouteError:
        value = shown(tokens.answers[number])
        return RouteError(where, "its route function answered with no branch:", value, labels)

    return _Decision(pick, fault, reads)


def _leads_by_label(exit_: Choose, owner: str, routing: Routing) -> dict[object, Take]:
    """The first branch of a label stands, hence backwards."""
    return {
        _label_key(branch.label): routing.lead(branch.target, owner)
        for branch in reversed(exit_.branches)
    }


def _label_key(value: Json) -> object:
    """Tells labels apart as JSON does: true is not 1, but 1 is 1.0."""
    return (type(value) is bool, value)


def _find(leads: Mapping[object, Take], value: Json) -> Take | None:
    try:
        return leads.get(_label_key(value))
    except TypeError:  # an object or a list is nobody's label
        return None


def _labels(exit_: Choose) -> tuple[str, ...]:
    return tuple(shown(branch.label) for branch in exit_.branches)
