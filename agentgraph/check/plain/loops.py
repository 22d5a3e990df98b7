"""Loops of an adopted graph that only a model's word ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.places import writes
from agentgraph.model.source import Source

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted, BranchFacts


def unbounded_decision(flow: Flow, runs: list[int]) -> Source | None:
    """Where it is decided whether a loop goes on, by a text that a model has written alone; None: it may be bounded.

    What counts, compares sizes, asks how many steps remain, waits for a person or cannot be read may bound it.
    """
    adopted = flow.adopted
    names = {flow.web.runs[run].node for run in runs}
    if adopted is None or adopted.bound is not None or adopted.opaque & names:
        return None
    for name in names:
        facts = adopted.nodes.get(name)
        if facts is None or facts.body is None or not facts.body.is_closed or facts.body.weighs:
            return None
        if any(one.kind == "command" for one in facts.body.outcomes):
            return None
    routers = [one for one in adopted.branches if one.node in names]
    if len(routers) != 1 or not _by_word_alone(adopted, routers[0], names):
        return None
    place = routers[0].place
    return place.source if place is not None else None


def _by_word_alone(adopted: Adopted, router: BranchFacts, names: set[str]) -> bool:
    body = router.body
    if body is None or body.reads_all or body.weighs or not body.is_closed_router:
        return False
    keys = {read.key for read in body.reads}
    if len(keys) != 1 or keys & adopted.managed:
        return False
    (key,) = keys
    if adopted.state.types.get(key) is not str:
        return False
    found = [
        write for name in names for _, write in writes(adopted.nodes[name]) if write.key == key
    ]
    return bool(found) and all(write.from_model for write in found)
