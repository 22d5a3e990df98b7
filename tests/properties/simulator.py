"""What a graph means, played out by hand: the judge of the real runs.

Written from the meaning of the declaration and from nothing in `lower` or `compile`; it knows
no channel, no message, no table. Whether a join may fire is searched for anew each time, way
by way. Slow, and plain enough to be believed. (Ranks alone are taken from the plan: they are
data, and which of two joins in a circle goes first is no more than a choice.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec, MapSpec, RouteSpec
from agentgraph.model.guard import Guard

Act = Callable[[str, Mapping[str, Any]], dict[str, Any] | None]


@dataclass(frozen=True)
class Run:
    """One run of a node. `given` and `into` are set where it is the run of one element."""

    node: str
    given: Mapping[str, Any] | None = None
    into: str | None = None


@dataclass
class Played:
    """A turn, played to its end."""

    steps: list[Counter[str]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    joins_fired: int = 0
    circles: int = 0


@dataclass
class Game:
    """One graph. `ranks` orders the joins, `reads` is what each node is given."""

    spec: GraphSpec
    act: Act
    ranks: Mapping[str, int]
    functions: Mapping[str, Callable[[dict[str, Any]], Any]]
    most_steps: int = 150

    def __post_init__(self) -> None:
        self.edges = [(way, *self._ends(way)) for way in self.spec.ways]
        self.waits = {
            way.adapter or way.target
            for way in self.spec.ways
            if isinstance(way, EdgeSpec) and way.join
        }
        self.leads: dict[str, set[str]] = {}
        for _, sources, targets in self.edges:
            for source in sources:
                self.leads.setdefault(source, set()).update(targets)
        for way in self.spec.ways:
            if isinstance(way, EdgeSpec) and way.adapter:
                self.leads.setdefault(way.adapter, set()).add(way.target)
        self.sources = {
            join: {source for source, found in self.leads.items() if join in found}
            for join in self.waits
        }
        self.reads = {one.name: [r.field for r in one.reads] for one in self.spec.agents}

    @staticmethod
    def _ends(way: Any) -> tuple[list[str], list[str]]:
        if isinstance(way, EdgeSpec):
            found = [way.adapter or way.target, way.otherwise]
            return list(way.sources), [name for name in found if name]
        if isinstance(way, RouteSpec):
            found = [*(case.target for case in way.cases), way.otherwise]
            return [way.agent], [name for name in found if name]
        return [way.agent], [way.target]

    def play(self, given: Mapping[str, Any]) -> Played | None:
        """The turn that `given` begins; None: it takes too long to be worth running. May raise Clash."""
        turn = _Turn(self, Played(state=dict(given)))
        turn.finish_step([(Run(START), dict(given), dict(given), True)])
        while turn.next_runs:
            if len(turn.played.steps) >= self.most_steps or len(turn.next_runs) > 60:
                return None
            turn.step()
        assert not turn.arrived, "joins are left waiting"
        return turn.played


class Clash(Exception):
    """A Map begins a round while items of the last one finish: whose is the list?"""


@dataclass
class _Turn:
    game: Game
    played: Played
    counts: Counter[Any] = field(default_factory=Counter)
    arrived: dict[str, set[str]] = field(default_factory=dict)
    next_runs: list[Run] = field(default_factory=list)
    # What the superstep that is being finished sets going.
    started: set[str] = field(default_factory=set)
    items: list[Run] = field(default_factory=list)
    counted: set[Any] = field(default_factory=set)
    lists: dict[str, list[Any]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def step(self) -> None:
        runs, before = self.next_runs, dict(self.played.state)
        self.played.steps.append(Counter(run.node for run in runs))
        finished = []
        for run in runs:
            reads = self.game.reads[run.node]
            own = run.given if run.given is not None else before
            updates = self.game.act(run.node, {name: own[name] for name in reads if name in own})
            view = {**before, **(run.given or {}), **(updates or {})}
            finished.append((run, updates or {}, view, updates is not None))
        self.finish_step(finished)

    def finish_step(
        self, finished: Iterable[tuple[Run, dict[str, Any], dict[str, Any], bool]]
    ) -> None:
        self.started, self.items, self.counted, self.lists = set(), [], set(), {}
        self.begun = set()
        for run, updates, view, well in finished:
            if run.into is None:
                self.played.state.update(updates)
            elif well:
                self.lists.setdefault(run.into, []).append(updates)
            for way in self._ways_out(run.node, well=well):
                self._leave(way, run.node, view)
            for way in self.game.spec.ways:
                if isinstance(way, EdgeSpec) and way.adapter == run.node:
                    self._go_to(way.target, run.node)
        if any(self.lists[into] for into in self.begun):
            raise Clash
        self.played.state.update(self.lists)
        self.counts.update(self.counted)
        fired = self._fire()
        self.next_runs = [Run(name) for name in sorted(self.started | fired)] + self.items

    def _ways_out(self, node: str, *, well: bool) -> Iterator[Any]:
        for way in self.game.spec.ways:
            failing = isinstance(way, EdgeSpec) and way.on_failure
            sources = way.sources if isinstance(way, EdgeSpec) else (way.agent,)
            if node in sources and failing is not well:
                yield way

    def _leave(self, way: Any, node: str, view: Mapping[str, Any]) -> None:
        if isinstance(way, EdgeSpec):
            self._edge(way, node, view)
        elif isinstance(way, RouteSpec):
            self._go_to(self._choice(way, view), node)
        else:
            self._map(way, node, view)

    def _edge(self, way: EdgeSpec, node: str, view: Mapping[str, Any]) -> None:
        if way.when is not None and not _holds(way.when, view):
            return
        key = (id(way), node)
        if way.at_most is not None and self.counts[key] >= way.at_most:
            if way.otherwise:
                self._go_to(way.otherwise, node)
            return
        if way.at_most is not None:
            self.counted.add(key)
        self._go_to(way.adapter or way.target, node)

    def _choice(self, way: RouteSpec, view: Mapping[str, Any]) -> str:
        if way.by == "cases":
            met = [case for case in way.cases if case.when and _holds(case.when, view)]
        else:
            label = view.get(way.on or "")
            if way.by == "function":
                label = self.game.functions[way.on or ""](
                    {r.field: view[r.field] for r in way.reads}
                )
            met = [case for case in way.cases if case.label == label]
        if met:
            return met[0].target
        assert way.otherwise, "the sample has a route without a branch"
        return way.otherwise

    def _map(self, way: MapSpec, node: str, view: Mapping[str, Any]) -> None:
        self.lists.setdefault(way.into, [])
        self.begun.add(way.into)
        for element in view[way.over]:
            reads = self.game.reads[way.target]
            given = {name: view[name] for name in reads if name in view and name != way.each}
            self.items.append(Run(way.target, {**given, way.each: element}, way.into))
        if view[way.over]:
            return
        for on in self.game.spec.ways:
            certain = isinstance(on, EdgeSpec) and not on.when and not on.on_failure
            if isinstance(on, EdgeSpec) and certain and way.target in on.sources:
                self._edge(on, way.target, view)

    def _go_to(self, target: str, source: str) -> None:
        if target == END:
            return
        if target in self.game.waits:
            self.arrived.setdefault(target, set()).add(source)
        else:
            self.started.add(target)

    def _fire(self) -> set[str]:
        """The joins that fire now: nothing can bring what they lack, or only each other."""
        live = self.started | {run.node for run in self.items}
        held = {join: self._held_by(join, live) for join in self.arrived}
        free = {join for join, by in held.items() if not by}
        stuck = self._circles({join: by for join, by in held.items() if by}, live)
        self.played.circles += len(stuck)
        for join in free | stuck:
            del self.arrived[join]
            self.played.joins_fired += 1
        return free | stuck

    def _held_by(self, join: str, live: set[str]) -> set[str]:
        missing = self.game.sources[join] - self.arrived[join]
        others = live | (set(self.arrived) - {join})
        return {other for other in others if self._reaches(other, missing, without=join)}

    def _reaches(self, node: str, goals: set[str], without: str) -> bool:
        seen, todo = set(), [node]
        while todo:
            here = todo.pop()
            if here == without or here in seen:
                continue
            if here in goals:
                return True
            seen.add(here)
            todo += self.game.leads.get(here, ())
        return False

    def _circles(self, held: Mapping[str, set[str]], live: set[str]) -> set[str]:
        """Of each group that waits for nothing but each other, the one of lowest rank."""
        found = set()
        for join in held:
            group = self._follow(join, held)
            if group is None or group & live:
                continue
            if all(self._follow(other, held) == group for other in group):
                found.add(min(group, key=self.game.ranks.__getitem__))
        return found

    @staticmethod
    def _follow(join: str, held: Mapping[str, set[str]]) -> set[str] | None:
        """All that it waits for in the end; None: something that will run, or fires now."""
        seen, todo = set(), [join]
        while todo:
            here = todo.pop()
            if here not in held:
                return None
            if here not in seen:
                seen.add(here)
                todo += held[here]
        return seen


def _holds(guard: Guard, view: Mapping[str, Any]) -> bool:
    present = {name: view[name] for name in guard.fields if name in view}
    return bool(jsonschema_rs.is_valid(guard.schema, present))
