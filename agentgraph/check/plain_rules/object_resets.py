"""A node returns a fresh object of the state's class, which resets what it leaves out.

## What

A node returns `State(...)` and leaves out fields that have a default and that another node has written.

## Why

Every field of an object that is returned is written, those with their defaults as well: a counter begins anew, a list is
empty again.

## Example

    def find(state: Proof) -> Proof:
        return Proof(text=state.text, typos=3)      # rounds is 0 again

## Instead

Return a dict with what has changed, or `dataclasses.replace(state, typos=3)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import NodeFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.readers import is_filled_before, is_read_elsewhere
from agentgraph.read.node_facts import Outcome

CODE = "AG814"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    for facts in adopted.nodes.values() if adopted is not None else ():
        for one in facts.body.outcomes if facts.body is not None else ():
            if one.kind == "object" and not one.open and one.made is facts.takes.made_of:
                lost = [key for key in _reset(facts, one) if _counts(flow, facts, key)]
                if lost:
                    yield _fault(facts, one, lost)


def _reset(facts: NodeFacts, one: Outcome) -> Iterator[str]:
    """The fields that get a default other than None."""
    for key, default in facts.takes.defaults.items():
        if key not in one.given and default is not None:
            yield key


def _counts(flow: Flow, facts: NodeFacts, key: str) -> bool:
    assert flow.adopted is not None
    if key not in flow.adopted.keys or key in flow.adopted.reducers:
        return False
    return is_filled_before(flow, facts.name, key, by_input=False) and is_read_elsewhere(
        flow, facts.name, key
    )


def _fault(facts: NodeFacts, one: Outcome, lost: list[str]) -> Fault:
    return Fault(
        message=f"{facts.name} returns a new {facts.takes.name}, which sets {', '.join(lost)} back to the default",
        at=f"{facts.name}.{lost[0]}",
        source=one.source,
        help="return a dict with what has changed, or the old object with it replaced",
    )
