"""A router returns a label that its path map does not have.

## What

The function behind a conditional edge can return, or is declared to return, a label that is missing in the
map from labels to nodes.

## Why

The run stops with a `KeyError` when that label comes up, which tests of the usual cases do not see.

## Example

    add_conditional_edges("rate", decide, {"offer": "offer", "refuse": "refuse"})

    def decide(state) -> Literal["offer", "guarantor", "refuse"]: ...

## Instead

Give every label a node.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import BranchFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import nearest
from agentgraph.model.source import Source

CODE = "AG802"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    for branch in flow.adopted.branches if flow.adopted is not None else ():
        if branch.ends is not None:
            yield from _of(branch, [label for label in branch.ends if isinstance(label, str)])


def _of(branch: BranchFacts, known: list[str]) -> Iterator[Fault]:
    assert branch.ends is not None
    told: set[object] = set()
    outcomes = branch.body.outcomes if branch.body is not None else ()
    for said in (target for one in outcomes for target in one.targets):
        label = said.label
        if said.is_known and not said.sends and label not in branch.ends and label not in told:
            told.add(label)
            declared = label in branch.declared and branch.place is not None
            yield _fault(branch, label, _map_of(branch) if declared else said.source, known)


def _map_of(branch: BranchFacts) -> Source | None:
    place = branch.place
    if place is None:
        return None
    return place.arguments[2] if len(place.arguments) > 2 else place.keyword("path_map")


def _fault(branch: BranchFacts, label: object, source: Source | None, known: list[str]) -> Fault:
    close = nearest(label, known) if isinstance(label, str) else None
    more = "its return type" if branch.in_type else "its path map"
    return Fault(
        message=f"{branch.name} returns {label!r}, which {more} does not have",
        at=branch.node,
        source=source,
        help=f"did you mean {close!r}?"
        if close
        else f"give {label!r} a node; there are {', '.join(known)}",
        root=frozenset({("gap", ""), ("gap", branch.node), *_meant(branch)}),
    )


def _meant(branch: BranchFacts) -> Iterator[tuple[str, str]]:
    """The nodes that the label may have been meant to lead to."""
    yield from (("astray", node) for node in (branch.ends or {}).values())
