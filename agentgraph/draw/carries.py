"""The words for what crosses a way: the contract's name where it has a telling one, or fields."""

from __future__ import annotations

import re

from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract
from agentgraph.model.graph import END, START, GraphSpec, MapSpec

LONGEST = 24
"""Longer names are no label; the fields say more."""

_CLASS_NAME = re.compile(r"[A-Z]\w*[a-z]\w*")


def carried(spec: GraphSpec, source: str, target: str) -> str:
    """What `target` takes of what `source` hands out; "" where they share nothing."""
    contract, written = _handed_out(spec, source)
    taken = _taken(spec, target)
    shared = [name for name in written if name in taken]
    if not shared:
        return ""
    if contract is not None and _telling(contract):
        return contract.name
    if len(shared) == 1 and _telling(written[shared[0]]):
        return written[shared[0]].name
    return _fields(shared)


def _handed_out(spec: GraphSpec, source: str) -> tuple[Contract | None, dict[str, Contract]]:
    """The contract as a whole, where fields are parts of it, and the contract of each field."""
    if source == START:
        return spec.input.contract, {port.field: port.contract for port in spec.input.ports}
    collected = _collected(spec, source)
    if collected is not None:
        return None, {collected: spec.field(collected).contract}
    agent = spec.agent(source)
    whole = agent.output if all(write.key is not None for write in agent.writes) else None
    return whole, {write.field: write.contract for write in agent.writes}


def _collected(spec: GraphSpec, source: str) -> str | None:
    """The list field that a Map makes of what this agent hands out, if one does."""
    for way in spec.ways:
        if isinstance(way, MapSpec) and way.target == source:
            return way.into
    return None


def _taken(spec: GraphSpec, target: str) -> set[str]:
    if target == END:
        return {port.field for port in spec.output.ports}
    return _reads(spec.agent(target))


def _reads(agent: AgentSpec) -> set[str]:
    return {read.field for read in agent.reads}


def _telling(contract: Contract) -> bool:
    return len(contract.name) <= LONGEST and _CLASS_NAME.fullmatch(contract.name) is not None


def _fields(names: list[str]) -> str:
    """Up to two fields by name, the others counted."""
    shown = ", ".join(names[:2])
    return f"{shown} +{len(names) - 2}" if len(names) > 2 else shown
