"""What is known of a graph when each moment is looked at on its own: for a second look at faults.

The first analysis is quick on any graph, and puts together what never meets: after how many
rounds, on ways how long, upon which decisions. Where it finds a fault that a turn would run into,
small graphs are gone through moment by moment: what cannot happen is then not told.
"""

from __future__ import annotations

from msgspec.structs import replace

from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.moments import played

HAPPENING = frozenset(
    {"AG101", "AG102", "AG105", "AG108", "AG203", "AG209", "AG301", "AG401", "AG402"}
)
"""Codes of what a turn runs into; the others are faults of the graph as it is written."""

_MOST = 10_000
"""Some half a second's worth."""
_RUNS = 200


def sharpened(flow: Flow) -> Flow | None:
    """The analysis with nothing in it that never happens; None where that takes too long.

    It holds for graphs of ours: others do not say enough of what their nodes do.
    """
    if flow.adopted is not None or not flow.beside.exact or len(flow.web.runs) > _RUNS:
        return None
    found = played(flow, _MOST)
    if found is None:
        return None
    known = found.known
    ended = {
        place: state
        for place, state in flow.known.at.items()
        if (wait := flow.web.wait(place)) is not None and wait.run in known.left
    }
    return replace(
        flow,
        known=replace(known, at={**ended, **known.at}),
        beside=flow.beside.only(found.beside),
        ways_into={},
        takings=None,
        misfits=None,
    )
