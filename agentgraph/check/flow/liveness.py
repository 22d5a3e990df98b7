"""Which conditions are still tested later, so that facts need be kept apart by them."""

from __future__ import annotations

from msgspec import Struct

from agentgraph.check.flow.atoms import Atoms
from agentgraph.check.flow.effects import Effects
from agentgraph.check.flow.places import Web
from agentgraph.check.flow.reach import Reach
from agentgraph.model.graph import END


class Live(Struct, eq=False):
    """Atoms as bits: `at` a place, before anything is written there; `at_exits` of a run."""

    at: list[int]
    at_exits: list[int]


def live_atoms(web: Web, reach: Reach, atoms: Atoms, effects: Effects) -> Live:
    """The atoms that some way from here tests before their field is surely written anew."""
    tested = [_tested(web, run, atoms) for run in range(len(web.runs))]
    by_field: dict[str, int] = {}
    for atom in atoms.all:
        by_field[atom.field] = by_field.get(atom.field, 0) | (1 << atom.number)
    live = Live([0] * web.size, list(tested))
    changed = True
    while changed:
        changed = False
        for run in reversed(reach.order):
            at_exits = tested[run]
            for mark in web.successors(run):
                at_exits |= live.at[_follower(web, mark)] if _follower(web, mark) >= 0 else 0
            at = at_exits
            # What fails writes nothing, so its exits test what was there before.
            if not web.failure[run] and web.runs[run].spread is None:
                for field in effects.of[run].before_lists().always:
                    at &= ~by_field.get(field, 0)
            if at_exits != live.at_exits[run] or at != live.at[run]:
                live.at_exits[run], live.at[run], changed = at_exits, at, True
    for number, wait in enumerate(web.waits):
        if wait.join != END:
            live.at[len(web.runs) + number] = live.at[web.started[wait.join]]
    return live


def _tested(web: Web, run: int, atoms: Atoms) -> int:
    found = 0
    for option in web.options(run):
        for atom in atoms.of(option):
            found |= 1 << atom.number
    return found


def _follower(web: Web, mark: int) -> int:
    run = web.starts(mark)
    return -1 if run is None else run
