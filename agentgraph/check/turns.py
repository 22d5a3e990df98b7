"""How much a turn can take: along its longest way, and in all on its dearest.

Ways are followed forwards; a bounded way back adds the part that it repeats, as often as it may
be taken, and one that nothing bounds adds nothing. Failure edges are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from agentgraph.check.estimates import OfAgent
from agentgraph.check.flow.definitions import Definition
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Option, Options
from agentgraph.check.flow.schemas import most_elements
from agentgraph.check.walks import seen_by_exits
from agentgraph.model.plan import Go


class Part(Struct, frozen=True, eq=False):
    """What one node adds: `amount` for one run of it (or of one element), `times` in the turn."""

    node: str
    amount: float
    times: int = 1

    @property
    def whole(self) -> float:
        return self.amount * self.times


class Parts(Struct, eq=False):
    """The nodes that make up an amount, in the order in which they run."""

    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(part.whole for part in self.parts.values())

    def add(self, node: str, amount: float, times: int = 1) -> None:
        """So often more."""
        known = self.parts.get(node)
        self.parts[node] = Part(node, amount, times + (known.times if known is not None else 0))

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes, those that add nothing as well."""
        return tuple(self.parts)

    def __iter__(self) -> Iterator[Part]:
        return (part for part in self.parts.values() if part.amount)


def longest_way(flow: Flow, of_agent: OfAgent) -> Parts:
    """The way through a turn on which the amounts add up to most: what runs beside it is not added."""
    return _Turn(flow, of_agent, in_all=False).along()


def dearest_turn(flow: Flow, of_agent: OfAgent) -> Parts:
    """What adds up to most in one turn: at each decision the dearest branch, and all that runs beside it.

    Of several guarded edges the dearest alone, for their guards may exclude each other. A Map counts
    once for each element that its list can hold at most; once, where nothing limits that.
    """
    return _Turn(flow, of_agent, in_all=True).spent()


def elements_of(flow: Flow, run: int) -> int | None:
    """How many elements a Map's list can have at most, where `run` is of its items; None: no limit."""
    found = [_most(definition) for definition in _lists(flow, run)]
    return None if None in found else max((one for one in found if one is not None), default=0)


def unlimited(flow: Flow, run: int) -> list[Definition]:
    """The lists of a Map whose types are known, and limit nothing."""
    return [one for one in _lists(flow, run) if one.contract is not None and _most(one) is None]


def _lists(flow: Flow, run: int) -> Iterator[Definition]:
    spread = flow.web.runs[run].spread
    assert spread is not None
    for source in flow.reach.before[run]:
        if source in flow.known.left:
            for item in flow.items_of(seen_by_exits(flow, flow.web.runs[source]), spread.over):
                if item.definition.kind not in ("absent", "assumed"):
                    yield item.definition


def _most(definition: Definition) -> int | None:
    return None if definition.contract is None else most_elements(definition.contract.produced)


class _Turn:
    """One graph and one kind of amount, of its longest way or of all of it."""

    def __init__(self, flow: Flow, of_agent: OfAgent, *, in_all: bool) -> None:
        self._flow = flow
        self._of_agent = of_agent
        self._in_all = in_all
        self._rank = flow.reach.rank
        self._runs = [run for run in flow.reach.order if run == 0 or run in flow.known.at]
        self._rings: dict[int, list[int]] = {}
        for run in self._runs:
            self._rings.setdefault(flow.reach.rings[run], []).append(run)
        self._amount = {run: self._weigh(run) for run in self._runs}
        self._times = {run: self._count(run) for run in self._runs}
        self._again = self._loops()

    def along(self) -> Parts:
        """The longest way, from START."""
        before = {0: 0.0}
        came: dict[int, int] = {}
        last, most = 0, 0.0
        for run in (run for run in self._runs if run in before):
            whole = before[run] + self._whole(run)
            if whole > most:
                last, most = run, whole
            for after in self._forward(run):
                if whole > before.get(after, -1):
                    before[after], came[after] = whole, run
        way = [last]
        while way[-1] in came:
            way.append(came[way[-1]])
        return self._parts(way[::-1])

    def spent(self) -> Parts:
        """All that runs where each decision falls on its dearest branch."""
        down: dict[int, float] = {}
        for run in reversed(self._runs):
            down[run] = self._whole(run) + max((down[one] for one in self._forward(run)), default=0)
        seen = {0}
        for run in self._runs:
            if run in seen:
                seen |= self._taken(run, down)
        return self._parts([run for run in self._runs if run in seen])

    def _weigh(self, run: int) -> float:
        node = self._flow.web.runs[run].node
        agent, inner = self._flow.agents.get(node), self._flow.within.get(node)
        if inner is not None:
            turn = dearest_turn if self._in_all else longest_way
            return turn(inner, self._of_agent).total
        return self._of_agent(self._flow, agent) if agent is not None else 0

    def _count(self, run: int) -> int:
        """How often it runs at one time: the elements of a Map run side by side."""
        if not self._in_all or self._flow.web.runs[run].spread is None:
            return 1
        found = elements_of(self._flow, run)
        return 1 if found is None else found

    def _whole(self, run: int) -> float:
        """What the run adds, and the loop that begins there."""
        times, again = self._again.get(run, (0, []))
        return self._once(run) + times * self._sum(again)

    def _once(self, run: int) -> float:
        return self._amount[run] * self._times[run]

    def _forward(self, run: int) -> list[int]:
        return [after for after, _ in self._steps(run) if self._rank[after] > self._rank[run]]

    def _steps(self, run: int) -> Iterator[tuple[int, Option]]:
        for options in self._flow.web.normal[run]:
            for option in options:
                for mark in option.marks:
                    after = self._flow.web.starts(mark)
                    if after is not None and (after in self._flow.known.at):
                        yield after, option

    def _loops(self) -> dict[int, tuple[int, list[int]]]:
        """By run where a loop begins: what comes again before it is left, and how often; the dearest."""
        found: dict[int, tuple[int, list[int]]] = {}
        for run in self._runs:
            for start, option in self._steps(run):
                if self._rank[start] > self._rank[run]:
                    continue
                again, least = self._segment(start, run)
                own = _bound(option)
                # A bound on a way forward counts the first time, too.
                times = own if own is not None else max(0, (least or 1) - 1)
                known, others = found.get(start, (0, []))
                if times * self._sum(again) > known * self._sum(others):
                    found[start] = (times, again)
        return found

    def _sum(self, runs: list[int]) -> float:
        return sum(map(self._once, runs))

    def _segment(self, start: int, end: int) -> tuple[list[int], int | None]:
        """The longest way forward between two runs of a ring, and the least bound on it."""
        best = {start: self._once(start)}
        came: dict[int, tuple[int, Option]] = {}
        for run in self._rings[self._flow.reach.rings[start]]:
            for after, option in self._steps(run) if run in best else ():
                whole = best.get(run, 0) + self._once(after)
                if self._rank[after] > self._rank[run] and whole > best.get(after, -1):
                    best[after], came[after] = whole, (run, option)
        way, least = [end], None
        while way[-1] in came:
            before, option = came[way[-1]]
            bound = _bound(option)
            least = bound if least is None or (bound is not None and bound < least) else least
            way.append(before)
        return way[::-1], least

    def _taken(self, run: int, down: dict[int, float]) -> set[int]:
        """The runs that follow, of each decision those of its dearest option."""
        guarded: list[Option] = []
        found: set[int] = set()
        for options in self._flow.web.normal[run]:
            if any(option.tests and isinstance(option.exit, Go) for option in options):
                guarded += options
            else:
                found |= self._dearest(run, options, down)
        return found | self._dearest(run, tuple(guarded), down)

    def _dearest(self, run: int, options: Options, down: dict[int, float]) -> set[int]:
        ways = [
            {
                a
                for mark in option.marks
                if (a := self._flow.web.starts(mark)) in down and a is not None
            }
            for option in options
        ]
        onward = [{a for a in way if self._rank[a] > self._rank[run]} for way in ways]
        return max(onward, key=lambda way: max((down[a] for a in way), default=-1), default=set())

    def _parts(self, runs: list[int]) -> Parts:
        parts = Parts()
        for run in runs:
            parts.add(self._flow.web.runs[run].node, self._amount[run], self._times[run])
            times, again = self._again.get(run, (0, []))
            for one in again if times else ():
                node = self._flow.web.runs[one].node
                parts.add(node, self._amount[one], times * self._times[one])
        return parts


def _bound(option: Option) -> int | None:
    """How often the option may be taken in a turn; None: nothing bounds it."""
    exit_ = option.exit
    if option.kind != "taken" or not isinstance(exit_, Go) or exit_.counter is None:
        return None
    return exit_.counter.at_most
