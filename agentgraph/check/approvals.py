"""Which agents' effects wait for a person's yes, and on which ways they do not.

A person approves an agent where what the person answered decides whether the agent runs: of the
ways out of a decision that looks at the answer, some lead there and some don't. Ways that ask the
person again don't count, and neither does a question that comes only after the agent ("go on?").
A graph with a person in it approves as well, for what is asked there is not seen here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.dominators import dominators
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Option
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.check.walks import seen_by_exits
from agentgraph.model.agent import AgentSpec
from agentgraph.model.plan import Choose
from agentgraph.model.tool import ToolSpec


class Approval(Struct, frozen=True, eq=False):
    """Run `person` approves run `effect`: one of the options `yes` leads there, and others don't."""

    person: int
    effect: int
    tool: ToolSpec
    yes: tuple[Option, ...]


class Way(Struct, frozen=True, eq=False):
    """A way on which an effect comes about unasked: its nodes, and the step that leaves the approval aside."""

    nodes: tuple[str, ...]
    step: Option


def approvals(flow: Flow) -> list[Approval]:
    """Every effect that a person of this graph decides about."""
    people = [run for run in _reached(flow) if _agent(flow, run).kind == "person"]
    effects = list(_effects(flow)) if people else []
    before = dominators(flow.reach) if effects else []
    return [
        approval
        for person in people
        for approval in _of_person(flow, person, effects)
        if not _dominates(before, approval.effect, person)
    ]


def unasked(flow: Flow, approval: Approval, every: Iterable[Approval]) -> list[Way]:
    """Ways from START to the effect without anybody's yes, one for each step that leaves all asking behind."""
    passed = {id(o) for one in every if one.effect == approval.effect for o in one.yes}
    passed |= {id(o) for o in _by_others(flow, approval)}
    steps: dict[int, list[tuple[int, Option]]] = {}
    came = _came(flow, passed, steps)
    if approval.effect not in came:
        return []
    onward = _onward(approval.effect, came, steps)
    asking = flow.reach.ancestors[approval.person]
    leaving = [
        (before, option, run)
        for run in onward
        if run in came and not (asking >> run) & 1
        for before, option in steps.get(run, ())
        if (asking >> before) & 1
    ]
    if not leaving:  # it comes back to the person afterwards
        before, option = came[approval.effect]
        leaving = [(before, option, approval.effect)]
    return [
        Way((*_names(flow, _back(came, before)), *_names(flow, _ahead(onward, run))), option)
        for before, option, run in leaving
    ]


def _came(
    flow: Flow, passed: set[int], steps: dict[int, list[tuple[int, Option]]]
) -> dict[int, tuple[int, Option]]:
    """Per run that START reaches without the options `passed`, how; all steps go into `steps`."""
    came: dict[int, tuple[int, Option]] = {}
    todo = deque([0])
    while todo:
        run = todo.popleft()
        for option in flow.web.options(run):
            for mark in option.marks if id(option) not in passed else ():
                after = flow.web.starts(mark)
                if after is not None:
                    steps.setdefault(after, []).append((run, option))
                if after is not None and after != 0 and after not in came:
                    came[after] = (run, option)
                    todo.append(after)
    return came


def _onward(
    effect: int,
    came: dict[int, tuple[int, Option]],
    steps: dict[int, list[tuple[int, Option]]],
) -> dict[int, int]:
    """Per run that leads to the effect by these steps, the next one on the way."""
    onward = {effect: effect}
    todo = deque([effect])
    while todo:
        run = todo.popleft()
        for before, _ in steps.get(run, ()):
            if before not in onward and before in came:
                onward[before] = run
                todo.append(before)
    return onward


def _back(came: dict[int, tuple[int, Option]], run: int) -> list[int]:
    found = [run]
    while found[-1] != 0:
        found.append(came[found[-1]][0])
    return found[::-1]


def _ahead(onward: dict[int, int], run: int) -> list[int]:
    found = [run]
    while onward[found[-1]] != found[-1]:
        found.append(onward[found[-1]])
    return found


def _names(flow: Flow, runs: list[int]) -> list[str]:
    return [flow.web.runs[run].node for run in runs]


def changed_since(flow: Flow, approval: Approval) -> Iterator[tuple[str, int]]:
    """Fields that the person is shown and the effect reads, and who may write them in between."""
    shown = {need.field for need in flow.effects.of[approval.person].needs}
    before = _fact(flow, approval.person)
    since = _reach(flow, [m for o in approval.yes for m in o.marks], without=approval.person)
    since |= set(bits(flow.beside.runs(approval.person))) if flow.beside.exact else set()
    since -= {approval.person, approval.effect}
    for need in flow.effects.of[approval.effect].needs:
        if need.field in shown:
            known = {item.definition for item in flow.items_of(before, need.field)}
            for item in flow.items_of(_fact(flow, approval.effect), need.field):
                if item.definition not in known:
                    yield from ((need.field, run) for run in since if _writes(flow, run, item))


def _writes(flow: Flow, run: int, item: Item) -> bool:
    """Whether it is the run's own write; what a reducer makes of many is nobody's."""
    return item.definition.node == flow.web.runs[run].node


def _effects(flow: Flow) -> Iterator[tuple[int, ToolSpec]]:
    """The runs that may destroy or change something for good, with no approval of their own."""
    for run in _reached(flow):
        tool = _unapproved(_agent(flow, run))
        if tool is not None:
            yield run, tool


def _unapproved(agent: AgentSpec) -> ToolSpec | None:
    for tool in agent.tools:
        if tool.destructive and not tool.read_only and tool.approval is None:
            return tool
    if agent.graph is None or _asks(agent):  # a graph that asks by itself is looked at by itself
        return None
    found = (_unapproved(one) for one in agent.graph.agents)
    return next((tool for tool in found if tool is not None), None)


def _dominates(before: Sequence[int], one: int, other: int) -> bool:
    """Whether every way to `other` passes `one`."""
    while other not in (0, one):
        other = before[other]
    return other == one


def _agent(flow: Flow, run: int) -> AgentSpec:
    return flow.agents[flow.web.runs[run].node]


def _asks(agent: AgentSpec) -> bool:
    inner = agent.graph.agents if agent.graph is not None else ()
    return agent.kind == "person" or any(map(_asks, inner))


def _reached(flow: Flow) -> list[int]:
    return [
        run
        for run in flow.reach.order
        if run in flow.known.at and flow.web.runs[run].node in flow.agents
    ]


def _of_person(flow: Flow, person: int, effects: list[tuple[int, ToolSpec]]) -> Iterator[Approval]:
    yes: dict[int, list[Option]] = {}
    for options in _decided_by(flow, flow.web.runs[person].node):
        reached = [_reach(flow, option.marks, without=person) for option in options]
        for effect, _ in effects:
            leads = [effect in one for one in reached]
            if any(leads) and not all(leads):
                yes.setdefault(effect, []).extend(
                    option for option, there in zip(options, leads, strict=True) if there
                )
    for effect, tool in effects:
        if effect in yes and effect != person:
            yield Approval(person, effect, tool, tuple(yes[effect]))


def _by_others(flow: Flow, approval: Approval) -> Iterator[Option]:
    """Ways to the effect that a graph with a person in it decides about."""
    for run in _reached(flow):
        agent = _agent(flow, run)
        if agent.graph is not None and _asks(agent):
            for found in _of_person(flow, run, [(approval.effect, approval.tool)]):
                yield from found.yes


def _decided_by(flow: Flow, node: str) -> Iterator[tuple[Option, ...]]:
    """The exits that look at something which the agent at `node` wrote."""
    for number in flow.reach.order:
        if number not in flow.known.left:
            continue
        fact = seen_by_exits(flow, flow.web.runs[number])
        for options in flow.web.normal[number]:
            fields = {f for option in options for guard, _ in option.tests for f in guard.fields}
            for option in options:
                if isinstance(option.exit, Choose):
                    fields |= {read.field for read in option.exit.reads}
            if any(i.definition.node == node for f in fields for i in flow.items_of(fact, f)):
                yield options


def _reach(flow: Flow, marks: Iterable[int], *, without: int) -> set[int]:
    """The runs that may follow where these places are marked, until `without` runs again."""
    todo = [run for mark in marks if (run := flow.web.starts(mark)) is not None]
    found = set(todo) - {without}
    while todo:
        run = todo.pop()
        if run == without:
            continue
        for after in flow.reach.after[run]:
            if after not in found and after != without:
                found.add(after)
                todo.append(after)
    return found


def _fact(flow: Flow, run: int) -> int:
    if flow.web.runs[run].spread is not None:
        return flow.known.given.get(run, 0)
    return flow.known.at[run][ALL]
