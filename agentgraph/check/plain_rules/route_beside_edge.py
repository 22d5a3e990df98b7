"""A plain edge leaves a node that also decides where to go.

## What

A node has a router, or returns commands, and a plain edge besides. The edge leads where the decision may lead as
well, or goes on although the decision was to end.

## Why

Both are followed: what the decision was meant to keep from running runs as well.

## Example

    add_conditional_edges("guard", is_safe)      # "answer" or "refuse"
    add_edge("guard", "answer")                  # runs in any case

## Instead

Take the edge out, and let the decision name every way.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.places import edge_at
from agentgraph.model.graph import END
from agentgraph.model.plan import Choose, Exit, Go, targets
from agentgraph.model.source import Source

CODE = "AG305"
SEVERITY = "warning"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None:
        return
    for node in flow.plan.nodes:
        edges = [one.target for one in node.exits if isinstance(one, Go) and not one.barrier]
        for choose in (one for one in node.exits if isinstance(one, Choose)):
            if choose.way in adopted.unsure:
                continue
            found = [edge for edge in edges if edge != END and _conflicts(node.exits, choose, edge)]
            if found:
                yield _fault(node.name, choose, found[0], edge_at(adopted, node.name, found[0]))
                break


def _conflicts(exits: tuple[Exit, ...], choose: Choose, edge: str) -> bool:
    ends = targets(choose)
    if edge in ends:
        return len(ends) > 1 or choose.takes != "one"
    if END in ends:
        return True
    # A command is the node's own word on where to go on.
    return is_command(choose) and len(exits) > 1 and bool(ends)


def is_command(choose: Choose) -> bool:
    return (choose.on or "").startswith("the command of ")


def _fault(node: str, choose: Choose, edge: str, source: Source | None) -> Fault:
    ends = ", ".join(targets(choose))
    what = "its commands" if is_command(choose) else f"its router {choose.on}"
    return Fault(
        message=f"the edge from {node} to {edge} is followed whatever {what} may say",
        at=node,
        source=source or choose.source,
        reasons=(f"decided between: {ends}",),
        help=f"take the edge out, and let the decision name {edge} where it is meant",
    )
