"""Keys that a node of an adopted graph takes and never gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.sending import sends

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import BranchFacts, NodeFacts
    from agentgraph.read.node_facts import KeyRead


def keys_not_given(flow: Flow) -> Iterator[tuple[NodeFacts, KeyRead]]:
    """Each key once per node: what its schema lacks, and what nobody can have written."""
    adopted = flow.adopted
    if adopted is None or not adopted.keys:
        return
    sent = {target.label for _, _, target in sends(adopted)}
    all_seen = all(facts.can_be_read for facts in adopted.nodes.values()) and not adopted.opaque
    for facts in adopted.nodes.values():
        run = flow.web.plain[facts.name]
        if (
            facts.body is None
            or facts.name in sent
            or run not in flow.known.at
            or not all_sent_known(flow)
        ):
            continue
        told: set[str] = set()
        for read in facts.body.reads:
            if read.how == "guarded" or read.key in told:
                continue
            if _is_lacking(facts, read) or (all_seen and _is_never_written(flow, facts, read)):
                told.add(read.key)
                yield facts, read


def keys_not_given_to_routers(flow: Flow) -> Iterator[tuple[BranchFacts, KeyRead]]:
    """What routers look for in the state, and no schema of the graph has; each once."""
    adopted = flow.adopted
    told: set[object] = set()
    for branch in adopted.branches if adopted is not None and adopted.keys else ():
        for read in branch.body.reads if branch.body is not None else ():
            known = adopted is not None and read.key in adopted.keys | adopted.managed
            is_key = branch.takes.kind == "mapping" and not read.is_attribute
            if is_key and not known and read.source not in told:
                told.add(read.source)
                yield branch, read


def all_sent_known(flow: Flow) -> bool:
    """Whether all nodes that are sent payloads are known."""
    adopted = flow.adopted
    assert adopted is not None
    return all(isinstance(target.label, str) for _, _, target in sends(adopted))


def _is_lacking(facts: NodeFacts, read: KeyRead) -> bool:
    takes = facts.takes
    if takes.kind == "mapping":
        return not read.is_attribute and read.key not in takes.types
    if takes.kind != "object" or not read.is_attribute or "__getattr__" in takes.attributes:
        return False
    config = getattr(takes.made_of, "model_config", None)
    is_open = isinstance(config, dict) and config.get("extra") == "allow"
    return read.key not in takes.types and read.key not in takes.attributes and not is_open


def _is_never_written(flow: Flow, facts: NodeFacts, read: KeyRead) -> bool:
    adopted = flow.adopted
    assert adopted is not None
    if facts.takes.kind != "mapping" or read.is_attribute or read.how == "must":
        return False  # what is taken in any case is told with its way
    known = read.key in adopted.keys and read.key not in adopted.reducers
    if not known or read.key in adopted.input.types or read.key in adopted.managed:
        return False
    effects = flow.effects.of
    return not any(
        read.key in effects[run.number].always or read.key in effects[run.number].maybe
        for run in flow.web.runs
    )
