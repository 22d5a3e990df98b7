"""Nodes of an adopted graph that are graphs, and those that are sent payloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.places import facts_of

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted
    from agentgraph.read.node_facts import Outcome, Target


def is_inner(flow: Flow, run: int) -> bool:
    """Whether a run is of a node that is an adopted graph."""
    facts = facts_of(flow, flow.web.runs[run].node)
    return facts is not None and facts.inner is not None


def sends(adopted: Adopted) -> Iterator[tuple[str, Outcome, Target]]:
    """All that is sent: by which node or router, the outcome that does it, and where to."""
    bodies = [(name, facts.body) for name, facts in adopted.nodes.items()]
    bodies += [(branch.name, branch.body) for branch in adopted.branches]
    for name, body in bodies:
        for outcome in body.outcomes if body is not None else ():
            for target in outcome.targets:
                if target.sends:
                    yield name, outcome, target


def is_sent_repeatedly(flow: Flow, node: str) -> bool:
    """Whether several runs of a node are sent out at once."""
    if flow.adopted is None:
        return False
    return any(target.label == node and target.repeats for _, _, target in sends(flow.adopted))
