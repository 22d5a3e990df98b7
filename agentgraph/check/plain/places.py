"""Where things of an adopted graph stand in its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentgraph.check.flow.flow import Flow
from agentgraph.model.graph import END, START
from agentgraph.model.source import Source

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted, NodeFacts
    from agentgraph.read.node_facts import KeyRead, KeyWrite, Outcome

_THEIRS = {START: "__start__", END: "__end__"}


def facts_of(flow: Flow, node: str) -> NodeFacts | None:
    """What is known of a node of an adopted graph; None of our own, and of START."""
    return flow.adopted.nodes.get(node) if flow.adopted is not None else None


def written_at(flow: Flow, node: str, field: str) -> Source | None:
    """Where a node of an adopted graph writes a field; None where it is not seen."""
    facts = facts_of(flow, node)
    return next((key.source for _, key in writes(facts) if key.key == field), None)


def read_at(flow: Flow, node: str, field: str) -> KeyRead | None:
    """Where a node takes a field, the surest place first."""
    facts = facts_of(flow, node)
    reads = facts.body.reads if facts is not None and facts.body is not None else ()
    found = [read for read in reads if read.key == field and read.how != "guarded"]
    return min(found, key=lambda read: read.how != "must", default=None)


def taken_at(flow: Flow, node: str, field: str) -> Source | None:
    """Where a node of an adopted graph takes a field; None where it is not seen."""
    found = read_at(flow, node, field)
    return found.source if found is not None else None


def writes(facts: NodeFacts | None) -> Iterator[tuple[Outcome, KeyWrite]]:
    """All keys that a node is seen to write."""
    for outcome in facts.body.outcomes if facts is not None and facts.body is not None else ():
        for key in outcome.keys:
            yield outcome, key


def edge_at(adopted: Adopted, source: str, target: str) -> Source | None:
    """Where a plain edge was added."""
    place = adopted.edges.get((_theirs(source), _theirs(target)))
    return place.source if place is not None else None


def _theirs(name: str) -> str:
    return _THEIRS.get(name, name)
