"""Who stands on every way to whom.

After Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm". networkx has it too, but
importing that takes a fifth of the time that `agentgraph check` may.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agentgraph.check.flow.reach import Reach


def dominators(reach: Reach) -> list[int]:
    """Per run the nearest run, other than itself, that every way from START passes; START's is START."""
    idom = [-1] * len(reach.after)
    idom[0] = 0
    changed = True
    while changed:
        changed = False
        for run in reach.order[1:]:
            known = [before for before in reach.before[run] if idom[before] >= 0]
            found = nearest_common(idom, reach.rank, known)
            if idom[run] != found:
                idom[run], changed = found, True
    return idom


def nearest_common(idom: Sequence[int], rank: Sequence[int], runs: Iterable[int]) -> int:
    """The nearest run that every way to every one of `runs` passes, itself counted; START of none."""
    found = -1
    for run in runs:
        found = run if found < 0 else _meet(idom, rank, found, run)
    return max(found, 0)


def _meet(idom: Sequence[int], rank: Sequence[int], one: int, other: int) -> int:
    while one != other:
        while rank[one] > rank[other]:
            one = idom[one]
        while rank[other] > rank[one]:
            other = idom[other]
    return one
