"""What is sent to a node lacks a key that it reads.

## What

A `Send` has a dict as payload, and the node takes a key of its state that this dict does not have.

## Why

A node that is sent a payload sees that and nothing of the state around it: the key is missing, a `KeyError`.

## Example

    Send("translate", {"entry": entry})

    def translate(state): state["language"]

## Instead

Send all that the node reads: `{"entry": entry, "language": state["language"]}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.sending import sends
from agentgraph.check.where import shown_place

CODE = "AG815"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    told = set()
    for by, _, target in sends(adopted) if adopted is not None else ():
        facts = (
            adopted.nodes.get(target.label) if adopted and isinstance(target.label, str) else None
        )
        if facts is None or facts.body is None or target.payload is None or target.whole:
            continue
        if facts.takes.kind == "object" or target.source in told:
            continue
        lacking = [r for r in facts.body.reads if r.how == "must" and r.key not in target.payload]
        lacking = [read for read in lacking if not read.is_attribute]
        if lacking:
            told.add(target.source)
            keys = ", ".join(dict.fromkeys(read.key for read in lacking))
            yield Fault(
                message=f"{by} sends {facts.name} a payload without {keys}, which it reads",
                at=facts.name,
                source=target.source,
                reasons=(f"read at: {shown_place(lacking[0].source)}",),
                help=f"put {keys} into the payload",
            )
