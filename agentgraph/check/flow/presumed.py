"""Of which fields of an adopted graph it cannot be said, after a node, that nobody has written them.

A node that may write a field, or of which that cannot be told, may have written it on the very way
that reads it; and who looks at a field before he says where to go knows whether it is there. What
is absent is proved absent by that only which is certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from agentgraph.model.graph import START

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted, NodeFacts
    from agentgraph.read.node_facts import NodeBody


def presumptions(adopted: Adopted) -> dict[str, frozenset[str]]:
    """By node (START among them), the fields."""
    found: dict[str, set[str]] = {
        name: set(_by_node(adopted, one)) for name, one in adopted.nodes.items()
    }
    for branch in adopted.branches:
        node = START if branch.node == "__start__" else branch.node
        found.setdefault(node, set()).update(_looked_at(adopted, branch.body))
    return {name: frozenset(fields) for name, fields in found.items()}


def _by_node(adopted: Adopted, facts: NodeFacts) -> Iterable[str]:
    if not facts.can_be_read or facts.handles is not None:
        return adopted.keys
    if facts.inner is not None:
        return adopted.keys & set(facts.inner.output.types)
    assert facts.body is not None
    fields = {key.key for one in facts.body.outcomes for key in one.keys}
    if any(one.echoes or one.kind == "object" for one in facts.body.outcomes):
        fields |= set(facts.takes.types)
    if any(one.kind == "command" for one in facts.body.outcomes):
        fields |= set(_looked_at(adopted, facts.body))
    return fields & adopted.keys


def _looked_at(adopted: Adopted, body: NodeBody | None) -> Iterable[str]:
    if body is None or body.reads_all:
        return adopted.keys
    return {read.key for read in body.reads} & adopted.keys
