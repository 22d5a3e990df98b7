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
    # One router may follow several nodes: what it says is told once, with all whose maps lack it.
    told: dict[tuple[str, object, Source | None], list[BranchFacts]] = {}
    for branch in flow.adopted.branches if flow.adopted is not None else ():
        for label, source in _unmapped(branch).items():
            told.setdefault((branch.name, label, source), []).append(branch)
    for (_, label, source), branches in told.items():
        yield _fault(branches, label, source)


def _unmapped(branch: BranchFacts) -> dict[object, Source | None]:
    """What the router says and its map does not have, and where that is to be seen."""
    found: dict[object, Source | None] = {}
    outcomes = branch.body.outcomes if branch.body is not None else ()
    for said in (target for one in outcomes for target in one.targets):
        label = said.label
        if branch.ends is None or label in branch.ends or not said.is_known or said.sends:
            continue
        declared = label in branch.declared and branch.place is not None
        found.setdefault(label, _map_of(branch) if declared else said.source)
    return found


def _map_of(branch: BranchFacts) -> Source | None:
    place = branch.place
    if place is None:
        return None
    return place.arguments[2] if len(place.arguments) > 2 else place.keyword("path_map")


def _fault(branches: list[BranchFacts], label: object, source: Source | None) -> Fault:
    first = branches[0]
    known = [one for one in first.ends or {} if isinstance(one, str)]
    close = nearest(label, known) if isinstance(label, str) else None
    maps = "its return type" if first.in_type else "its path map"
    nodes = ", ".join(branch.node for branch in branches)
    after = f" after {nodes}" if len(branches) > 1 else ""
    return Fault(
        message=f"{first.name} returns {label!r}, which {maps}{after} does not have",
        at=first.node,
        source=source,
        help=f"did you mean {close!r}?"
        if close
        else f"give {label!r} a node; there are {', '.join(known)}",
        root=frozenset(
            {("gap", ""), *(("gap", branch.node) for branch in branches), *_meant(branches)}
        ),
    )


def _meant(branches: list[BranchFacts]) -> Iterator[tuple[str, str]]:
    """The nodes that the label may have been meant to lead to."""
    for branch in branches:
        yield from (("astray", node) for node in (branch.ends or {}).values())
