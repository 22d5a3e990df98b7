"""What routers and commands of an adopted graph say."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from agentgraph.check.flow.flow import Flow
from agentgraph.read.node_facts import NodeBody, Target


class Word(Struct, frozen=True):
    """One target that is named by a router or node `by`, after `node`. `leads_nowhere`: there is none such."""

    by: str
    node: str
    said: Target
    leads_nowhere: bool


def words(flow: Flow) -> Iterator[Word]:
    """All that is said for certain, but for labels that a path map is to turn into nodes."""
    adopted = flow.adopted
    if adopted is None:
        return
    nodes = {*adopted.nodes, "__end__"}
    for branch in adopted.branches:
        for said in _said(branch.body, commands=False):
            if said.sends or branch.ends is None:
                yield Word(branch.name, branch.node, said, said.label not in nodes)
    for facts in adopted.nodes.values():
        for said in _said(facts.body, commands=True):
            yield Word(facts.name, facts.name, said, said.label not in nodes)
        yield from _declared(facts.name, flow, nodes)


def _said(body: NodeBody | None, *, commands: bool) -> Iterator[Target]:
    for one in body.outcomes if body is not None else ():
        if not commands or (one.kind == "command" and not one.to_parent):
            yield from (target for target in one.targets if target.is_known)


def _declared(name: str, flow: Flow, nodes: set[str]) -> Iterator[Word]:
    assert flow.adopted is not None
    facts = flow.adopted.nodes[name]
    for end in facts.declared or ():
        if end not in nodes and facts.declared_in_type and facts.body is not None:
            yield Word(name, name, Target(label=end, source=facts.body.source), leads_nowhere=True)
