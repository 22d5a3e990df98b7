"""What may come of one run at one moment: what it leaves, and what it sets going."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from msgspec import Struct, field

from agentgraph.check.flow.effects import Effect
from agentgraph.check.flow.fixpoint import Fixpoint, Known
from agentgraph.check.flow.places import Option, Options, Web, is_used_up
from agentgraph.check.flow.states import ALL, State, States
from agentgraph.check.flow.transfer import Transfer
from agentgraph.model.graph import END
from agentgraph.model.plan import Go, Spread

Live = tuple[int, int]
"""A run under way, and what a Map has handed it, as a fact (0: it takes the state)."""
Counts = Mapping[str, int]
"""How often bounded exits were taken in this turn, by their counters."""

_MOST = 4
"""A Map's elements may each fare otherwise; of more ways than this not every mixture is tried."""


class TooMuchError(Exception):
    """There is more to look at than was allowed."""


class Outcome(Struct, eq=False):
    """`state` is what the run leaves; `effect` what it wrote, None where it failed.

    `live` starts, `message` is what joins hear of it, `counts` are the counters that moved.
    """

    state: State
    effect: Effect | None
    live: list[Live] = field(default_factory=list)
    message: dict[str, Any] = field(
        default_factory=lambda: {"go": [], "send": [], "at": []},
    )
    counts: dict[str, int] = field(default_factory=dict)


class Outcomes:
    """`of` a run, at a moment; what it starts on and leaves is added to `known`."""

    def __init__(self, web: Web, fixpoint: Fixpoint, states: States, known: Known) -> None:
        self._web = web
        self._fixpoint = fixpoint
        # Of its own: what is known to come somewhere need not come at this moment.
        self._transfer = Transfer(fixpoint.effects, states)
        self._states = states
        self._known = known
        self._joins = {join.node for join in web.plan.joins}
        self._nodes = {node.name: node for node in web.plan.nodes}

    def of(
        self, live: Live, state: State, counts: Counts, needed: int
    ) -> list[tuple[Outcome, ...]]:
        """Everything that may come of the run, the state split by the atoms `needed`.

        Of a Map's elements several things may come at once.
        """
        run, _ = live
        taken, left = state, state
        if run and self._web.runs[run].spread is None:
            taken = self._transfer.taken(run, state)
        if run:
            left = self._transfer.wrote(run, taken, needed)
        self._add(self._known.left, run, left)
        if self._web.runs[run].spread is None:
            self._known.met.setdefault(run, {})[left[ALL]] = None
            left = self._transfer.asked(run, left)
        found = list(self._by(live, self._web.normal[run], left, counts, needed, made=True))
        failure = self._web.failure[run]
        if failure is not None:
            self._add(self._known.failed, run, taken)
            found += self._by(live, failure, taken, counts, needed, made=False)
        if self._web.runs[run].spread is not None:
            return _mixed(found)
        return [(one,) for one in found]

    def _add(self, into: dict[int, State], run: int, state: State) -> None:
        kept = self._states.split(state, self._fixpoint.live.at_exits[run])
        self._states.absorb(into.setdefault(run, {}), kept)

    def _by(
        self,
        live: Live,
        exits: Sequence[Options],
        state: State,
        counts: Counts,
        needed: int,
        *,
        made: bool,
    ) -> Iterator[Outcome]:
        run, given = live
        view = None
        if self._web.runs[run].spread is not None:
            view = self._transfer.view(run, given, state[ALL], made=made)
        effect = self._fixpoint.effects.of[run] if made else None
        for chosen in product(*([o for o in one if _is_open(o, counts)] for one in exits)):
            atoms = tuple(a for option in chosen for a in self._states.atoms.of(option))
            narrowed = self._transfer.through(atoms, state, needed, view, self._fixpoint.apart(run))
            if narrowed is None:
                continue
            listed = self._transfer.listed(run, narrowed) if made else narrowed
            outcome = Outcome(listed, effect)
            if self._web.runs[run].node in self._joins:
                outcome.message["ran"] = self._web.runs[run].node
            for option in chosen:
                self._take(run, option, narrowed, counts, outcome)
            yield outcome

    def _take(
        self, run: int, option: Option, state: State, counts: Counts, outcome: Outcome
    ) -> None:
        exit_, node = option.exit, self._web.runs[run].node
        if isinstance(exit_, Spread):
            self._spread(exit_, option, state, counts, outcome)
        elif isinstance(exit_, Go) and all(held for _, held in option.tests):
            self._go(exit_, node, counts, outcome)
        elif option.target is not None:
            self._lead(option.target, node, outcome)

    def _spread(
        self, exit_: Spread, option: Option, state: State, counts: Counts, outcome: Outcome
    ) -> None:
        if option.kind == "taken":
            (item,) = option.marks
            given = self._transfer.payload(item, state[ALL])
            self._known.given[item] = self._known.given.get(item, 0) | given
            outcome.live.append((item, given))
            outcome.message["send"].append(exit_.target)
            return
        for way in self._nodes[exit_.target].exits:
            if isinstance(way, Go) and way.when is None:
                self._go(way, exit_.target, counts, outcome)

    def _go(self, exit_: Go, owner: str, counts: Counts, outcome: Outcome) -> None:
        counter = exit_.counter
        if counter is None:
            self._lead(exit_.target, owner, outcome)
        elif counts.get(counter.field, 0) < counter.at_most:
            outcome.counts[counter.field] = counts.get(counter.field, 0) + 1
            self._lead(exit_.target, owner, outcome)
        elif exit_.otherwise:
            self._lead(exit_.otherwise, owner, outcome)

    def _lead(self, target: str, owner: str, outcome: Outcome) -> None:
        if target in self._joins:
            outcome.message["at"].append((target, owner))
        elif target != END:
            outcome.message["go"].append(target)
            outcome.live.append((self._web.plain[target], 0))


def _mixed(found: list[Outcome]) -> list[tuple[Outcome, ...]]:
    """What may come of a Map's elements together, each of which fares in one of these ways."""
    if len(found) > _MOST:
        raise TooMuchError
    sizes = range(1, len(found) + 1)
    return [parts for size in sizes for parts in combinations(found, size)]


def _is_open(option: Option, counts: Counts) -> bool:
    """Whether the option can be taken, as far as its bound goes."""
    exit_ = option.exit
    if not isinstance(exit_, Go) or exit_.counter is None:
        return True
    used_up = counts.get(exit_.counter.field, 0) >= exit_.counter.at_most
    if option.kind == "taken":
        return not used_up
    return used_up or not is_used_up(option)
