"""A node changes its state in place, and the change is lost.

## What

A node sets a key of the state that it was given, or changes a value in it (`append`, `update`, an index), and does not
hand that key back; or a router sets one, which can hand nothing back. Another node reads the key.

## Why

What a node is given is its own: a key that it sets is gone when it returns. A list or dict inside is
shared as long as the process lives, so that a change to it seems to work, until the run is resumed from its checkpoint.

## Example

    def mark(state):
        state["right"] += 1              # nobody sees this
        return {"marks": [...]}

## Instead

Return what has changed: `return {"right": state["right"] + 1}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import BranchFacts, NodeFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.readers import is_read_elsewhere
from agentgraph.read.node_facts import Mutation

CODE = "AG805"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    for facts in adopted.nodes.values() if adopted is not None else ():
        body = facts.body
        if adopted is None or body is None or not body.is_closed or facts.takes.kind == "root":
            continue
        told: set[str] = set()
        for change in body.mutations:
            known = change.key in adopted.keys and change.key not in told
            if known and not _is_handed_back(facts, change) and _counts(flow, facts, change):
                told.add(change.key)
                yield _fault(facts, change)
    yield from _by_routers(flow)


def _by_routers(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    told: set[tuple[str, str]] = set()
    for branch in adopted.branches if adopted is not None else ():
        for change in _lost(branch):
            known = adopted is not None and change.key in adopted.keys
            one = branch.name, change.key
            if known and one not in told and _is_awaited(flow, branch, change.key):
                told.add(one)
                yield Fault(
                    message=f"{branch.name} sets {change.key} in its state: what a router sets is lost",
                    at=f"{branch.node}.{change.key}",
                    source=change.source,
                    help=f"let a node before it return {change.key}",
                )


def _lost(branch: BranchFacts) -> Iterator[Mutation]:
    """The keys that a router sets, and does not send on."""
    body = branch.body
    if body is None or branch.takes.kind == "root" or not body.is_closed_router:
        return
    if not any(target.sends for one in body.outcomes for target in one.targets):
        yield from (change for change in body.mutations if not change.deep)


def _is_awaited(flow: Flow, branch: BranchFacts, key: str) -> bool:
    """Whether anyone but the router takes the key."""
    assert flow.adopted is not None
    others = [one.body for one in flow.adopted.branches if one.name != branch.name]
    bodies = [*(one.body for one in flow.adopted.nodes.values()), *others]
    return any(read.key == key for body in bodies if body is not None for read in body.reads)


def _is_handed_back(facts: NodeFacts, change: Mutation) -> bool:
    assert facts.body is not None
    return any(
        one.echoes or one.kind == "object" or any(key.key == change.key for key in one.keys)
        for one in facts.body.outcomes
    )


def _counts(flow: Flow, facts: NodeFacts, change: Mutation) -> bool:
    assert flow.adopted is not None
    if change.deep and not flow.adopted.remembers:
        return False
    return is_read_elsewhere(flow, facts.name, change.key)


def _fault(facts: NodeFacts, change: Mutation) -> Fault:
    if change.deep:
        message = f"{facts.name} changes {change.key} in place and does not return it: a resumed run has the old value"
    else:
        message = f"{facts.name} sets {change.key} in its state and does not return it: the change is lost"
    return Fault(
        message=message,
        severity="warning" if change.deep else "error",
        at=f"{facts.name}.{change.key}",
        source=change.source,
        help=f'return {{"{change.key}": ...}} with a new value',
    )
