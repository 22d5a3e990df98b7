"""What LangGraph's own drawing is told of a node's exits, so that it shows what is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from langgraph.graph import END as LANGGRAPH_END

from agentgraph.compile.exits import is_certain
from agentgraph.compile.route_error import shown
from agentgraph.compile.tokens import BRANCH
from agentgraph.compile.writer import Lines
from agentgraph.model.graph import END
from agentgraph.model.plan import Choose, Exit, Go, Spread


def lines_of(exits: Sequence[Exit], failure: Sequence[Exit], joins: Mapping[str, str]) -> Lines:
    """Solid where the way is taken every time, dashed and labelled where it may be."""
    solid: dict[str, None] = {}
    dashed: dict[str, str | None] = {}
    for exit_ in exits:
        # LangGraph has no solid line to END; it adds one itself where nothing else follows.
        if isinstance(exit_, Go) and is_certain(exit_) and exit_.target != END:
            solid[_channel(exit_.target, joins)] = None
        else:
            for target, label in _labelled(exit_):
                dashed.setdefault(_channel(target, joins), label)
    for exit_ in failure:
        for target, _ in _labelled(exit_):
            dashed.setdefault(_channel(target, joins), "on failure")
    if not solid and set(dashed) == {LANGGRAPH_END} and not failure:
        dashed = {}
    return Lines(tuple(solid), tuple(item for item in dashed.items() if item[0] not in solid))


def _channel(target: str, joins: Mapping[str, str]) -> str:
    if target == END:
        return LANGGRAPH_END
    return joins.get(target) or BRANCH.format(target)


def _labelled(exit_: Exit) -> Iterator[tuple[str, str | None]]:
    match exit_:
        case Go():
            yield exit_.target, exit_.when.text if exit_.when else None
        case Choose():
            for branch in exit_.branches:
                yield branch.target, branch.when.text if branch.when else _label(branch.label)
        case Spread():
            yield exit_.target, f"each {exit_.each}"
            return
    if exit_.otherwise:
        yield exit_.otherwise, "otherwise"


def _label(value: object) -> str:
    return value if isinstance(value, str) else shown(value)
