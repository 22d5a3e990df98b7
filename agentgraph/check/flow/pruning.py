"""Options that can never be taken, and the graph without them.

What no fact allows is left out, and what follows a bound that cannot be used up; and all is worked out once more: who runs beside whom and who
comes together at a join is told more exactly of what is left. Who can *bring* something to a
join is not touched: when a join starts, the framework does not look at facts either.
"""

from __future__ import annotations

from msgspec.structs import replace

from agentgraph.check.flow.beside import Beside
from agentgraph.check.flow.fixpoint import Fixpoint
from agentgraph.check.flow.places import Option, Options, Web, is_used_up
from agentgraph.check.flow.reach import Reach, bits, reach_of
from agentgraph.contracts.guards import overlap
from agentgraph.model.plan import Choose


def dead_options(reach: Reach, beside: Beside, fixpoint: Fixpoint) -> dict[int, list[Option]]:
    """Per run that is reached, the options that it never takes, where it takes others."""
    found: dict[int, list[Option]] = {}
    web = reach.web
    for run in fixpoint.known.left:
        for exits in (web.normal[run], web.failure[run] or ()):
            for options in exits:
                dead = [
                    option
                    for option in options
                    if _is_dead(option, fixpoint)
                    or (is_used_up(option) and _runs_once(reach, beside, run))
                ]
                # Where none can be taken the run stops here, which is reported as such.
                if dead and len(dead) < len(options):
                    found.setdefault(run, []).extend(dead)
    return found


def _runs_once(reach: Reach, beside: Beside, run: int) -> bool:
    """Whether a turn starts the run at most once: nothing that leads to it is under way beside it."""
    if (reach.in_ring >> run) & 1:
        return False
    leading = reach.ancestors[run]
    if beside.runs(run) & leading & ~(1 << run):
        return False
    waits = beside.of[run] & beside.waits
    return not any((leading >> (reach.web.starts(place) or 0)) & 1 for place in bits(waits))


def without(web: Web, dead: dict[int, list[Option]]) -> Web:
    """The web without the dead options."""
    gone = {id(option) for options in dead.values() for option in options}

    def left(exits: tuple[Options, ...]) -> tuple[Options, ...]:
        return tuple(tuple(o for o in options if id(o) not in gone) for options in exits)

    return replace(
        web,
        normal=[left(exits) for exits in web.normal],
        failure=[left(exits) if exits is not None else None for exits in web.failure],
        marked={},
    )


def reach_without(web: Web, declared: Reach) -> Reach:
    """How the pruned web hangs together; what can be brought to joins is as declared."""
    return replace(
        reach_of(web),
        bringers=declared.bringers,
        by_one=declared.by_one,
        circles=declared.circles,
    )


def _is_dead(option: Option, fixpoint: Fixpoint) -> bool:
    choose = option.exit
    if isinstance(choose, Choose) and choose.by == "function" and option.kind == "taken":
        return choose.returns is not None and not _returned(choose, option)
    return id(option) not in fixpoint.taken


def _returned(choose: Choose, option: Option) -> bool:
    """Whether the function can say this branch's label, or its target's name."""
    assert choose.returns is not None
    said = [b.label for b in choose.branches if b.target == option.target]
    return overlap(choose.returns.produced, {"enum": [*said, option.target]}).overlaps != "no"
