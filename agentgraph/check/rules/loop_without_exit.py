"""A loop that nothing leads out of.

## What

Some agents lead to each other, and whatever is decided, the turn stays among them: no edge, no branch,
no END leads out of the ring, or only beside a way that always leads round again.

## Why

A turn that gets in never ends. LangGraph stops it after some ten thousand steps; model calls in the
loop are paid for until then.

## Example

    Edge(START, write), Edge(write, review), Edge(review, write)

    Edge(review, END)                      # beside Edge(review, write) it ends nothing: both are taken

## Instead

Lead a branch out: `Route(review, on="verdict", to={"good": END, "bad": write})`, or bound the way
back: `Edge(review, write, at_most=3, otherwise=END)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.loops import a_round, leads_out, rings
from agentgraph.check.walks import owner_of

CODE = "AG204"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")

_MOST = 7
"""Names in a row that can be read at a glance: a round of six agents comes back to its first."""


def find(flow: Flow) -> Iterator[Fault]:
    for runs in rings(flow):
        if not leads_out(flow, runs):
            yield _fault(flow, runs)


def _fault(flow: Flow, runs: list[int]) -> Fault:
    last = flow.web.runs[runs[-1]]
    names = [flow.web.runs[run].node for run in a_round(flow, runs)]
    others = list(
        dict.fromkeys(node for run in runs if (node := flow.web.runs[run].node) not in names)
    )
    return Fault(
        message=f"nothing leads out of the loop {_shortly(names)}",
        at=last.node,
        source=last.source,
        owner=owner_of(flow, last.node),
        path=tuple(names) if len(names) <= _MOST else (),
        reasons=(f"also in it: {_listed(others)}",) if others else (),
        help="lead a branch out of it, or bound a way back with at_most= and otherwise=",
        because=frozenset(("gap", name) for name in names),
    )


def _shortly(names: list[str]) -> str:
    """The round as a text that can be read: of a long one, how it begins and ends."""
    if len(names) > _MOST:
        left_out = f"({len(names) - 5} more)"
        names = [*names[:3], left_out, *names[-2:]]
    return " -> ".join(names)


def _listed(names: list[str]) -> str:
    if len(names) <= _MOST:
        return ", ".join(names)
    return f"{', '.join(names[: _MOST - 1])} and {len(names) - _MOST + 1} more"
