"""Which sources of a join can come together, and whether it may start without some of them.

A field that every possible set of arrived sources has written is written, although not
each source wrote it. Asked per field: could the join start although none of the sources that
know better came? That is a question of choices: at each run every exit must find an option
that keeps those sources away, while one way still leads to another source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agentgraph.check.flow.beside import Beside
from agentgraph.check.flow.dominators import dominators, nearest_common
from agentgraph.check.flow.places import Option, Options, Web
from agentgraph.check.flow.reach import Reach, bits
from agentgraph.model.graph import END


class Arrivals:
    """`possible(join, lacking)`; answers are kept."""

    def __init__(self, reach: Reach, beside: Beside) -> None:
        self._reach = reach
        self._beside = beside
        self._again: dict[str, bool] = {}
        self._dominators = dominators(reach)
        # Who marks an arrival: mostly he who arrives, but also he whose Map is empty.
        self._markers: dict[int, list[int]] = {}
        for run in reach.order:
            for place in reach.web.successors(run):
                self._markers.setdefault(place, []).append(run)
        self._regions: dict[str, Region] = {}
        self._answers: dict[tuple[str, int], bool] = {}

    def possible(self, join: str, lacking: int) -> bool:
        """Whether `join` may start with none of `lacking` arrived.

        `lacking` are bits: the positions of waits in `web.arrivals[join]`. True in doubt.
        """
        if join not in self._reach.web.arrivals:
            return False
        if join in self._reach.web.barriers:
            return not lacking
        if self._starts_anyhow(join):
            return True
        key = (join, lacking)
        if key not in self._answers:
            if join not in self._regions:
                self._regions[join] = Region(self._reach, self._dominators, self._markers, join)
            self._answers[key] = self._regions[join].possible(lacking)
        return self._answers[key]

    def _starts_anyhow(self, join: str) -> bool:
        """Whether a start of the join says little of who has come.

        A join in a circle may start although something could still come. And one beside which
        something can bring a source once more starts again, without those that came before.
        """
        if join == END:
            return False
        if join not in self._again:
            web = self._reach.web
            bringing = self._reach.by_one[join][0]
            beside = self._beside.of[web.started[join]]
            again = bool(beside & bringing) or any(
                (bringing >> (web.starts(place) or 0)) & 1
                for place in bits(beside & self._beside.waits)
            )
            self._again[join] = again or join in self._reach.circles
        return self._again[join]


class Region:
    """The part of a graph in which it is decided who arrives at one join."""

    def __init__(
        self, reach: Reach, idom: Sequence[int], markers: dict[int, list[int]], join: str
    ) -> None:
        self._web: Web = reach.web
        self._join = join
        places = self._web.arrivals[join]
        self._bit = {place: 1 << position for position, place in enumerate(places)}
        self._all = (1 << len(places)) - 1
        sources = list(dict.fromkeys(run for place in places for run in markers.get(place, ())))
        self._boundary = None if join == END else self._web.started[join]
        self._root = nearest_common(idom, reach.rank, sources)
        self._runs = self._between(reach, sources)
        self._can = self._bringing()
        self._must = self._arriving()

    def possible(self, lacking: int) -> bool:
        if lacking & self._must[self._root] and self._boundary not in self._runs:
            return False
        # The least answers: what goes round for ever neither stays away for good nor arrives.
        avoids = self._settle(lambda run, known: self._can_avoid(run, lacking, known))
        leads = self._settle(lambda run, known: self._leads(run, lacking, avoids, known))
        return leads[self._root] or (
            self._boundary is not None and leads.get(self._boundary, False)
        )

    def _between(self, reach: Reach, sources: list[int]) -> list[int]:
        """What lies between the root and the sources, last first."""
        seen = {self._root, *sources}
        todo = [run for run in seen if run not in (self._root, self._boundary)]
        while todo:
            for before in reach.before[todo.pop()]:
                if before not in seen and reach.rank[before] >= 0:
                    seen.add(before)
                    if before != self._boundary:
                        todo.append(before)
        return sorted(seen, key=lambda run: -reach.rank[run])

    def _arriving(self) -> dict[int, int]:
        """Per run, the arrivals that surely follow, before the join starts.

        The greatest answer, for a loop that can bring a source keeps the join waiting; but
        one that cannot does not.
        """
        must = dict(self._can)
        changed = True
        while changed:
            changed = False
            for run in self._runs:
                found = self._surely(run, must) & must[run]
                if found != must[run]:
                    must[run], changed = found, True
        return must

    def _bringing(self) -> dict[int, int]:
        """Per run, the arrivals that can follow."""
        can = dict.fromkeys(self._runs, 0)
        changed = True
        while changed:
            changed = False
            for run in self._runs:
                found = can[run]
                for mark in self._web.successors(run):
                    found |= self._value(mark, can)
                if found != can[run]:
                    can[run], changed = found, True
        return can

    def _surely(self, run: int, must: dict[int, int]) -> int:
        found = self._all
        for exits in self._outcomes(run):
            of_exits = self._bit.get(self._web.stops.get(run, -1), 0) if not exits else 0
            for options in exits:
                of_options = self._all
                for option in options:
                    marks = 0
                    for mark in option.marks:
                        marks |= self._value(mark, must)
                    of_options &= marks
                of_exits |= of_options
            found &= of_exits
        return found

    def _value(self, mark: int, must: dict[int, int]) -> int:
        if mark in self._bit:
            return self._bit[mark]
        run = self._web.starts(mark)
        return 0 if run is None or run == self._boundary else must.get(run, 0)

    def _outcomes(self, run: int) -> list[tuple[Options, ...]]:
        failure = self._web.failure[run]
        return [self._web.normal[run], *([failure] if failure else [])]

    def _settle(self, rule: Callable[[int, dict[int, bool]], bool]) -> dict[int, bool]:
        """The least answer that agrees with itself."""
        known = dict.fromkeys(self._runs, False)
        changed = True
        while changed:
            changed = False
            for run in self._runs:
                if not known[run] and rule(run, known):
                    known[run] = changed = True
        return known

    def _can_avoid(self, run: int, lacking: int, known: dict[int, bool]) -> bool:
        """Whether the run may go so that none of `lacking` follows, ever.

        Where it can bring none of them, it does not matter how long it goes on; the end of the
        turn waits for that, too.
        """
        if run == self._boundary or (self._join != END and not self._can[run] & lacking):
            return True
        return any(
            all(self._exit_avoids(options, lacking, known) for options in exits)
            and not (not exits and self._bit.get(self._web.stops.get(run, -1), 0) & lacking)
            for exits in self._outcomes(run)
        )

    def _exit_avoids(self, options: Options, lacking: int, known: dict[int, bool]) -> bool:
        return any(self._option_avoids(option, lacking, known) for option in options)

    def _option_avoids(self, option: Option, lacking: int, known: dict[int, bool]) -> bool:
        return all(self._mark_avoids(mark, lacking, known) for mark in option.marks)

    def _mark_avoids(self, mark: int, lacking: int, known: dict[int, bool]) -> bool:
        if mark in self._bit:
            return not self._bit[mark] & lacking
        run = self._web.starts(mark)
        return run is None or run == self._boundary or known.get(run, self._join != END)

    def _leads(
        self, run: int, lacking: int, avoids: dict[int, bool], known: dict[int, bool]
    ) -> bool:
        """Whether the run may go so that another source follows, and none of `lacking`."""
        stop = self._bit.get(self._web.stops.get(run, -1), 0)
        if stop and not stop & lacking:
            return True
        for exits in self._outcomes(run):
            blocked = [o for o in exits if not self._exit_avoids(o, lacking, avoids)]
            if not blocked and any(self._exit_leads(o, lacking, avoids, known) for o in exits):
                return True
        return False

    def _exit_leads(
        self, options: Options, lacking: int, avoids: dict[int, bool], known: dict[int, bool]
    ) -> bool:
        return any(
            self._option_avoids(option, lacking, avoids)
            and any(self._mark_leads(mark, lacking, known) for mark in option.marks)
            for option in options
        )

    def _mark_leads(self, mark: int, lacking: int, known: dict[int, bool]) -> bool:
        if mark in self._bit:
            return not self._bit[mark] & lacking
        run = self._web.starts(mark)
        return run is not None and run != self._boundary and known.get(run, False)
