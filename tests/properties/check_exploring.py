"""Everything that can happen in a small graph, and how it comes to each fault."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.properties.check_reducers import Table
from tests.properties.check_worlds import (
    Act,
    Begin,
    Fault,
    Known,
    Moment,
    Run,
    Stop,
    World,
)

Key = tuple[str, bool]
"""A node, and whether a Map has started it."""
Step = tuple[tuple[Run, Act], ...]


@dataclass
class Seen:
    """What was observed at run time. `ends` are the states in which turns were over."""

    faults: set[Fault] = field(default_factory=set)
    starts: dict[Key, list[dict[str, Any]]] = field(default_factory=dict)
    pairs: set[frozenset[Key]] = field(default_factory=set)
    twins: set[Key] = field(default_factory=set)
    ends: list[dict[str, Known]] = field(default_factory=list)
    ran: set[str] = field(default_factory=set)

    def look(self, moment: Moment) -> None:
        for index, (node, given) in enumerate(moment.live):
            key = (node, given is not None)
            self.ran.add(node)
            view = moment.state if given is None else {k: v for k, v in given.items() if k != "->"}
            self.starts.setdefault(key, []).append(view)
            for other, payload in moment.live[index + 1 :]:
                if (other, payload is not None) == key:
                    self.twins.add(key)
                else:
                    self.pairs.add(frozenset({key, (other, payload is not None)}))

    @property
    def turns(self) -> int:
        return len(self.ends)


@dataclass
class Turn:
    """One turn of a thread: how it begins, and what its runs do. It may be left unfinished.

    `tables` say what free reducers do: when it begins, then in each step.
    """

    begin: Begin
    steps: list[Step] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Came:
    """How a moment came about: out of `before` (None: of nothing) by a new turn or a step."""

    before: str | None
    by: Begin | Step
    table: Table = field(default_factory=dict)


class Exploration:
    """`run` sees everything that can happen, shortest ways first."""

    def __init__(self, world: World, limit: int, combos: int = 2_000) -> None:
        self.world = world
        self.seen = Seen()
        self._limit = limit
        self._combos = combos
        self._todo: deque[tuple[str, Moment]] = deque()
        self._came: dict[str, Came] = {}
        self._blame: dict[Fault, Came] = {}
        self._held: set[str] = set()
        self._before: dict[str, set[str]] = {}
        self._over: set[str] = set()
        self._steps = 0

    def run(self) -> bool:
        """False where it was more than `limit` moments, or many times as many steps.

        A turn may be abandoned at any moment: whatever it has left in kept fields by then,
        the next one may begin with.
        """
        self._begin({}, None)
        while self._todo:
            if len(self._came) > self._limit:
                return False
            if not self._go_on(*self._todo.popleft()):
                return False
        return True

    def _go_on(self, key: str, moment: Moment) -> bool:
        self.seen.look(moment)
        held = {f: moment.state[f] for f in sorted(self.world.kept) if f in moment.state}
        self._begin(held, key)
        if not moment.live:
            self._end(key, moment)
            return True
        try:
            options = [self.world.acts(moment, run) for run in moment.live]
        except Stop as stop:
            self._found(stop.fault, Came(key, ()))
            return True
        combos = 1
        for one in options:
            combos *= len(one)
        self._steps += combos
        if combos > self._combos or self._steps > 10 * self._limit:
            return False
        for combo in itertools.product(*options):
            step = tuple(zip(moment.live, combo, strict=True))
            self._add_all(key, step, partial(self.world.step, moment, list(combo)))
            if self._steps > 10 * self._limit:
                return False
        return True

    def _begin(self, held: dict[str, Known], before: str | None) -> None:
        if (text := json.dumps(held, sort_keys=True)) not in self._held:
            self._held.add(text)
            for begin in self.world.begins():
                self._add_all(before, begin, partial(self.world.first, begin, held))

    def _add_all(self, before: str | None, by: Begin | Step, make: Callable[[], Moment]) -> None:
        for number, (table, after) in enumerate(self.world.every(make)):
            self._steps += number > 0
            came = Came(before, by, table)
            if isinstance(after, Stop):
                self._found(after.fault, came)
            else:
                self._add(came, after)

    def _add(self, came: Came, moment: Moment) -> None:
        key = moment.key()
        if came.before is not None and not isinstance(came.by, Begin):
            self._before.setdefault(key, set()).add(came.before)
        if key not in self._came:
            self._came[key] = came
            self._todo.append((key, moment))

    def _found(self, fault: Fault, came: Came) -> None:
        self.seen.faults.add(fault)
        if came.before is not None:
            self._over.add(came.before)
        self._blame.setdefault(fault, came)

    def _end(self, key: str, moment: Moment) -> None:
        self._over.add(key)
        self.seen.ends.append(moment.state)
        for port in self.world.spec.output.ports:
            if port.field not in moment.state:
                if port.required:
                    self._found(Fault("no output", "", port.field), Came(key, ()))
            elif not self.world.fits(port.contract, moment.state[port.field][0]):
                self._found(Fault("bad output", "", port.field), Came(key, ()))

    def is_endless(self) -> bool:
        """Whether some turn gets where it can neither end nor fail any more."""
        leads_out, todo = set(self._over), list(self._over)
        while todo:
            for before in self._before.get(todo.pop(), ()):
                if before not in leads_out:
                    leads_out.add(before)
                    todo.append(before)
        return not leads_out >= set(self._came)

    def trace(self, fault: Fault) -> list[Turn]:
        """A shortest way to a fault that was seen, as the turns of one thread."""
        chain = [self._blame[fault]]
        while (before := chain[-1].before) is not None:
            chain.append(self._came[before])
        turns: list[Turn] = []
        for came in reversed(chain):
            if isinstance(came.by, Begin):
                turns.append(Turn(came.by, tables=[came.table]))
            elif came.by:
                turns[-1].steps.append(came.by)
                turns[-1].tables.append(came.table)
        return turns
