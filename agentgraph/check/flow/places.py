"""The plan as places: what can run, what can have arrived at a join, and what leads where.

A *run* is a node that runs; a node that a Map leads to has a run of its own for its items,
apart from its plain run. A *wait* says that a run is done and a join, or the end of the turn,
still waits. Places are numbered, runs first, so that sets of them are bits of an int.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Literal

from msgspec import Struct, field

from agentgraph.model.graph import END, START
from agentgraph.model.guard import Guard
from agentgraph.model.plan import Branch, Choose, Exit, Go, Node, Plan, Spread
from agentgraph.model.source import Source

Test = tuple[Guard, bool]
"""A guard, and whether it held."""

Kind = Literal["taken", "otherwise", "none", "empty"]


class Run(Struct, frozen=True, eq=False):
    """A node that runs: START, a node, or (`spread`) a node once per element of a Map.

    Where it is `sent`, it takes a payload of its own in place of the state.
    """

    number: int
    node: str
    agent: str | None
    spread: Spread | None = None
    source: Source | None = None
    sent: bool = False


class Wait(Struct, frozen=True):
    """Run `run` is done, and the join of node `join` (or END, or a barrier's key) waits for more.

    `silent`: no way out was taken, so the way just ends.
    """

    join: str
    run: int
    silent: bool = False


class Option(Struct, frozen=True, eq=False):
    """One thing that may come of an exit: the places that it marks, and what it tells.

    `marks` is empty where nothing is taken. All of `tests` held when this option was taken.
    """

    exit: Exit
    kind: Kind
    marks: tuple[int, ...]
    tests: tuple[Test, ...] = ()
    target: str | None = None
    source: Source | None = None


Options = tuple[Option, ...]
"""The options of one exit: exactly one of them comes true."""


class Web(Struct, eq=False):
    """A plan as places.

    `normal` and `failure` hold, per run, the options of each of its exits; `failure` is None
    where the run's failing ends the turn. `stops` has the silent wait of every run that may
    end without taking a way. `plain` has the run of each node, `started` the run that each join
    starts; `barriers` are the joins that wait for all their sources, `lasts` those that start when
    nothing else runs. `marked` keeps what each run can mark, once somebody asked.
    """

    plan: Plan
    runs: list[Run] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    normal: list[tuple[Options, ...]] = field(default_factory=list)
    failure: list[tuple[Options, ...] | None] = field(default_factory=list)
    stops: dict[int, int] = field(default_factory=dict)
    plain: dict[str, int] = field(default_factory=dict)
    started: dict[str, int] = field(default_factory=dict)
    barriers: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset()
    arrivals: dict[str, list[int]] = field(default_factory=dict)
    marked: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def wait(self, place: int) -> Wait | None:
        """What a place stands for, where it is a wait."""
        return self.waits[place - len(self.runs)] if place >= len(self.runs) else None

    def starts(self, place: int) -> int | None:
        """The run that a place is, or leads to for certain; None for the end of the turn."""
        wait = self.wait(place)
        if wait is None:
            return place
        return None if wait.join == END else self.started[wait.join]

    def options(self, run: int) -> Iterator[Option]:
        """Every option of every exit, those of failure included."""
        for exits in (self.normal[run], self.failure[run] or ()):
            for options in exits:
                yield from options

    def successors(self, run: int) -> Sequence[int]:
        """Every place that one run can mark, each once."""
        known = self.marked.get(run)
        if known is None:
            found = dict.fromkeys(mark for option in self.options(run) for mark in option.marks)
            if run in self.stops:
                found[self.stops[run]] = None
            known = self.marked[run] = tuple(found)
        return known

    @property
    def size(self) -> int:
        return len(self.runs) + len(self.waits)


def web_of(plan: Plan) -> Web:
    """The plan as places. Linear in its exits."""
    return _Weaver(plan).woven()


class _Weaver:
    def __init__(self, plan: Plan) -> None:
        self.web = Web(
            plan,
            barriers=frozenset(join.barrier for join in plan.joins if join.barrier),
            lasts=frozenset(join.node for join in plan.joins if join.last),
        )
        self.nodes: dict[str, Node] = {node.name: node for node in plan.nodes}
        self.joins = {join.node for join in plan.joins if not join.barrier}
        self.items: dict[int, int] = {}
        self.sent: dict[str, int] = {}
        self.wait_numbers: dict[Wait, int] = {}

    def woven(self) -> Web:
        web = self.web
        self._run(START, None, None, None)
        for node in web.plan.nodes:
            web.plain[node.name] = self._run(node.name, node.agent, None, node.source)
        for join in web.plan.joins:
            web.started[join.barrier or join.node] = web.plain[join.node]
        for exits in self._all_exits():
            for exit_ in exits:
                if isinstance(exit_, Spread) and exit_.way not in self.items:
                    target = self.nodes[exit_.target]
                    self.items[exit_.way] = self._run(
                        target.name, target.agent, exit_, target.source
                    )
                if isinstance(exit_, Choose):
                    self._add_sent(exit_)
        for run in web.runs:
            self._weave(run)
        return web

    def _all_exits(self) -> Iterator[Sequence[Exit]]:
        yield self.web.plan.start
        for node in self.web.plan.nodes:
            yield node.exits
            yield node.failure

    def _run(
        self, node: str, agent: str | None, spread: Spread | None, source: Source | None
    ) -> int:
        number = len(self.web.runs)
        self.web.runs.append(Run(number, node, agent, spread, source))
        return number

    def _add_sent(self, exit_: Choose) -> None:
        """A run of its own for what is sent to a node: it does not see the state."""
        for branch in exit_.branches:
            if branch.sends and branch.target not in self.sent:
                node = self.nodes[branch.target]
                number = len(self.web.runs)
                run = Run(number, node.name, node.agent, source=node.source, sent=True)
                self.web.runs.append(run)
                self.sent[branch.target] = number

    def _weave(self, run: Run) -> None:
        node = self.nodes.get(run.node)
        exits = node.exits if node else self.web.plan.start
        normal = tuple(self._all_options(exits, run.number))
        failure = node.failure if node else ()
        self.web.normal.append(normal)
        self.web.failure.append(tuple(self._all_options(failure, run.number)) or None)
        if can_stop(normal) or (failure and can_stop(self.web.failure[run.number] or ())):
            self.web.stops[run.number] = self._wait(Wait(END, run.number, silent=True))

    def _all_options(self, exits: Sequence[Exit], run: int) -> Iterator[Options]:
        for exit_ in exits:
            if isinstance(exit_, Choose) and exit_.together:
                yield tuple(self._sets(exit_, run))
            elif isinstance(exit_, Choose) and exit_.takes == "any":
                # Each branch is taken or not, whatever becomes of the others.
                for branch in exit_.branches:
                    yield self._branch(exit_, branch, run, ()), Option(exit_, "none", ())
            else:
                yield tuple(self._options(exit_, run))

    def _sets(self, exit_: Choose, run: int) -> Iterator[Option]:
        for positions in exit_.together:
            parts = [self._branch(exit_, exit_.branches[n], run, ()) for n in positions]
            if not parts:
                yield Option(exit_, "none", ())
                continue
            marks = tuple(dict.fromkeys(mark for part in parts for mark in part.marks))
            yield Option(exit_, "taken", marks, (), parts[0].target, parts[0].source)

    def _branch(self, exit_: Choose, branch: Branch, run: int, tests: tuple[Test, ...]) -> Option:
        sent = branch.sends
        mark = self.sent[branch.target] if sent else self._mark(branch.target, run)
        return Option(exit_, "taken", (mark,), tests, branch.target, branch.source or exit_.source)

    def _options(self, exit_: Exit, run: int) -> Iterator[Option]:
        match exit_:
            case Go():
                yield from self._go(exit_, run)
            case Choose():
                yield from self._choose(exit_, run)
            case Spread():
                yield from self._spread(exit_)

    def _go(self, exit_: Go, run: int) -> Iterator[Option]:
        held: tuple[Test, ...] = ((exit_.when, True),) if exit_.when else ()
        mark = self._mark(exit_.target, run, exit_.barrier)
        yield Option(exit_, "taken", (mark,), held, exit_.target, exit_.source)
        if exit_.counter and exit_.otherwise:
            mark = self._mark(exit_.otherwise, run)
            yield Option(exit_, "otherwise", (mark,), held, exit_.otherwise, exit_.source)
        elif exit_.counter:
            yield Option(exit_, "none", (), held, None, exit_.source)
        if exit_.when:
            yield Option(exit_, "none", (), ((exit_.when, False),), None, exit_.source)

    def _choose(self, exit_: Choose, run: int) -> Iterator[Option]:
        earlier: list[Test] = []
        for branch in exit_.branches:
            guard = branch_guard(exit_, branch)
            tests: tuple[Test, ...] = ()
            if guard is not None:
                # Labels exclude each other by themselves; of cases, the first that holds wins.
                tests = (*(earlier if exit_.by == "cases" else ()), (guard, True))
                earlier.append((guard, False))
            yield self._branch(exit_, branch, run, tests)
        if exit_.takes == "at most one":
            yield Option(exit_, "none", ())
        if exit_.otherwise:
            mark = self._mark(exit_.otherwise, run)
            yield Option(exit_, "otherwise", (mark,), tuple(earlier), exit_.otherwise, exit_.source)

    def _spread(self, exit_: Spread) -> Iterator[Option]:
        item = self.items[exit_.way]
        some, none = _length_guards(exit_.over)
        yield Option(exit_, "taken", (item,), ((some, True),), exit_.target, exit_.source)
        certain = [
            go for go in self.nodes[exit_.target].exits if isinstance(go, Go) and go.when is None
        ]
        for marks in product(*(self._ends(go, item) for go in certain)):
            marked = tuple(mark for mark in marks if mark is not None)
            yield Option(exit_, "empty", marked, ((none, True),), exit_.target, exit_.source)

    def _ends(self, go: Go, run: int) -> list[int | None]:
        """Where an edge without a guard can lead, as marks; None: nowhere."""
        found: list[int | None] = [self._mark(go.target, run)]
        if go.counter is not None:
            found.append(self._mark(go.otherwise, run) if go.otherwise else None)
        return found

    def _mark(self, target: str, run: int, barrier: str = "") -> int:
        if barrier:
            return self._wait(Wait(barrier, run))
        if target == END or target in self.joins:
            return self._wait(Wait(target, run))
        return self.web.plain[target]

    def _wait(self, wait: Wait) -> int:
        if wait not in self.wait_numbers:
            self.wait_numbers[wait] = len(self.web.runs) + len(self.web.waits)
            self.web.waits.append(wait)
            self.web.arrivals.setdefault(wait.join, []).append(self.wait_numbers[wait])
        return self.wait_numbers[wait]


def can_stop(exits: Sequence[Options]) -> bool:
    """Whether every exit may come to nothing."""
    return all(any(not option.marks for option in options) for options in exits)


def is_used_up(option: Option) -> bool:
    """Whether the option is what comes of a bounded edge once its bound is used up."""
    exit_ = option.exit
    if not isinstance(exit_, Go) or exit_.counter is None or option.kind == "taken":
        return False
    return all(held for _, held in option.tests)


def branch_guard(choose: Choose, branch: Branch) -> Guard | None:
    """What holds of the state where `branch` is taken; None where a function decides."""
    if choose.by == "cases":
        return branch.when
    if choose.by == "function" or choose.on is None:
        return None
    schema = {"properties": {choose.on: {"const": branch.label}}, "required": [choose.on]}
    return Guard(schema, (choose.on,), f"{choose.on} == {branch.label!r}")


def _length_guards(over: str) -> tuple[Guard, Guard]:
    def guard(bound: dict[str, int], text: str) -> Guard:
        schema = {"properties": {over: {"type": "array", **bound}}, "required": [over]}
        return Guard(schema, (over,), f"{over} {text}")

    return guard({"minItems": 1}, "is not empty"), guard({"maxItems": 0}, "is empty")
