"""Loops: the rings of a graph, what leads out of them, and what bounds them."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator

from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Option
from agentgraph.check.flow.schemas import resolved
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Json
from agentgraph.model.plan import Choose, Go

Steps = dict[int, list[int]]
"""Per run of a ring, the runs of it that may follow."""

_ORDERED = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


def rings(flow: Flow) -> list[list[int]]:
    """The runs of every ring that is reached, each in flow order."""
    found: dict[int, list[int]] = {}
    for run in flow.reach.order:
        if (flow.reach.in_ring >> run) & 1:
            found.setdefault(flow.reach.rings[run], []).append(run)
    return list(found.values())


def a_round(flow: Flow, runs: list[int]) -> list[int]:
    """A shortest way round from the first of a ring's runs back to it: it stands at both ends."""
    first, inside = runs[0], set(runs)
    came_from: dict[int, int] = {}
    todo = deque([first])
    while first not in came_from:
        run = todo.popleft()
        for after in flow.reach.after[run]:
            if after in inside and after not in came_from:
                came_from[after] = run
                todo.append(after)
    way = [first]
    while len(way) == 1 or way[-1] != first:
        way.append(came_from[way[-1]])
    return way[::-1]


def leads_out(flow: Flow, runs: list[int]) -> bool:
    """Whether the ring can be left for good: from each of its runs, some choice of ways leads out of it.

    All exits of a run are taken. One that always leads on within the ring keeps the turn there,
    whatever another exit does.
    """
    inside = set(runs)
    todo = list(runs)
    while todo:
        run = todo.pop()
        if run in inside and _is_left(flow, run, inside):
            inside.discard(run)
            todo += (before for before in flow.reach.before[run] if before in inside)
    return not inside


def _is_left(flow: Flow, run: int, inside: set[int]) -> bool:
    """Whether some outcome of the run leads to none of the runs `inside`."""
    return any(
        all(
            any(all(flow.web.starts(m) not in inside for m in option.marks) for option in options)
            for options in exits
        )
        for exits in (flow.web.normal[run], flow.web.failure[run])
        if exits is not None
    )


def unbounded_round(flow: Flow, runs: list[int]) -> list[int]:
    """A round of the ring that nothing bounds, as runs; [] where every round has a bound.

    A bound is an edge with `at_most`, a person who is asked, and a budget that is used up. What
    tests a number that the ring itself writes, or an agent that reads one, seems to count.
    """
    counts = _written(flow, runs, "integer")
    grows = counts | _written(flow, runs, "array")
    free = {run: None for run in runs if not _bounds(flow, run, counts)}
    steps = {
        run: [to for to, option in _steps(flow, run, free) if not _bounded(option, counts, grows)]
        for run in free
    }
    return _round(_trimmed(steps))


def _steps(flow: Flow, run: int, ring: Container[int]) -> Iterator[tuple[int, Option]]:
    for option in flow.web.options(run):
        for mark in option.marks:
            to = flow.web.starts(mark)
            if to is not None and to in ring:
                yield to, option


def _bounds(flow: Flow, run: int, counts: set[str]) -> bool:
    agent = flow.agents.get(flow.web.runs[run].node)
    if agent is None:
        return False
    budget = flow.spec.budget
    pays = budget is not None and (budget.tokens is not None or budget.cost is not None)
    if agent.kind == "function" and any(read.field in counts for read in agent.reads):
        return True
    return _asks_person(agent) or (pays and agent.kind == "model")


def _asks_person(agent: AgentSpec) -> bool:
    inner = agent.graph.agents if agent.graph is not None else ()
    return agent.kind == "person" or any(_asks_person(one) for one in inner)


def _bounded(option: Option, counts: set[str], grows: set[str]) -> bool:
    if isinstance(option.exit, Go) and option.exit.counter and option.kind == "taken":
        return True
    if isinstance(option.exit, Choose) and any(r.field in grows for r in option.exit.reads):
        return True  # what a function makes of it cannot be told
    return any(set(g.fields) & counts and _orders(g.schema) for g, _ in option.tests)


def _orders(schema: Json) -> bool:
    """Whether a guard compares with a bound."""
    if isinstance(schema, dict):
        return bool(_ORDERED & set(schema)) or any(_orders(part) for part in schema.values())
    return isinstance(schema, list) and any(_orders(part) for part in schema)


def _written(flow: Flow, runs: list[int], kind: str) -> set[str]:
    """The fields that the ring writes with values of this kind alone."""
    found: set[str] = set()
    for run in runs:
        effect = flow.effects.of[run]
        for number in (*effect.always.values(), *effect.maybe.values()):
            definition = flow.items.all[number].definition
            top = resolved(definition.contract.produced) if definition.contract else True
            if isinstance(top, dict) and top.get("type") == kind:
                found.add(definition.field)
    return found


def _trimmed(steps: Steps) -> Steps:
    """The steps without the runs that no round passes, as far as that is plain."""
    onward = {run: set(found) for run, found in steps.items()}
    back: dict[int, set[int]] = {run: set() for run in steps}
    for run, found in onward.items():
        for to in found:
            back[to].add(run)
    todo = [run for run in steps if not onward[run] or not back[run]]
    gone = set(todo)
    while todo:
        run = todo.pop()
        for others, theirs in ((onward[run], back), (back[run], onward)):
            for other in others:
                theirs[other].discard(run)
                if not theirs[other] and other not in gone:
                    gone.add(other)
                    todo.append(other)
    return {
        run: [to for to in found if to not in gone]
        for run, found in steps.items()
        if run not in gone
    }


def _round(steps: Steps) -> list[int]:
    """A shortest round through the first run that has one; [] where there is none."""
    for first in steps:
        came_from: dict[int, int] = {}
        todo = deque([first])
        while todo:
            run = todo.popleft()
            for to in steps[run]:
                if to == first:
                    return _walked(came_from, first, run)
                if to not in came_from:
                    came_from[to] = run
                    todo.append(to)
    return []


def _walked(came_from: dict[int, int], first: int, last: int) -> list[int]:
    found = [last]
    while found[-1] != first:
        found.append(came_from[found[-1]])
    return found[::-1]
