"""Who reads and who fills a key of an adopted graph."""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import Adopted
from agentgraph.check.flow.flow import Flow
from agentgraph.read.node_facts import NodeBody


def is_read_elsewhere(flow: Flow, node: str, key: str) -> bool:
    """Whether another node, or a router, is seen to take the key."""
    adopted = flow.adopted
    return adopted is not None and any(
        read.key == key for body in _bodies(adopted, node) for read in body.reads
    )


def _bodies(adopted: Adopted, but: str) -> Iterator[NodeBody]:
    for name, facts in adopted.nodes.items():
        if facts.body is not None and name != but:
            yield facts.body
    for branch in adopted.branches:
        if branch.body is not None:
            yield branch.body


def is_filled_before(flow: Flow, node: str, key: str, *, by_input: bool = True) -> bool:
    """Whether something may be in the key when the node starts: another node has written it, or an earlier turn.

    `by_input`: or this node itself changes what it was given in place.
    """
    adopted = flow.adopted
    number = flow.web.plain.get(node)
    if adopted is None or number is None:
        return False
    before = flow.reach.ancestors[number]
    for run in flow.web.runs:
        effect = flow.effects.of[run.number]
        writes = key in effect.always or key in effect.maybe
        other = run.node != node or (flow.reach.in_ring >> number) & 1
        if (before >> run.number) & 1 and writes and other:
            return True
    facts = adopted.nodes[node]
    changed = facts.body is not None and any(one.key == key for one in facts.body.mutations)
    return by_input and (changed or (adopted.remembers and bool(_writers(flow, key))))


def _writers(flow: Flow, key: str) -> list[str]:
    effects = flow.effects.of
    return [
        r.node
        for r in flow.web.runs
        if key in effects[r.number].always or key in effects[r.number].maybe
    ]
