"""Which labels the data of a graph bears, place by place, and on which way it came by them.

A value bears the labels of its field's declaration, of its writer's result type, and of all that
its writer read or was told by its tools, but for those that the writer `removes`. What is one of
a few fixed values inherits none (`carrying`). Only data is followed: what was decided by looking
at a value is not. Where a graph is used in another one, it is worked out anew for the labels
that enter there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from agentgraph.check.carrying import carries
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.marks import Bearing, Limit, Mark, Marks
from agentgraph.check.flow.places import Run
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract
from agentgraph.model.graph import GraphSpec

FlowOf = Callable[[GraphSpec], Flow]
Entering = Mapping[str, Marks]
"""The marks on each input of a graph, from the graph around it."""


def bearings_of(spec: GraphSpec, flow_of: FlowOf) -> list[tuple[GraphSpec, Bearing]]:
    """The labels in a graph and in every graph within it, for each way in which that is used.

    [] where nothing bears any. `flow_of` gives the analysis of each. About linear in labels times
    what is read.
    """
    if not any(says_labels(one) for one in _all_graphs(spec)):
        return []
    uses = _Uses(flow_of)
    uses.keep(spec, {}, ())
    return uses.kept


def everyone(agent: AgentSpec) -> Iterator[AgentSpec]:
    """An agent and all that may stand in for it."""
    yield agent
    for one in agent.stand_ins:
        yield from everyone(one)


def _all_graphs(spec: GraphSpec) -> Iterator[GraphSpec]:
    yield spec
    for agent in spec.agents:
        if agent.graph is not None:
            yield from _all_graphs(agent.graph)


def says_labels(spec: GraphSpec) -> bool:
    """Whether anything in the graph itself is declared with a label."""
    return any(field.labels for field in spec.state) or any(
        any(write.labels for write in one.writes) or any(tool.labels for tool in one.tools)
        for agent in spec.agents
        for one in everyone(agent)
    )


class _Uses:
    """Each graph worked out once for each set of labels that enters it."""

    def __init__(self, flow_of: FlowOf) -> None:
        self._flow_of = flow_of
        self._known: dict[object, _Spreading] = {}
        self._seen: set[object] = set()
        self.kept: list[tuple[GraphSpec, Bearing]] = []

    def keep(self, spec: GraphSpec, entering: Entering, limits: tuple[Limit, ...]) -> None:
        """Keep what becomes of a graph that is used so, and of the graphs within it."""
        key = (*_key(spec, entering), limits)
        if key in self._seen:
            return
        self._seen.add(key)
        spreading = self.spread(spec, entering)
        self.kept.append((spec, spreading.bearing(limits)))
        own = () if spec.clears is None else (Limit(spec.name, spec.clears),)
        for inner, marks in spreading.inner():
            self.keep(inner, marks, (*limits, *own))

    def spread(self, spec: GraphSpec, entering: Entering) -> _Spreading:
        """The labels of a graph, where these enter."""
        key = _key(spec, entering)
        if key not in self._known:
            self._known[key] = _Spreading(self._flow_of(spec), entering, self)
            self._known[key].solve()
        return self._known[key]


def _key(spec: GraphSpec, entering: Entering) -> tuple[object, ...]:
    return (
        id(spec),
        frozenset((port, label) for port, marks in entering.items() for label in marks),
    )


class _Spreading:
    """Labels of one graph, from where they are declared until nothing changes."""

    def __init__(self, flow: Flow, entering: Entering, uses: _Uses) -> None:
        self.read: dict[int, dict[str, Marks]] = {}
        self.told: dict[int, dict[str, Marks]] = {}
        self.written: dict[int, Marks] = {}
        self.out: dict[str, Marks] = {}
        self._flow = flow
        self._entering = entering
        self._uses = uses
        self._declared = {field.name: field for field in flow.spec.state}
        self._todo: deque[tuple[int, Mark]] = deque()
        self._readers: dict[int, list[tuple[int, str]]] = {}
        self._elements: dict[int, list[int]] = {}
        self._targets: dict[int, list[_Target]] = {}
        self._given: dict[int, dict[str, Marks]] = {}
        self._carries: dict[tuple[int, str], bool] = {}

    def bearing(self, limits: tuple[Limit, ...]) -> Bearing:
        """What was found, for a use within these limits."""
        return Bearing(limits, self.read, self.told, self.written, self.out)

    def inner(self) -> Iterator[tuple[GraphSpec, Entering]]:
        """The graphs within this one, and what enters each."""
        for run in self._runs():
            graph = self._agent(run).graph
            if graph is not None:
                yield graph, self._given.get(run.number, {})

    def solve(self) -> None:
        for (_, over), item in self._flow.effects.elements.items():
            self._elements.setdefault(over, []).append(self._definition(item))
        runs = list(self._runs())
        for run in runs:
            self._link(run)
        self._enter()
        for run in runs:
            self._begin(run)
        while self._todo:
            self._reach(*self._todo.popleft())
        self._leave()

    def _runs(self) -> Iterator[Run]:
        for number in self._flow.reach.order:
            run = self._flow.web.runs[number]
            if number in self._flow.known.at and run.node in self._flow.agents:
                yield run

    def _agent(self, run: Run) -> AgentSpec:
        return self._flow.agents[run.node]

    def _definition(self, item: int) -> int:
        return self._flow.items.all[item].definition.number

    def _link(self, run: Run) -> None:
        """Who reads which definitions, and writes which."""
        flow, number = self._flow, run.number
        fact = flow.known.given.get(number, 0) if run.spread else flow.known.at[number][ALL]
        for need in flow.effects.of[number].needs:
            found = bits(fact & flow.items.of_field.get(need.field, 0))
            for definition in dict.fromkeys(self._definition(item) for item in found):
                self._readers.setdefault(definition, []).append((number, need.field))
        effect = flow.effects.of[number]
        for write in self._agent(run).writes:
            field = run.spread.into if run.spread else write.field
            item = effect.always.get(field, effect.maybe.get(field))
            if item is not None:
                target = (write.key, field, write.contract, write.labels, self._definition(item))
                self._targets.setdefault(number, []).append(target)

    def _enter(self) -> None:
        """What the input bears: as it is declared, and from the graph around this one."""
        spec = self._flow.spec
        for port, item in self._flow.effects.inputs.items():
            source = self._declared[port].source or spec.input.source
            entering = self._entering.get(port, {})
            marks = [
                Mark(label, f"{port} of the input", source, entered=label in entering)
                for label in self._own(port)
            ]
            for label, mark in entering.items():
                what = f"it enters {spec.name} as {port}"
                marks.append(Mark(label, what, spec.source, before=mark, entered=True))
            reduced = self._flow.effects.reduced(port)
            for one in (item,) if reduced is None else (item, reduced):
                for mark in marks:
                    self._bear(self._definition(one), mark)

    def _own(self, field: str) -> tuple[str, ...]:
        declared = self._declared.get(field)
        return declared.labels if declared is not None else ()

    def _begin(self, run: Run) -> None:
        """What a run's results bear by declaration, and what its tools tell it."""
        agent = self._agent(run)
        for _, field, _, labels, definition in self._targets.get(run.number, ()):
            for label in labels:
                mark = Mark(label, f"{run.node} returns it as {field}", agent.source, run.node)
                self._bear(definition, mark)
        self._declare(run, agent)
        for one in everyone(agent):
            for tool in one.tools:
                for label in tool.labels:
                    mark = Mark(label, f"{tool.name} returns it to {one.name}", tool.source)
                    told = self.told.setdefault(run.number, {}).setdefault(one.name, {})
                    told.setdefault(label, mark)
                    if label not in one.removes:
                        self._pass_on(run, mark)
        if agent.graph is not None:
            self._give(run, agent)

    def _declare(self, run: Run, agent: AgentSpec) -> None:
        """Whatever is written to a field bears the field's labels, also on its way into a Map's list."""
        fields = [write.field for write in agent.writes] if run.spread else []
        for _, field, _, _, definition in self._targets.get(run.number, ()):
            for name in (field, *fields):
                for label in self._own(name):
                    if label not in agent.removes:
                        source = self._declared[name].source
                        self._bear(definition, Mark(label, f"{name} of the state", source))

    def _reach(self, definition: int, mark: Mark) -> None:
        """A definition has come to bear a label: so does whatever is made of it."""
        for element in self._elements.get(definition, ()):
            self._bear(element, mark)
        for number, field in self._readers.get(definition, ()):
            known = self.read.setdefault(number, {}).setdefault(field, {})
            if mark.label not in known:
                known[mark.label] = mark
                self._take(self._flow.web.runs[number], field, mark)

    def _take(self, run: Run, field: str, mark: Mark) -> None:
        agent = self._agent(run)
        reading = [read for read in agent.reads if read.field == field]
        if agent.graph is not None:
            given = self._given.setdefault(run.number, {})
            for read in reading:
                given.setdefault(read.parameter, {}).setdefault(mark.label, mark)
            self._give(run, agent)
        elif any(
            mark.label not in one.removes and any(read.field == field for read in one.reads)
            for one in everyone(agent)
        ):
            self._pass_on(run, mark)

    def _give(self, run: Run, agent: AgentSpec) -> None:
        """A graph within this one hands out what becomes of the labels that enter it."""
        assert agent.graph is not None
        out = self._uses.spread(agent.graph, self._given.get(run.number, {})).out
        for key, field, _, _, definition in self._targets.get(run.number, ()):
            for port, marks in out.items():
                if key is None or key == port or run.spread:
                    for label, mark in marks.items():
                        what = f"{run.node} hands it out as {field}"
                        self._bear(definition, Mark(label, what, agent.source, run.node, mark))

    def _pass_on(self, run: Run, mark: Mark) -> None:
        """What a run writes bears what it has read, where its type can carry it."""
        source = self._agent(run).source
        for _, field, contract, _, definition in self._targets.get(run.number, ()):
            if self._can_carry(contract, mark.label):
                what = f"{run.node} writes {field}"
                self._bear(definition, Mark(mark.label, what, source, run.node, mark))

    def _can_carry(self, contract: Contract, label: str) -> bool:
        key = (id(contract), label)
        if key not in self._carries:
            self._carries[key] = carries(contract.produced, label)
        return self._carries[key]

    def _bear(self, definition: int, mark: Mark) -> None:
        known = self.written.setdefault(definition, {})
        if mark.label not in known:
            known[mark.label] = mark
            self._todo.append((definition, mark))

    def _leave(self) -> None:
        """What the output bears when the turn is over."""
        flow = self._flow
        for port in flow.spec.output.ports:
            for item in bits(flow.known.end & flow.items.of_field.get(port.field, 0)):
                for label, mark in self.written.get(self._definition(item), {}).items():
                    self.out.setdefault(port.field, {}).setdefault(label, mark)


_Target = tuple[str | None, str, Contract, tuple[str, ...], int]
"""Of a write: its key in the produced object, field, contract, labels, and its definition's number."""
